package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    @Test
    void readsAll() {
        Arguments arguments =
                Arguments.parse(
                        "--namespace", "n", "--job", "j", "--revision", "r", "--param", "a=b=c", "--param", "--x=");
        assertEquals(new Arguments("n", "j", "r", Map.of("a", "b=c", "--x", "")), arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "--namespace n --job j, --revision is missing",
        "--namespace n --namespace m, --namespace stands twice",
        "--param a=1 --param a=2, parameter a stands twice",
        "--param a, --param is not followed by name=value",
        "--job, --job has no value",
        "--what x, unknown option --what"
    })
    void saysWhatIsWrong(String line, String expected) {
        RunnerException error = assertThrows(RunnerException.class, () -> Arguments.parse(line.split(" ")));
        assertTrue(error.getMessage().startsWith("arguments: " + expected + ". Expected: "), error.getMessage());
    }
}
