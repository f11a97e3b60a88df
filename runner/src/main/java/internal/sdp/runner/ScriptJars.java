package internal.sdp.runner;

import internal.sdp.runner.Tokens.Kind;
import internal.sdp.runner.Tokens.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The jars that a script names by {@code ADD JAR} and {@code USING JAR}. Flink takes them from its file systems alone; those at http
 * and https, and all whose address ends with {@code #sha256=…}, are fetched and checked here, and Flink is given the file.
 */
final class ScriptJars {
    private static final Pattern PINNED = Pattern.compile("(?s)(.*)#sha256=([0-9A-Fa-f]*)");
    private static final Pattern HTTP = Pattern.compile("(?is)https?:.*");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Of this process alone: what lies there is run as code. */
    private static Path folder;

    private ScriptJars() {}

    /** The statement's text with the files of its jars in the place of their addresses. */
    static String localize(FilledStatement statement) {
        String text = statement.text();
        List<Token> tokens = namesJars(text) ? Tokens.ofStatement(text) : List.of();
        StringBuilder localized = new StringBuilder(text);
        for (int at = tokens.size() - 1; at > 0; at--) {
            Token token = tokens.get(at);
            if (token.kind() == Kind.LITERAL && tokens.get(at - 1).is("JAR")) {
                String address = token.text().substring(1, token.text().length() - 1).replace("''", "'");
                String path = pathOf(address, statement, token.start());
                localized.replace(token.start(), token.end(), "'" + path.replace("'", "''") + "'");
            }
        }
        return localized.toString();
    }

    private static boolean namesJars(String text) {
        return text.regionMatches(true, 0, "ADD", 0, 3)
                || (text.regionMatches(true, 0, "CREATE", 0, 6) && text.toUpperCase(Locale.ROOT).contains("USING"));
    }

    private static String pathOf(String address, FilledStatement statement, int offset) {
        Matcher pinned = PINNED.matcher(address);
        boolean isPinned = pinned.matches();
        if (!isPinned && !HTTP.matcher(address).matches()) {
            return address;
        }
        try {
            String wanted = isPinned ? pinned.group(2).toLowerCase(Locale.ROOT) : null;
            if (wanted != null && !SHA256.matcher(wanted).matches()) {
                throw RunnerException.at("", "its sha256 has no 64 hex digits", "Write the SHA-256 of the jar.");
            }
            return fetch(isPinned ? pinned.group(1) : address, wanted).toString();
        } catch (RunnerException error) {
            String seen = "the jar " + Download.shown(address) + " cannot be loaded: " + error.seen();
            throw RunnerException.at(statement.position(offset), seen, error.change());
        } catch (IOException error) {
            String seen = "the jar " + Download.shown(address) + " cannot be kept: " + error;
            throw RunnerException.at(statement.position(offset), seen, "Give the process room and the right to write there.");
        }
    }

    private static Path fetch(String address, String wanted) throws IOException {
        Path root = root();
        if (wanted != null && Files.exists(root.resolve(wanted + ".jar"))) {
            return root.resolve(wanted + ".jar");
        }
        Path draft = Files.createTempFile(root, "unfinished-", ".jar");
        try {
            String sha256 = Download.fetch("jar", address, draft, Limits.USUAL);
            if (wanted != null && !wanted.equals(sha256)) {
                throw RunnerException.at(
                        "", "its SHA-256 is " + sha256 + ", not " + wanted, "Write that of the jar that is there, or publish the right one.");
            }
            return Files.move(draft, root.resolve(sha256 + ".jar"), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static synchronized Path root() throws IOException {
        if (folder == null) {
            folder = Files.createTempDirectory("sdp-jars-");
        }
        return folder;
    }
}
