package internal.sdp.runner;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns what Flink says about a statement into one short message at the place in the author's file, without secrets. */
final class FlinkErrors {
    private static final int MAX_CAUSES = 20;
    private static final Pattern POSITION =
            Pattern.compile("(?:From|At|\\s+at) line (\\d+), column (\\d+)(?: to line \\d+, column \\d+)?(?:: )?");
    private static final Pattern EXPECTED_TOKENS = Pattern.compile("(?s)\\s*Was expecting(?: one of)?:.*");
    private static final Pattern WRAPPER = Pattern.compile("^SQL (?:parse|validation) failed\\.\\s*");
    private static final Pattern BLANKS = Pattern.compile("\\s*\\R\\s*");
    private static final Pattern NO_FILE_SYSTEM = Pattern.compile("no file system of the cluster knows 's3a?'");
    private static final Pattern UNSUPPORTED_SCHEME =
            Pattern.compile("(?s)Could not find a file system implementation for scheme ('[^']*').*");
    private static final Pattern NO_FACTORY =
            Pattern.compile("Could not find any factory for identifier ('[^']*') that implements '[^']*' in the classpath\\.");
    /** {@code sink for 'cat.db.t'}, {@code writing table 'cat.db.t'}: the last part of the table's name. */
    private static final Pattern SINK =
            Pattern.compile("(?:sink for|sink|writing table|[Tt]able sink) '(?:[^']*\\.)?([^'.]+)'");

    /** {@code Encountered ". date"}: a column of an alias. */
    private static final Pattern MEMBER = Pattern.compile("^Encountered \"\\. ");
    private static final Pattern STUMBLED =
            Pattern.compile("^(?:Encountered \"\\.?(\\w+)|Incorrect syntax near the keyword '(\\w+)').*");
    /** Of the words that Flink's grammar reserves those that people call columns and tables. */
    private static final Set<String> RESERVED_NAMES =
            Set.of(
                    ("CATALOGS COLUMN COMMENT CONDITION CONNECT COUNT CYCLE DATE DATETIME DAY DEFAULT DESCRIBE ELEMENT END EVERY"
                                    + " FILTER FLOOR FREE FUNCTION GROUP GROUPS HASH HOUR IDENTITY INITIAL INTERVAL LANGUAGE LEAD LIMIT"
                                    + " LOCAL MATCH MAX MEMBER METHOD MIN MINUTE MODULE MODULES MONTH NEW NEXT OFFSET OLD ONE OPEN ORDER"
                                    + " OUT PARAMETER PARTITION PATTERN PERCENT PERIOD POSITION POWER PRECISION PREV PROCEDURE RANGE RANK"
                                    + " REF RELEASE RESULT RETURN ROW ROWS SCOPE SEARCH SECOND SEPARATOR SQL START STATEMENT STATIC STREAM"
                                    + " SUBSET SUM SYSTEM TABLE TABLES TIME TIMESTAMP TRANSLATION TRIGGER UNKNOWN USER VALUE VALUES VIEWS"
                                    + " WINDOW YEAR")
                            .split(" "));

    private FlinkErrors() {}

    /**
     * What Flink says of a statement.
     *
     * @param line of the statement, from 1, as {@code column}; its start where Flink names no place
     */
    record Finding(int line, int column, String seen, String change) {}

    static RunnerException in(FilledStatement statement, Throwable error, Secrets secrets) {
        Finding finding = explain(error, secrets);
        return RunnerException.at(
                statement.position(finding.line(), finding.column()), finding.seen(), finding.change());
    }

    static Finding explain(Throwable error, Secrets secrets) {
        String message = rootMessage(error);
        Matcher position = POSITION.matcher(message);
        int line = 1;
        int column = 1;
        if (position.find()) {
            line = Integer.parseInt(position.group(1));
            column = Integer.parseInt(position.group(2));
            message = message.substring(0, position.start()) + message.substring(position.end());
        }
        String seen = brief(message, secrets);
        return new Finding(line, column, seen, advice(seen));
    }

    /** For what Flink finds in all INSERTs together: placed at the one whose table it names, else at the script. */
    static RunnerException in(Source script, List<FilledStatement> inserts, Throwable error, Secrets secrets) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            Matcher sink = SINK.matcher(String.valueOf(at.getMessage()));
            if (sink.find()) {
                String name = sink.group(1);
                for (FilledStatement insert : inserts) {
                    if (insert.writesTo(name)) {
                        return at(insert.position(0), rootMessage(error), secrets);
                    }
                }
            }
        }
        String where = inserts.size() == 1 ? inserts.get(0).position(0) : script.path();
        return at(where, rootMessage(error), secrets);
    }

    private static RunnerException at(String where, String message, Secrets secrets) {
        String seen = brief(message, secrets);
        return RunnerException.at(where, seen, advice(seen));
    }

    private static String brief(String message, Secrets secrets) {
        String known = NO_FACTORY.matcher(secrets.redact(message)).replaceFirst("Nothing on the classpath offers $1.");
        String schemed = UNSUPPORTED_SCHEME.matcher(known).replaceFirst("no file system of the cluster knows $1.");
        String brief = MEMBER.matcher(EXPECTED_TOKENS.matcher(schemed).replaceFirst("")).replaceFirst("Encountered \".");
        return WRAPPER.matcher(BLANKS.matcher(brief).replaceAll(" ")).replaceFirst("").strip();
    }

    /** The innermost message with a position, else the innermost of all: outer ones only repeat that something failed. */
    private static String rootMessage(Throwable error) {
        String innermost = error.toString();
        String placed = null;
        int depth = 0;
        for (Throwable at = error; at != null && depth < MAX_CAUSES; at = at.getCause(), depth++) {
            String message = at.getMessage();
            if (message == null || message.isBlank()) {
                continue;
            }
            boolean isClass = at instanceof ClassNotFoundException || at instanceof NoClassDefFoundError;
            if (at instanceof IOException) {
                // Such messages are often no more than a path.
                String said = at.getClass().getSimpleName() + ": " + message;
                innermost = innermost.contains(message) ? innermost : withoutFullStop(innermost) + ": " + said;
            } else {
                innermost = isClass ? "class " + message + " is not on the classpath" : message;
            }
            placed = POSITION.matcher(message).find() ? message : placed;
        }
        return placed == null ? innermost : placed;
    }

    private static String withoutFullStop(String message) {
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private static String advice(String seen) {
        if (seen.startsWith("Nothing on the classpath offers")) {
            return "Correct the 'connector' or 'format' option, or put the connector's jar into the cluster's lib folder.";
        }
        if (seen.endsWith("is not on the classpath")) {
            return "Correct the class name, or bring its jar by USING JAR or in the cluster's lib folder.";
        }
        if (seen.startsWith("Cannot find table") || (seen.startsWith("Object '") && seen.contains("not found"))) {
            return "Define it in a DDL file or earlier in the script, or correct the name.";
        }
        Matcher stumbled = STUMBLED.matcher(seen);
        if (stumbled.matches()) {
            String word = stumbled.group(1) == null ? stumbled.group(2) : stumbled.group(1);
            if (RESERVED_NAMES.contains(word.toUpperCase(Locale.ROOT))) {
                return word + " is a word of Flink SQL: as a name it stands in backticks (`" + word + "`).";
            }
        }
        if (seen.startsWith("No match found for function signature")) {
            return "Correct the function's name or the types of its arguments, or define it (CREATE FUNCTION) in a DDL file.";
        }
        if (seen.contains("doesn't support consuming update")) {
            return "The query changes rows that it gave before, and this table takes new ones only. Write into one that takes"
                    + " changes (upsert-kafka with a PRIMARY KEY), or aggregate over a window.";
        }
        if (seen.contains("Cannot map checkpoint/savepoint state")) {
            return "The change took away an operator that has state: bring it back, or allow its state to be dropped"
                    + " (allow_non_restored_state = true).";
        }
        if (NO_FILE_SYSTEM.matcher(seen).find()) {
            return "For S3 set s3.endpoint in the flink_configuration of the cluster, and its credentials.";
        }
        if (seen.startsWith("Failed to create checkpoint storage")) {
            return "Check that the address of the checkpoints can be written to (execution.checkpointing.dir, storage_uri).";
        }
        return "Correct the SQL and apply the job again.";
    }
}
