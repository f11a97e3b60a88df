package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonArgumentsTest {
    @Test
    void readsAll() {
        PythonArguments arguments =
                PythonArguments.parse(
                        "--archive", "https://h/a.tar.gz", "--sha256", "0".repeat(64), "--folder", "/tmp/p/sha256-0",
                        "--module", "a.job", "--requirements", "/tmp/p/r.txt", "--requirement", "x==1",
                        "--requirement", "y", "--parameter", "b=1=2", "--parameter", "a=");
        assertEquals(Path.of("/tmp/p/sha256-0"), arguments.archive().folder());
        assertEquals(List.of("x==1", "y"), arguments.archive().requirementLines());
        assertEquals(List.of("--b", "1=2", "--a", ""), arguments.moduleArguments());
    }

    @Test
    void readsTheLeast() {
        PythonArguments arguments = PythonArguments.parse("--archive", "u", "--folder", "/tmp/p/f", "--module", "m");
        assertNull(arguments.archive().sha256());
        assertNull(arguments.archive().requirements());
        assertEquals(List.of(), arguments.moduleArguments());
    }

    @ParameterizedTest
    @CsvSource({
        "--archive u --module m, --folder is missing",
        "--archive u --archive v, --archive stands twice",
        "--archive u --folder f --module m, --folder is no absolute path below a folder",
        "--archive u --folder /f --module m, --folder is no absolute path below a folder",
        "--sha256 abc, --sha256 has not 64 lower-case hexadecimal digits",
        "--requirements /tmp/p/r, '--requirements stands without a text, or a text without it'",
        "--requirement x, '--requirements stands without a text, or a text without it'",
        "--parameter a, --parameter is not followed by KEY=VALUE",
        "--parameter a=1 --parameter a=2, parameter a stands twice",
        "--module, --module has no value",
        "--what x, unknown option --what"
    })
    void saysWhatIsWrong(String line, String expected) {
        RunnerException error = assertThrows(RunnerException.class, () -> PythonArguments.parse(line.split(" ")));
        assertTrue(error.getMessage().startsWith("arguments: " + expected + ". Expected: "), error.getMessage());
    }
}
