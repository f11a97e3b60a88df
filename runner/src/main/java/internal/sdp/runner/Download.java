package internal.sdp.runner;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.PasswordAuthentication;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;

/** Fetches what an address names: http and https by the JDK, files of this machine, all else by Flink's file systems. */
final class Download {
    private final String what;
    private final URI address;
    /** Where the address leads here. */
    private final URI source;
    private final Limits limits;
    private final ArtifactAccess access;

    private Download(String what, URI address, URI source, Limits limits, ArtifactAccess access) {
        this.what = what;
        this.address = address;
        this.source = source;
        this.limits = limits;
        this.access = access;
    }

    /** Writes the content into a new file and answers its SHA-256 in lower-case hex. {@code what}: {@code archive}. */
    static String fetch(String what, String address, Path file, Limits limits) {
        return fetch(what, address, file, limits, HostAliases.OF_THIS_PROCESS);
    }

    static String fetch(String what, String address, Path file, Limits limits, Map<String, String> aliases) {
        return fetch(what, address, file, limits, aliases, ArtifactAccess.from(System.getenv()));
    }

    static String fetch(
            String what, String address, Path file, Limits limits, Map<String, String> aliases, ArtifactAccess access) {
        URI parsed;
        try {
            parsed = new URI(address);
        } catch (URISyntaxException error) {
            throw RunnerException.at(what + " " + address, "this is no address (" + error.getReason() + ")", "Correct it.");
        }
        return new Download(what, parsed, HostAliases.resolve(parsed, aliases), limits, access).fetchInto(file);
    }

    private String fetchInto(Path file) {
        try (InputStream content = open()) {
            return copy(content, file);
        } catch (RunnerException error) {
            throw error;
        } catch (IOException error) {
            throw wrong("it could not be read: " + describe(error), "Correct the address, or try again later.");
        }
    }

    private InputStream open() throws IOException {
        String scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(java.util.Locale.ROOT);
        return switch (scheme) {
            case "http", "https" -> openHttp();
            case "file", "local" -> openFile();
            case "" -> throw wrong("the address has no scheme", "Write one such as https:// or file:///.");
            default -> openByFlink();
        };
    }

    private InputStream openFile() throws IOException {
        Path path = Path.of(address.getPath() == null ? address.getSchemeSpecificPart() : address.getPath());
        if (!Files.isRegularFile(path)) {
            String seen = Files.exists(path) ? "this is no file" : "there is no such file where the JobManager runs";
            throw wrong(seen, "Correct the address, or put the file there.");
        }
        return Files.newInputStream(path);
    }

    private InputStream openByFlink() throws IOException {
        try {
            return FileSystem.get(address).open(new org.apache.flink.core.fs.Path(address));
        } catch (UnsupportedFileSystemSchemeException error) {
            throw wrong(
                    "Flink here knows no file system for " + address.getScheme() + "://",
                    "Put the plugin of that file system into the cluster's plugins folder, or use https://.");
        }
    }

    private InputStream openHttp() throws IOException {
        HttpClient client = httpClient();
        HttpRequest request = HttpRequest.newBuilder(withoutUser(source)).timeout(limits.silence()).build();
        HttpResponse<InputStream> response;
        try {
            response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (HttpTimeoutException error) {
            throw wrong(tookTooLong("the server did not answer within", limits.silence()), "Try again later.");
        } catch (ConnectException error) {
            String seen =
                    hasCause(error, UnresolvedAddressException.class)
                            ? "the host " + source.getHost() + " is not known"
                            : "nothing answers at " + source.getHost() + ":" + port();
            throw wrong(seen, "Correct the address, or start the server.");
        } catch (SSLException error) {
            throw wrong(
                    "the certificate of " + source.getHost() + " is not accepted (" + error.getMessage() + ")",
                    "Name the ConfigMap or Secret with its CA: artifact_ca of the job's module, or of its session cluster.");
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", error);
        } catch (IOException error) {
            if (describe(error).startsWith("too many authentication attempts")) {
                throw wrong("the server does not accept the login", adviceFor(401));
            }
            throw error;
        } catch (IllegalArgumentException error) {
            throw wrong("this is no address (" + error.getMessage() + ")", "Correct it.");
        }
        if (response.statusCode() == 200) {
            return response.body();
        }
        response.body().close();
        throw wrong("the server answered " + status(response.statusCode()), adviceFor(response.statusCode()));
    }

    private HttpClient httpClient() {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(limits.silence())
                        .followRedirects(HttpClient.Redirect.NORMAL);
        if (access.context() != null) {
            builder.sslContext(access.context());
        }
        String user = address.getUserInfo();
        if (user == null && access.knows(source.getHost())) {
            // With one that knows nothing, the client has no answer of the server's to tell of.
            builder.authenticator(access.authenticator());
        } else if (user != null) {
            String[] parts = user.split(":", 2);
            char[] password = (parts.length == 2 ? parts[1] : "").toCharArray();
            builder.authenticator(
                    new Authenticator() {
                        @Override
                        protected PasswordAuthentication getPasswordAuthentication() {
                            boolean meant = source.getHost().equals(getRequestingHost());
                            return meant ? new PasswordAuthentication(parts[0], password) : null;
                        }
                    });
        }
        return builder.build();
    }

    /** A server that falls silent, or sends for ever, is left: its stream is closed under the reader. */
    private String copy(InputStream content, Path file) throws IOException {
        long start = System.nanoTime();
        long[] lastByte = {start};
        String[] ended = {null};
        ScheduledExecutorService watch =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = new Thread(task, "sdp-download-watch");
                            thread.setDaemon(true);
                            return thread;
                        });
        Runnable look =
                () -> {
                    long now = System.nanoTime();
                    synchronized (ended) {
                        if (now - start > limits.download().toNanos()) {
                            ended[0] = tookTooLong("the download took longer than", limits.download());
                        } else if (now - lastByte[0] > limits.silence().toNanos()) {
                            ended[0] = tookTooLong("the server sent nothing for", limits.silence());
                        }
                    }
                    if (ended[0] != null) {
                        closeQuietly(content);
                    }
                };
        watch.scheduleAtFixedRate(look, 200, 200, TimeUnit.MILLISECONDS);
        MessageDigest digest = sha256();
        long size = 0;
        byte[] buffer = new byte[1 << 16];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                synchronized (ended) {
                    lastByte[0] = System.nanoTime();
                }
                size += read;
                if (size > limits.downloadBytes()) {
                    throw wrong(
                            "it is larger than " + Limits.size(limits.downloadBytes()),
                            "Take out what the job does not need.");
                }
                digest.update(buffer, 0, read);
                out.write(buffer, 0, read);
            }
        } catch (IOException error) {
            if (ended[0] == null) {
                throw error;
            }
        } finally {
            watch.shutdownNow();
        }
        if (ended[0] != null) {
            throw wrong(ended[0], "Try again later, or use a server that is nearer.");
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private RunnerException wrong(String seen, String change) {
        return RunnerException.at(what + " " + shown(address.toString()), seen, change);
    }

    /** An address without what may be secret in it: the password and signatures in the query. */
    static String shown(String address) {
        return address.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://)[^/@]*@", "$1").replaceFirst("[?#].*$", "");
    }

    private static URI withoutUser(URI address) {
        return URI.create(address.toString().replaceFirst("^([A-Za-z]+://)[^/@]*@", "$1"));
    }

    private int port() {
        return source.getPort() >= 0 ? source.getPort() : "https".equals(source.getScheme()) ? 443 : 80;
    }

    private static String status(int code) {
        return switch (code) {
            case 401 -> "401 (Unauthorized)";
            case 403 -> "403 (Forbidden)";
            case 404 -> "404 (Not Found)";
            case 410 -> "410 (Gone)";
            default -> String.valueOf(code);
        };
    }

    private String adviceFor(int code) {
        return switch (code) {
            case 401, 403 -> access.knows(source.getHost())
                    ? "Correct the login of " + source.getHost() + " in the Secret that artifact_credentials names."
                    : "Name a Secret with a login of " + source.getHost()
                            + ": artifact_credentials of the job's module, or of its session cluster.";
            case 404, 410 -> "Publish it there, or correct the address.";
            default -> "Look at the server, and try again later.";
        };
    }

    private static String tookTooLong(String seen, Duration limit) {
        return seen + " " + (limit.toMillis() < 1000 ? limit.toMillis() + " ms" : limit.toSeconds() + " s");
    }

    private static String describe(IOException error) {
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }

    private static boolean hasCause(Throwable error, Class<?> type) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return true;
            }
        }
        return false;
    }

    private static void closeQuietly(InputStream content) {
        try {
            content.close();
        } catch (IOException ignored) {
            // The reader is told by what it reads.
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException error) {
            throw new IllegalStateException(error);
        }
    }
}
