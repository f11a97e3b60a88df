package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloadTest {
    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    private static final Limits LIMITS = new Limits(100, 100, 10, Duration.ofSeconds(20), Duration.ofSeconds(60));
    private static final Limits IMPATIENT = new Limits(100, 100, 10, Duration.ofMillis(600), Duration.ofMillis(1500));

    @TempDir Path temporary;
    private final CountDownLatch over = new CountDownLatch(1);
    private ExecutorService threads;
    private HttpServer server;
    private String url;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        serve("/hello", 200, "hello");
        serve("/gone", 404, "");
        serve("/large", 200, "x".repeat(101));
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void readsHttpAndFiles() throws IOException {
        assertEquals(HELLO, fetch(url + "/hello"));
        assertEquals("hello", Files.readString(temporary.resolve("file")));
        Path local = Files.writeString(temporary.resolve("with space"), "hello");
        assertEquals(HELLO, fetch(local.toUri().toString()));
        assertEquals(HELLO, fetch("file:" + local.toUri().getRawPath()));
        assertEquals(HELLO, fetch("local://" + local.toUri().getRawPath()));
    }

    @Test
    void followsRedirects() throws IOException {
        server.createContext(
                "/moved",
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/hello");
                    exchange.sendResponseHeaders(302, -1);
                    exchange.close();
                });
        assertEquals(HELLO, fetch(url + "/moved"));
    }

    @Test
    void givesUserAndPasswordOfTheAddressAndNeverShowsThem() throws IOException {
        serve("/private", 200, "hello");
        server.createContext("/guarded", exchange -> answer(exchange, 200, "hello"))
                .setAuthenticator(
                        new BasicAuthenticator("packages") {
                            @Override
                            public boolean checkCredentials(String user, String password) {
                                return user.equals("reader") && password.equals("s3cret");
                            }
                        });
        assertEquals(HELLO, fetch(url.replace("//", "//reader:s3cret@") + "/guarded"));
        String message = failure(url.replace("//", "//reader:s3cret@") + "/gone?token=s3cret");
        assertTrue(message.startsWith("archive " + url + "/gone: the server answered 404 (Not Found). Publish"), message);
        assertTrue(failure(url + "/guarded").contains("401 (Unauthorized). Name a Secret with a login of 127.0.0.1: artifact_credentials"));
    }

    @Test
    void refusesWhatIsTooLarge() {
        String message = failure(url + "/large");
        assertTrue(message.contains("/large: it is larger than 100 bytes. Take out"), message);
    }

    @Test
    void leavesServersThatFallSilentOrNeverEnd() {
        server.createContext("/silent", exchange -> await());
        server.createContext(
                "/stops",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('x');
                    exchange.getResponseBody().flush();
                    await();
                });
        server.createContext(
                "/drips",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    while (over.getCount() > 0) {
                        exchange.getResponseBody().write('x');
                        exchange.getResponseBody().flush();
                        sleep();
                    }
                });
        assertTrue(failure(url + "/silent", IMPATIENT).contains("the server did not answer within 600 ms"));
        assertTrue(failure(url + "/stops", IMPATIENT).contains("the server sent nothing for 600 ms"));
        assertTrue(failure(url + "/drips", IMPATIENT).contains("the download took longer than 1 s"));
    }

    @Test
    void saysWhatIsWrongWithAnAddress() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertTrue(failure("http://127.0.0.1:" + free + "/a").contains("nothing answers at 127.0.0.1:" + free));
        assertTrue(failure("http://nowhere.invalid/a").contains("the host nowhere.invalid is not known"));
        assertTrue(failure("strange://bucket/a").contains("Flink here knows no file system for strange://"));
        assertTrue(failure("file:///no/such/file").contains("there is no such file where the JobManager runs"));
        assertTrue(failure(temporary.toUri().toString()).contains("this is no file"));
        assertTrue(failure("http://host/a b").contains("this is no address"));
        assertTrue(failure("a.tar.gz").contains("the address has no scheme"));
    }

    @Test
    void asksWhoAnswersForAHostHereAndTellsTheAddressAsItIsWritten() {
        var aliases = HostAliases.parse("pypi=" + url.substring("http://".length()) + ",maven=127.0.0.1:1");
        Path file = temporary.resolve("file");
        assertEquals(HELLO, Download.fetch("archive", "https://PyPI:8080/hello#a", file, LIMITS, aliases));
        var missing =
                assertThrows(
                        RunnerException.class,
                        () -> Download.fetch("archive", "http://pypi/gone", file, LIMITS, aliases));
        assertTrue(missing.getMessage().contains("archive http://pypi/gone: the server answered 404"), missing.getMessage());
        var down =
                assertThrows(
                        RunnerException.class, () -> Download.fetch("jar", "http://maven/a", file, LIMITS, aliases));
        assertTrue(down.getMessage().contains("nothing answers at 127.0.0.1:1"), down.getMessage());
    }

    @Test
    void knowsNoAliasesOnKubernetes() {
        assertTrue(HostAliases.parse(null).isEmpty());
        assertTrue(HostAliases.parse("").isEmpty());
    }

    private String fetch(String address) {
        return Download.fetch("archive", address, temporary.resolve("file"), LIMITS);
    }

    private String failure(String address) {
        return failure(address, LIMITS);
    }

    private String failure(String address, Limits limits) {
        Path file = temporary.resolve("file");
        return assertThrows(RunnerException.class, () -> Download.fetch("archive", address, file, limits)).getMessage();
    }

    private void serve(String path, int status, String body) {
        server.createContext(path, exchange -> answer(exchange, status, body));
    }

    private static void answer(com.sun.net.httpserver.HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void await() {
        try {
            over.await();
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
    }
}
