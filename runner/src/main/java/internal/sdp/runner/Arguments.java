package internal.sdp.runner;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The program's arguments: {@code --namespace NS --job NAME --revision CONFIGMAP [--param name=value]…}, and with functions of
 * Python the options of a {@link PythonArchive}, each as {@code --python-…}.
 *
 * @param python null when the job has no archive
 */
record Arguments(
        String namespace, String job, String revision, Map<String, String> parameters, PythonArchive python) {
    private static final String PYTHON = "--python-";

    static Arguments parse(String... args) {
        Map<String, String> single = new LinkedHashMap<>();
        Map<String, String> parameters = new LinkedHashMap<>();
        PythonArchive.Options python =
                new PythonArchive.Options(seen -> wrong(seen.startsWith("--") ? PYTHON + seen.substring(2) : seen));
        boolean hasPython = false;
        for (int at = 0; at < args.length; at += 2) {
            String option = args[at];
            if (at + 1 == args.length) {
                throw wrong(option + " has no value");
            }
            String value = args[at + 1];
            if (option.startsWith(PYTHON) && python.take("--" + option.substring(PYTHON.length()), value)) {
                hasPython = true;
                continue;
            }
            switch (option) {
                case "--namespace", "--job", "--revision" -> {
                    if (single.put(option, value) != null) {
                        throw wrong(option + " stands twice");
                    }
                }
                case "--param" -> {
                    int equals = value.indexOf('=');
                    if (equals < 1) {
                        throw wrong("--param is not followed by name=value");
                    }
                    if (parameters.put(value.substring(0, equals), value.substring(equals + 1)) != null) {
                        throw wrong("parameter " + value.substring(0, equals) + " stands twice");
                    }
                }
                default -> throw wrong("unknown option " + option);
            }
        }
        return new Arguments(
                required(single, "--namespace"),
                required(single, "--job"),
                required(single, "--revision"),
                Collections.unmodifiableMap(parameters),
                hasPython ? python.build() : null);
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
                "Expected: --namespace NS --job NAME --revision CONFIGMAP [--param name=value]… [--python-archive URI …]."
                        + " sdp writes them itself; apply the job again.");
    }
}
