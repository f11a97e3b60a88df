package internal.sdp.runner;

import internal.sdp.runner.FilledStatement.Piece;
import internal.sdp.runner.StatementSplitter.Statement;
import internal.sdp.runner.Tokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${name}} and {@code ${name:default}}: by the job's argument, else the environment variable
 * {@code SDP_<NAME in upper case>}, else the default. Quotes are doubled inside literals and names; outside of them only plain
 * words and numbers pass, so that no value can change what a statement does. {@code ${secret:name/key}} is replaced by that key of
 * that Secret, within quotes only. Comments are left alone. The same rules as in src/sql/parameters.ts and src/sql/secrets.ts.
 */
final class Parameters {
    private static final Pattern USE =
            Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.-]*)(?::([^{}\\r\\n]*))?}");
    private static final Pattern USE_IN_QUOTES = Pattern.compile("\\$\\{[^}\\r\\n]*}?");
    private static final Pattern BARE_VALUE = Pattern.compile("[A-Za-z0-9_.+-]+");

    private final Map<String, String> arguments;
    private final Map<String, String> environment;
    private final Secrets secrets;

    Parameters(Map<String, String> arguments, Map<String, String> environment, Secrets secrets) {
        this.arguments = arguments;
        this.environment = environment;
        this.secrets = secrets;
    }

    /** With the values that statements were filled with so far. */
    Secrets secrets() {
        return secrets;
    }

    FilledStatement fill(Statement statement) {
        Filling filling = new Filling(statement);
        for (Token token : Tokens.ofStatement(statement.text())) {
            switch (token.kind()) {
                case PARAMETER -> filling.replace(token.start(), token.end(), Quoting.BARE);
                case LITERAL -> filling.replaceInside(
                        token, token.text().startsWith("'") ? Quoting.LITERAL : Quoting.ESCAPED_LITERAL);
                case IDENTIFIER -> filling.replaceInside(token, Quoting.IDENTIFIER);
                default -> {}
            }
        }
        return filling.finish();
    }

    private enum Quoting {
        LITERAL,
        ESCAPED_LITERAL,
        IDENTIFIER,
        BARE
    }

    /**
     * What a parameter stands for.
     *
     * @param asWritten for a default, which its author has quoted already
     */
    private record Value(String text, boolean asWritten) {}

    private final class Filling {
        private final Statement statement;
        private final String original;
        private final StringBuilder text = new StringBuilder();
        private final List<Piece> pieces = new ArrayList<>();
        private int copiedTo;

        Filling(Statement statement) {
            this.statement = statement;
            this.original = statement.text();
        }

        FilledStatement finish() {
            copy(original.length());
            return new FilledStatement(statement, text.toString(), List.copyOf(pieces));
        }

        void replaceInside(Token token, Quoting quoting) {
            Matcher uses = USE_IN_QUOTES.matcher(original).region(token.start(), token.end() - 1);
            while (uses.find()) {
                replace(uses.start(), uses.end(), quoting);
            }
        }

        void replace(int start, int end, Quoting quoting) {
            copy(start);
            pieces.add(new Piece(text.length(), start, false));
            copiedTo = end;
            Matcher use = USE.matcher(original).region(start, end);
            if (!use.matches()) {
                throw wrong(
                        start,
                        original.substring(start, end) + " starts as a parameter does but is none",
                        "Write ${name} or ${name:default}; a name has letters, digits and _ . - and starts with a letter.");
            }
            boolean secret = use.group(1).equals("secret") && use.group(2) != null;
            String name = secret ? "secret:" + use.group(2) : use.group(1);
            Value value = secret ? secretOf(use.group(2), quoting, start) : valueOf(use, start);
            text.append(quote(name, value, quoting, start, end));
        }

        private Value secretOf(String written, Quoting quoting, int start) {
            String whole = "${secret:" + written + "}";
            SecretReference reference = SecretReference.parse(written);
            if (reference == null) {
                throw wrong(
                        start,
                        whole + " names no Secret and key",
                        "Write ${secret:name/key}, by Kubernetes' rules for names of Secrets and their keys.");
            }
            if (quoting == Quoting.BARE) {
                throw wrong(start, whole + " stands outside quotes", "Write '" + whole + "'.");
            }
            StatementKind kind = StatementKind.of(original);
            if (kind == StatementKind.SET || kind == StatementKind.RESET) {
                throw wrong(
                        start,
                        whole + " would become an option of the job, which everyone who sees the job can read",
                        "Put the secret into an option of a table or catalog: WITH (…).");
            }
            try {
                return new Value(secrets.valueOf(reference), false);
            } catch (RunnerException unreadable) {
                throw new RunnerException(position(start) + ": " + unreadable.getMessage());
            }
        }

        private void copy(int to) {
            pieces.add(new Piece(text.length(), copiedTo, true));
            text.append(original, copiedTo, to);
            copiedTo = to;
        }

        private Value valueOf(Matcher use, int start) {
            String name = use.group(1);
            String defaultValue = use.group(2);
            String variable = "SDP_" + name.toUpperCase(Locale.ROOT);
            String given = arguments.getOrDefault(name, environment.get(variable));
            if (given != null) {
                return new Value(given, false);
            }
            if (defaultValue != null) {
                return new Value(defaultValue, true);
            }
            throw wrong(
                    start,
                    "parameter " + name + " has no value",
                    "Add " + name + " to the job's args, give ${" + name
                            + ":default} a default, or set " + variable + " in the JobManager's environment.");
        }

        private String quote(String name, Value given, Quoting quoting, int start, int end) {
            String value = given.text();
            boolean asWritten = given.asWritten();
            if (value.indexOf('\0') >= 0) {
                throw unfit(name, start, "its value holds a NUL character", "Remove it from the value.");
            }
            switch (quoting) {
                case LITERAL:
                    return asWritten ? value : value.replace("'", "''");
                case ESCAPED_LITERAL:
                    return asWritten ? value : value.replace("\\", "\\\\").replace("'", "\\'");
                case IDENTIFIER:
                    if (value.isEmpty()) {
                        throw unfit(name, start, "its value is empty", "A name needs at least one character.");
                    }
                    return asWritten ? value : value.replace("`", "``");
                default:
                    checkBare(name, value, start, end);
                    return value;
            }
        }

        private void checkBare(String name, String value, int start, int end) {
            if (!BARE_VALUE.matcher(value).matches() || value.contains("--") || value.endsWith("-")) {
                throw unfit(
                        name,
                        start,
                        "its value is no plain word or number",
                        "Outside quotes a value may hold letters, digits and _ . + - only. For a text write '${" + name
                                + "}', for a name `${" + name + "}`.");
            }
            char before = text.length() == 0 ? ' ' : text.charAt(text.length() - 1);
            char after = end == original.length() ? ' ' : original.charAt(end);
            boolean touchesQuote = "'\"`".indexOf(before) >= 0 || "'\"`".indexOf(after) >= 0;
            if (touchesQuote || (before == '-' && value.startsWith("-"))) {
                throw unfit(
                        name,
                        start,
                        "it touches a quote or a minus sign",
                        "Put a space between them, or move the parameter into the quotes.");
            }
        }

        private RunnerException unfit(String name, int start, String seen, String change) {
            return wrong(start, "parameter " + name + " cannot be filled in here: " + seen, change);
        }

        private RunnerException wrong(int start, String seen, String change) {
            return RunnerException.at(position(start), seen, change);
        }

        private String position(int start) {
            return statement.source().position(statement.offset() + start);
        }
    }
}
