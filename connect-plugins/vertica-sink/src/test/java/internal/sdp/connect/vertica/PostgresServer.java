package internal.sdp.connect.vertica;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tukaani.xz.XZInputStream;

/** A PostgreSQL server on a free port of loopback, with data of its own that go when it is closed. */
final class PostgresServer implements AutoCloseable {
    static final String USER = "sdp";
    static final String PASSWORD = "sdp secret";
    private static final Path TARGET =
            Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();

    private final Path home;
    private final Path data;
    private final List<String> asUser;
    private final int port;
    private Process server;

    private PostgresServer(Path home, Path data, List<String> asUser, int port) {
        this.home = home;
        this.data = data;
        this.asUser = asUser;
        this.port = port;
    }

    static PostgresServer start() throws IOException, InterruptedException {
        Path home = unpack();
        Path data = Files.createTempDirectory(TARGET, "postgres-data-");
        Path password = Files.writeString(Files.createTempFile(TARGET, "password", ""), PASSWORD);
        List<String> asUser = asUser();
        PostgresServer postgres = new PostgresServer(home, data, asUser, freePort());
        try {
            if (asUser.contains("setpriv")) {
                run(List.of("chown", "65534:65534", data.toString(), password.toString()));
            }
            run(
                    asUser,
                    home.resolve("bin/initdb").toString(),
                    "-D",
                    data.toString(),
                    "-U",
                    USER,
                    "--auth=scram-sha-256",
                    "--pwfile=" + password,
                    "-E",
                    "UTF8",
                    "--locale=C",
                    "--no-sync",
                    "--no-instructions");
            postgres.launch();
            return postgres;
        } catch (IOException error) {
            postgres.close();
            throw error;
        } finally {
            Files.delete(password);
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), USER, PASSWORD);
    }

    /** As after {@code kill -9}: no goodbye to clients, crash recovery at the next start. */
    void kill() throws InterruptedException, IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0));
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.add(0, postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle handle : all) {
            while (handle.isAlive()) {
                Thread.sleep(10);
            }
        }
        server.waitFor();
    }

    /** On the same port, with the same data. */
    void launch() throws IOException, InterruptedException {
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        List<String> command = new ArrayList<>(asUser);
        command.addAll(List.of(
                home.resolve("bin/postgres").toString(),
                "-D",
                data.toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=20",
                "-c",
                "dynamic_shared_memory_type=mmap"));
        server = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        for (int i = 0; ; i++) {
            try (Connection ready = connect()) {
                return;
            } catch (SQLException notYet) {
                if (i == 600 || !server.isAlive()) {
                    throw new IOException("PostgreSQL does not start: " + Files.readString(log()), notYet);
                }
                Thread.sleep(50);
            }
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (server != null && server.isAlive()) {
            long pid = Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0));
            // SIGINT ends sessions and shuts down in order, which frees shared memory.
            run(List.of("kill", "-INT", Long.toString(pid)));
            if (!server.waitFor(20, TimeUnit.SECONDS)) {
                kill();
            }
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(log());
    }

    private Path log() {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    /** The server refuses to be root: it is nobody then, in a namespace of its own or for all to see. */
    private static List<String> asUser() throws IOException, InterruptedException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        boolean namespaces = new ProcessBuilder("unshare", "-U", "true").start().waitFor() == 0;
        return namespaces
                ? List.of("unshare", "-U")
                : List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    }

    private static synchronized Path unpack() throws IOException, InterruptedException {
        Path home = TARGET.resolve("postgres-" + System.getProperty("postgres.version", "dev"));
        if (Files.isDirectory(home)) {
            return home;
        }
        Path half = Files.createTempDirectory(TARGET, "postgres-unpacked-");
        try (InputStream archive = archive()) {
            Process tar = new ProcessBuilder("tar", "-x", "-C", half.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (OutputStream into = tar.getOutputStream()) {
                new XZInputStream(archive).transferTo(into);
            }
            if (tar.waitFor() != 0) {
                throw new IOException("tar cannot unpack PostgreSQL");
            }
        }
        run(List.of("chmod", "755", half.toString()));
        Files.move(half, home);
        return home;
    }

    private static InputStream archive() throws IOException {
        for (String platform : List.of("linux-x86_64", "linux-arm_64", "darwin-arm_64", "darwin-x86_64")) {
            InputStream archive = PostgresServer.class.getResourceAsStream("/postgres-" + platform + ".txz");
            if (archive != null) {
                return archive;
            }
        }
        throw new IOException("no archive of PostgreSQL for this platform");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void run(List<String> prefix, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(List.of(command));
        run(all);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
    }
}
