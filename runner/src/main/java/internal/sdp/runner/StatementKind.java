package internal.sdp.runner;

import internal.sdp.runner.Tokens.Kind;
import internal.sdp.runner.Tokens.Token;
import java.util.List;
import java.util.Locale;

/** What the runner does with a statement, told by its first words. The same rules as in src/sql/statement-rules.ts. */
enum StatementKind {
    INSERT,
    SET,
    RESET,
    /** CREATE TABLE … AS: a definition that starts a job. */
    CREATE_FROM_QUERY,
    /** SELECT and the like, whose rows would go nowhere. */
    QUERY,
    /** Prints something and changes nothing. */
    SHOW,
    /** Would start or stop a job beside the script's own. */
    OTHER_JOB,
    /** Definitions, USE, ADD JAR and whatever else Flink runs at once. */
    DEFINITION;

    static StatementKind of(String text) {
        List<Token> tokens = Tokens.ofStatement(text);
        return switch (word(tokens, 0)) {
            case "INSERT" -> INSERT;
            case "SET" -> SET;
            case "RESET" -> RESET;
            case "SELECT", "WITH", "VALUES", "TABLE", "" -> QUERY;
            case "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "HELP" -> SHOW;
            case "UPDATE", "DELETE", "CALL", "STOP", "EXECUTE", "COMPILE" -> OTHER_JOB;
            case "CREATE", "REPLACE" -> isCreateFromQuery(tokens) ? CREATE_FROM_QUERY : DEFINITION;
            default -> DEFINITION;
        };
    }

    private static boolean isCreateFromQuery(List<Token> tokens) {
        int at = 0;
        while (List.of("CREATE", "OR", "REPLACE", "TEMPORARY").contains(word(tokens, at))) {
            at++;
        }
        if (!word(tokens, at).equals("TABLE")) {
            return false;
        }
        int depth = 0;
        for (Token token : tokens) {
            if (token.is("(")) {
                depth++;
            } else if (token.is(")")) {
                depth--;
            } else if (depth == 0 && token.is("AS")) {
                return true;
            }
        }
        return false;
    }

    private static String word(List<Token> tokens, int at) {
        boolean isWord = at < tokens.size() && tokens.get(at).kind() == Kind.WORD;
        return isWord ? tokens.get(at).text().toUpperCase(Locale.ROOT) : "";
    }
}
