package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
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
        assertEquals(new Arguments("n", "j", "r", Map.of("a", "b=c", "--x", ""), null), arguments);
    }

    @Test
    void readsAnArchiveWithFunctions() {
        Arguments arguments =
                Arguments.parse(
                        "--namespace", "n", "--job", "j", "--revision", "r", "--python-archive", "u", "--python-folder",
                        "/tmp/p/f", "--python-requirements", "/tmp/p/r.txt", "--python-requirement", "x==1", "--param", "a=b");
        PythonArchive archive =
                new PythonArchive("u", null, Path.of("/tmp/p/f"), Path.of("/tmp/p/r.txt"), null, List.of("x==1"));
        assertEquals(archive, arguments.python());
    }

    @ParameterizedTest
    @CsvSource({
        "--namespace n --job j, --revision is missing",
        "--namespace n --namespace m, --namespace stands twice",
        "--param a=1 --param a=2, parameter a stands twice",
        "--param a, --param is not followed by name=value",
        "--job, --job has no value",
        "--python-what x, unknown option --python-what",
        "--namespace n --job j --revision r --python-archive u, --python-folder is missing",
        "--what x, unknown option --what"
    })
    void saysWhatIsWrong(String line, String expected) {
        RunnerException error = assertThrows(RunnerException.class, () -> Arguments.parse(line.split(" ")));
        assertTrue(error.getMessage().startsWith("arguments: " + expected + ". Expected: "), error.getMessage());
    }
}
