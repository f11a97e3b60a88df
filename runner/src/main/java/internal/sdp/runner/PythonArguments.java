package internal.sdp.runner;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The program's arguments, as sdp's {@code python-runner.ts} writes them: those of a {@link PythonArchive}, {@code --module NAME
 * [--parameter KEY=VALUE]…}.
 *
 * @param parameters in the order in which the module gets them
 */
record PythonArguments(PythonArchive archive, String module, Map<String, String> parameters) {

    static PythonArguments parse(String... args) {
        PythonArchive.Options archive = new PythonArchive.Options(PythonArguments::wrong);
        String module = null;
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int at = 0; at < args.length; at += 2) {
            String option = args[at];
            if (at + 1 == args.length) {
                throw wrong(option + " has no value");
            }
            String value = args[at + 1];
            if (archive.take(option, value)) {
                continue;
            }
            switch (option) {
                case "--module" -> {
                    if (module != null) {
                        throw wrong("--module stands twice");
                    }
                    module = value;
                }
                case "--parameter" -> {
                    int equals = value.indexOf('=');
                    if (equals < 1) {
                        throw wrong("--parameter is not followed by KEY=VALUE");
                    }
                    if (parameters.put(value.substring(0, equals), value.substring(equals + 1)) != null) {
                        throw wrong("parameter " + value.substring(0, equals) + " stands twice");
                    }
                }
                default -> throw wrong("unknown option " + option);
            }
        }
        PythonArchive built = archive.build();
        if (module == null || module.isEmpty()) {
            throw wrong("--module is missing");
        }
        return new PythonArguments(built, module, parameters);
    }

    /** {@code --KEY VALUE} for each parameter: the module's own arguments. */
    List<String> moduleArguments() {
        List<String> arguments = new ArrayList<>();
        parameters.forEach(
                (key, value) -> {
                    arguments.add("--" + key);
                    arguments.add(value);
                });
        return arguments;
    }

    private static RunnerException wrong(String seen) {
        return RunnerException.at(
                "arguments",
                seen,
                "Expected: " + PythonArchive.FORM + " --module NAME [--parameter KEY=VALUE]…. sdp writes them itself;"
                        + " apply the job again.");
    }
}
