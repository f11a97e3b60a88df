package internal.sdp.runner;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Entry class of Python jobs: fetches the archive, puts it where the workers are told to look for it, and lets Flink's own
 * PythonDriver run the module, which builds the job and submits it.
 */
public final class PythonRunner {
    private PythonRunner() {}

    public static void main(String... args) {
        PythonArguments arguments = PythonArguments.parse(args);
        PythonArchive archive = arguments.archive();
        Map<String, String> configuration =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration().toMap();
        PythonCode.use(
                archive,
                arguments.module(),
                configuration,
                () -> PythonModules.require(archive.shown(), archive.folder(), arguments.module()),
                packages -> run(arguments, packages));
    }

    private static void run(PythonArguments arguments, Path packages) throws IOException {
        Path scratch = Files.createTempDirectory(arguments.archive().folder().getParent(), "run-");
        try {
            List<String> driverArguments = PythonProgram.buildArguments(arguments, scratch, packages);
            SubmissionContext.keep();
            PythonProgram.run(driverArguments, arguments.module(), scratch);
        } finally {
            SubmissionContext.forget();
            PythonFolder.delete(scratch);
        }
    }
}
