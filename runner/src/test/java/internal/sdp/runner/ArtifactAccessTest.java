package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;
import org.apache.flink.client.program.artifact.ArtifactFetchManager;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArtifactAccessTest {
    @TempDir static Path folder;
    private static HttpsServer server;
    private static HttpServer other;
    private static String ca;
    private static String address;

    @BeforeAll
    static void start() throws Exception {
        KeyStore key = TestCertificate.make(folder, "registry");
        ca = TestCertificate.pem(key);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TestCertificate.serving(key)));
        guard(server, "/job.jar");
        other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        guard(other, "/job.jar");
        other.createContext(
                "/moved",
                exchange -> {
                    String there = "http://localhost:" + other.getAddress().getPort() + "/job.jar";
                    exchange.getResponseHeaders().add("Location", there);
                    exchange.sendResponseHeaders(302, -1);
                    exchange.close();
                });
        server.start();
        other.start();
        address = "https://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
        other.stop(0);
    }

    @Test
    void fetchesWithALoginOfTheHostAndACertificateOfItsOwnCa() throws Exception {
        ArtifactAccess access = access("# Publishes.\nmachine pypi.example.com login a password b\nmachine 127.0.0.1\n  login reader\n  password s3cret\n");
        fetch(address + "/job.jar", access);
        assertEquals("jar", Files.readString(folder.resolve("fetched")));
    }

    @Test
    void saysWhatIsMissing() {
        assertTrue(
                failure(address + "/job.jar", ArtifactAccess.NONE)
                        .matches("jar .*: the certificate of 127.0.0.1 is not accepted .*Name the ConfigMap or Secret with its CA: artifact_ca.*"));
        String unknown = failure(address + "/job.jar", access("machine pypi.example.com login reader password s3cret"));
        assertTrue(unknown.contains("401 (Unauthorized). Name a Secret with a login of 127.0.0.1: artifact_credentials"), unknown);
        String wrong = failure(address + "/job.jar", access("machine 127.0.0.1 login reader password wr0ng"));
        assertTrue(wrong.contains("does not accept the login. Correct the login of 127.0.0.1 in the Secret"), wrong);
        assertFalse(wrong.contains("wr0ng"), wrong);
    }

    @Test
    void givesTheLoginToNoOtherHost() {
        String moved = "http://127.0.0.1:" + other.getAddress().getPort() + "/moved";
        String message = failure(moved, access("machine 127.0.0.1 login reader password s3cret"));
        assertTrue(message.contains("No credentials provided"), message);
    }

    @Test
    void letsFlinkFetchTheJarOfAnApplication() throws Exception {
        SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
        try {
            ArtifactAgent.use(access("machine 127.0.0.1 login reader password s3cret"));
            Configuration configuration = new Configuration();
            Path target = Files.createDirectory(folder.resolve("artifacts"));
            new ArtifactFetchManager(configuration, target.toString()).fetchArtifacts(address + "/job.jar", List.of());
            assertEquals("jar", Files.readString(target.resolve("job.jar")));
        } finally {
            Authenticator.setDefault(null);
            HttpsURLConnection.setDefaultSSLSocketFactory(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret", "login a password s3cret", "machine a login s3cret", "machine a login b password s3cret extra"})
    void refusesWhatIsNoNetrcWithoutShowingIt(String netrc) {
        String message = assertThrows(RunnerException.class, () -> access(netrc)).getMessage();
        assertTrue(message.startsWith("artifact credentials: ") && !message.contains("s3cret"), message);
    }

    @Test
    void refusesWhatIsNoCertificate() {
        var environment = Map.of(ArtifactAccess.CA, "-----BEGIN CERTIFICATE-----\nnone\n");
        String message = assertThrows(RunnerException.class, () -> ArtifactAccess.from(environment)).getMessage();
        assertTrue(message.startsWith("artifact CA: its certificates cannot be read"), message);
    }

    private static ArtifactAccess access(String netrc) {
        return ArtifactAccess.from(Map.of(ArtifactAccess.NETRC, netrc, ArtifactAccess.CA, ca));
    }

    private static void fetch(String from, ArtifactAccess access) {
        Download.fetch("jar", from, folder.resolve("fetched"), Limits.USUAL, Map.of(), access);
    }

    private static String failure(String from, ArtifactAccess access) {
        return assertThrows(RunnerException.class, () -> fetch(from, access)).getMessage();
    }

    private static void guard(HttpServer server, String path) {
        server.createContext(
                        path,
                        exchange -> {
                            exchange.sendResponseHeaders(200, 3);
                            exchange.getResponseBody().write("jar".getBytes());
                            exchange.close();
                        })
                .setAuthenticator(
                        new BasicAuthenticator("packages") {
                            @Override
                            public boolean checkCredentials(String user, String password) {
                                return user.equals("reader") && password.equals("s3cret");
                            }
                        });
    }
}
