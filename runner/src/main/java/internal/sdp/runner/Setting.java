package internal.sdp.runner;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code SET 'key' = 'value'} and {@code RESET 'key'}, quoted or not.
 *
 * @param key null for all
 * @param value null for RESET
 */
record Setting(String key, String value) {
    private static final String QUOTED = "'((?:[^']|'')*+)'";
    private static final Pattern SET =
            Pattern.compile("(?is)SET\\s+(?:" + QUOTED + "|([^'=\\s]+))\\s*=\\s*(?:" + QUOTED + "|([^']*?))\\s*");
    private static final Pattern RESET = Pattern.compile("(?is)RESET(?:\\s+(?:" + QUOTED + "|([^'\\s]+)))?\\s*");

    static Setting parse(FilledStatement statement) {
        Matcher set = SET.matcher(statement.text());
        if (set.matches()) {
            return new Setting(either(set, 1), either(set, 3));
        }
        Matcher reset = RESET.matcher(statement.text());
        if (reset.matches()) {
            return new Setting(either(reset, 1), null);
        }
        throw RunnerException.at(
                statement.position(0), "this sets no option", "Write SET 'option' = 'value'; or RESET 'option';.");
    }

    private static String either(Matcher matcher, int group) {
        String quoted = matcher.group(group);
        return quoted == null ? matcher.group(group + 1) : quoted.replace("''", "'");
    }
}
