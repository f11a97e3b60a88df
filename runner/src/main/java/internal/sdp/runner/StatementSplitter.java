package internal.sdp.runner;

import internal.sdp.runner.Tokens.Token;
import internal.sdp.runner.Tokens.UnclosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Splits a script at its semicolons. Statements of a statement set come one by one; what opens and closes the set does not,
 * since all INSERTs of a script are one job anyway. The same as src/sql/statements.ts, and held to it by
 * src/sql/testdata/splits.golden.json.
 */
final class StatementSplitter {

    /**
     * One statement, from its first to its last token.
     *
     * @param offset of its first character in the source
     */
    record Statement(Source source, String text, int offset, boolean inSet) {}

    private static final Map<String, String> CLOSING =
            Map.of(
                    "literal", "a single quote (') that ends it; inside a literal a quote is written twice",
                    "identifier", "a backtick (`) that ends it; inside a name a backtick is written twice",
                    "comment", "*/ at its end",
                    "parameter", "the form ${name} or ${name:default}, without quotes or braces in the default");

    private final Source source;
    private final List<Statement> statements = new ArrayList<>();
    private Token openSet;

    private StatementSplitter(Source source) {
        this.source = source;
    }

    static List<Statement> split(Source source) {
        try {
            return new StatementSplitter(source).split(Tokens.read(source.text()));
        } catch (UnclosedException unclosed) {
            if (unclosed.what.equals("double quote")) {
                throw RunnerException.at(
                        source.position(unclosed.start),
                        "double quotes quote nothing in Flink SQL",
                        "Write texts in single quotes ('text') and names in backticks (`name`).");
            }
            throw RunnerException.at(
                    source.position(unclosed.start),
                    "the " + unclosed.what + " that starts here is never closed",
                    "Give it " + CLOSING.get(unclosed.what) + ".");
        }
    }

    private List<Statement> split(List<Token> tokens) {
        int first = 0;
        for (int at = 0; at <= tokens.size(); at++) {
            boolean atEnd = at == tokens.size() || tokens.get(at).is(";");
            if (atEnd) {
                addStatement(tokens, first, at);
                first = at + 1;
            } else if (at == first) {
                int delimiter = delimiterLength(tokens, at);
                first += delimiter;
                at += Math.max(delimiter - 1, 0);
            }
        }
        if (openSet != null) {
            throw RunnerException.at(
                    source.position(openSet.start()),
                    "the statement set that starts here has no END; of its own",
                    "End each of its INSERTs with a semicolon and close the set with END;.");
        }
        return statements;
    }

    /** The number of tokens that open or close a statement set here, 0 for a statement. */
    private int delimiterLength(List<Token> tokens, int at) {
        Token token = tokens.get(at);
        if (openSet == null) {
            if (startsWith(tokens, at, "EXECUTE", "STATEMENT", "SET", "BEGIN")
                    || startsWith(tokens, at, "BEGIN", "STATEMENT", "SET", ";")) {
                openSet = token;
                return 4;
            }
            return 0;
        }
        if (!token.is("END")) {
            return 0;
        }
        if (at + 1 < tokens.size() && !tokens.get(at + 1).is(";")) {
            throw RunnerException.at(
                    source.position(token.start()),
                    "END closes the statement set here, but something else than a semicolon follows",
                    "Write END;.");
        }
        openSet = null;
        return 2;
    }

    private void addStatement(List<Token> tokens, int first, int end) {
        if (first < end) {
            int start = tokens.get(first).start();
            String text = source.text().substring(start, tokens.get(end - 1).end());
            statements.add(new Statement(source, text, start, openSet != null));
        }
    }

    private static boolean startsWith(List<Token> tokens, int at, String... expected) {
        if (at + expected.length > tokens.size()) {
            return false;
        }
        for (int index = 0; index < expected.length; index++) {
            if (!tokens.get(at + index).is(expected[index])) {
                return false;
            }
        }
        return true;
    }
}
