package internal.sdp.runner;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An archive with Python code and what it needs, as sdp's {@code python-archive.ts} writes it into the arguments: {@code --archive
 * URI [--sha256 HEX] --folder PATH [--requirements PATH (--requirements-uri URI | --requirement LINE…)]}.
 *
 * @param uri where it is
 * @param sha256 lower-case, null when the archive is not checked
 * @param folder where it is unpacked
 * @param requirements where the requirements file is to be, null when there is none
 * @param requirementsUri where its text is, null when its lines are given
 */
record PythonArchive(
        String uri,
        String sha256,
        Path folder,
        Path requirements,
        String requirementsUri,
        List<String> requirementLines) {
    static final String FORM =
            "--archive URI [--sha256 HEX] --folder PATH [--requirements PATH (--requirements-uri URI | --requirement LINE…)]";

    /** As messages name it. */
    String shown() {
        return "archive " + Download.shown(uri);
    }

    /** Takes its options one by one. */
    static final class Options {
        private final Map<String, String> single = new LinkedHashMap<>();
        private final List<String> lines = new ArrayList<>();
        private final Function<String, RunnerException> wrong;

        Options(Function<String, RunnerException> wrong) {
            this.wrong = wrong;
        }

        /** Whether the option is one of an archive. */
        boolean take(String option, String value) {
            switch (option) {
                case "--archive", "--sha256", "--folder", "--requirements", "--requirements-uri" -> {
                    if (single.put(option, value) != null) {
                        throw wrong.apply(option + " stands twice");
                    }
                }
                case "--requirement" -> lines.add(value);
                default -> {
                    return false;
                }
            }
            return true;
        }

        PythonArchive build() {
            String sha256 = single.get("--sha256");
            if (sha256 != null && !sha256.matches("[0-9a-f]{64}")) {
                throw wrong.apply("--sha256 has not 64 lower-case hexadecimal digits");
            }
            boolean hasText = single.containsKey("--requirements-uri") || !lines.isEmpty();
            if (single.containsKey("--requirements") != hasText) {
                throw wrong.apply("--requirements stands without a text, or a text without it");
            }
            return new PythonArchive(
                    required("--archive"),
                    sha256,
                    absolute("--folder"),
                    hasText ? absolute("--requirements") : null,
                    single.get("--requirements-uri"),
                    List.copyOf(lines));
        }

        private Path absolute(String option) {
            Path parsed = Path.of(required(option)).normalize();
            if (!parsed.isAbsolute() || parsed.getParent() == null || parsed.getParent().getParent() == null) {
                throw wrong.apply(option + " is no absolute path below a folder");
            }
            return parsed;
        }

        private String required(String option) {
            String value = single.get(option);
            if (value == null || value.isEmpty()) {
                throw wrong.apply(option + " is missing");
            }
            return value;
        }
    }
}
