package internal.sdp.connect.vertica;

import java.sql.BatchUpdateException;
import java.sql.SQLException;

/** What the database said, as people are to read it. */
final class SqlErrors {
    private static final int SHOWN = 300;

    private SqlErrors() {}

    /** The error below a batch's, whose own message repeats the statement with its values. */
    static SQLException root(SQLException error) {
        SQLException root = error;
        while (root instanceof BatchUpdateException && root.getNextException() != null) {
            root = root.getNextException();
        }
        return root;
    }

    /** One line: the message, and the deepest cause where that says more. */
    static String text(SQLException error) {
        SQLException root = root(error);
        Throwable deepest = root;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        String text = oneLine(root.getMessage());
        if (deepest != root && deepest.getMessage() != null && !text.contains(deepest.getMessage())) {
            text += " (" + deepest.getClass().getSimpleName() + ": " + oneLine(deepest.getMessage()) + ")";
        }
        return text;
    }

    private static String oneLine(String message) {
        String text = message == null ? "no message" : message.strip().replaceAll("\\s*\\R\\s*", " ");
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
