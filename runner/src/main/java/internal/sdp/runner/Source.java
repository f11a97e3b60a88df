package internal.sdp.runner;

/**
 * A piece of SQL and where its author finds it. A DDL is kept without the rest of its file, so its lines count from its own
 * first one.
 *
 * @param object what a DDL defines, null for the script
 */
record Source(String path, String object, String text) {

    static Source script(String path, String text) {
        return new Source(path, null, text);
    }

    static Source ddl(String path, String object, String text) {
        return new Source(path, object, text);
    }

    /** {@code sql/jobs/a.sql:3:7}, or for a DDL {@code sql/ddl/t.sql (t) line 2}. */
    String position(int offset) {
        int line = 1;
        int column = 1;
        int end = Math.min(offset, text.length());
        for (int at = 0; at < end; at++) {
            char c = text.charAt(at);
            boolean crLf = c == '\r' && text.startsWith("\n", at + 1);
            if ((c == '\n' || c == '\r') && !crLf) {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return object == null
                ? path + ":" + line + ":" + column
                : path + " (" + object + ") line " + line;
    }

    /** The offset of a line and column that Flink reports, both from 1. */
    static int offsetOf(String text, int line, int column) {
        int at = 0;
        for (int current = 1; current < line && at < text.length(); at++) {
            char c = text.charAt(at);
            boolean crLf = c == '\r' && text.startsWith("\n", at + 1);
            if ((c == '\n' || c == '\r') && !crLf) {
                current++;
            }
        }
        return Math.min(at + column - 1, text.length());
    }
}
