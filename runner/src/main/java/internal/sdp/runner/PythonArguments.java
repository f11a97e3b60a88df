package internal.sdp.runner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The program's arguments, as sdp's {@code python-runner.ts} writes them: {@code --archive URI [--sha256 HEX] --folder PATH
 * --module NAME [--requirements PATH (--requirements-uri URI | --requirement LINE…)] [--parameter KEY=VALUE]…}.
 *
 * @param sha256 lower-case, null when the archive is not checked
 * @param requirements where the requirements file is to be, null when there is none
 * @param requirementsUri where its text is, null when its lines are given
 * @param parameters in the order in which the module gets them
 */
record PythonArguments(
        String archive,
        String sha256,
        Path folder,
        String module,
        Path requirements,
        String requirementsUri,
        List<String> requirementLines,
        Map<String, String> parameters) {

    static PythonArguments parse(String... args) {
        Map<String, String> single = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int at = 0; at < args.length; at += 2) {
            String option = args[at];
            if (at + 1 == args.length) {
                throw wrong(option + " has no value");
            }
            String value = args[at + 1];
            switch (option) {
                case "--archive", "--sha256", "--folder", "--module", "--requirements", "--requirements-uri" -> {
                    if (single.put(option, value) != null) {
                        throw wrong(option + " stands twice");
                    }
                }
                case "--requirement" -> lines.add(value);
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
        String sha256 = single.get("--sha256");
        if (sha256 != null && !sha256.matches("[0-9a-f]{64}")) {
            throw wrong("--sha256 has not 64 lower-case hexadecimal digits");
        }
        boolean hasText = single.containsKey("--requirements-uri") || !lines.isEmpty();
        if (single.containsKey("--requirements") != hasText) {
            throw wrong("--requirements stands without a text, or a text without it");
        }
        return new PythonArguments(
                required(single, "--archive"),
                sha256,
                absolute(required(single, "--folder"), "--folder"),
                required(single, "--module"),
                hasText ? absolute(required(single, "--requirements"), "--requirements") : null,
                single.get("--requirements-uri"),
                List.copyOf(lines),
                parameters);
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

    private static Path absolute(String path, String option) {
        Path parsed = Path.of(path).normalize();
        if (!parsed.isAbsolute() || parsed.getParent() == null || parsed.getParent().getParent() == null) {
            throw wrong(option + " is no absolute path below a folder");
        }
        return parsed;
    }

    private static String required(Map<String, String> single, String option) {
        String value = single.get(option);
        if (value == null || value.isEmpty()) {
            throw wrong(option + " is missing");
        }
        return value;
    }

    private static RunnerException wrong(String seen) {
        return RunnerException.at(
                "arguments",
                seen,
                "Expected: --archive URI [--sha256 HEX] --folder PATH --module NAME [--requirements PATH"
                        + " (--requirements-uri URI | --requirement LINE…)] [--parameter KEY=VALUE]…. sdp writes them"
                        + " itself; apply the job again.");
    }
}
