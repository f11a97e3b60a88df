package internal.sdp.runner;

/**
 * A problem of the script, its revision or the cluster. The message is all that a user sees, so it says where, what was seen and
 * what to change, and is short: the operator keeps 2048 characters in the job's status, of which Flink's own frames before the
 * message take some 1700. For the same reason there is no cause and no stack trace; those go to the log.
 */
public final class RunnerException extends RuntimeException {
    private static final int MAX_LENGTH = 1500;

    private final String seen;
    private final String change;

    public RunnerException(String message) {
        this(message, message, "");
    }

    private RunnerException(String message, String seen, String change) {
        super(cut(message), null, false, false);
        this.seen = seen;
        this.change = change;
    }

    /** Makes the message {@code <where>: <seen>. <change>.} and keeps the change when what was seen is long. */
    static RunnerException at(String where, String seen, String change) {
        String room = cut(seen, MAX_LENGTH - where.length() - change.length() - 4);
        String message = where + ": " + room + (room.matches("(?s).*[.!?…]") ? " " : ". ") + change;
        return new RunnerException(message, seen, change);
    }

    /** What is wrong, without the place. */
    String seen() {
        return seen;
    }

    /** What to change. */
    String change() {
        return change;
    }

    private static String cut(String text) {
        return cut(text, MAX_LENGTH);
    }

    private static String cut(String text, int length) {
        int room = Math.max(length, 40);
        return text.length() <= room ? text : text.substring(0, room - 1) + "…";
    }
}
