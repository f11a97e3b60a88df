package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "SET 'a.b' = 'c''d', a.b, c'd",
                "set a.b=c d, a.b, c d",
                "SET 'a' = '', a, \"\"",
                "SET 'a'= 5 min, a, 5 min",
                "RESET 'a.b', a.b,",
                "RESET a.b, a.b,",
                "reset, ,"
            })
    void reads(String statement, String key, String value) {
        StatementSplitter.Statement split = new StatementSplitter.Statement(Source.script("s", statement), statement, 0, false);
        assertEquals(new Setting(key, value), Setting.parse(new FilledStatement(split, statement, List.of())));
    }
}
