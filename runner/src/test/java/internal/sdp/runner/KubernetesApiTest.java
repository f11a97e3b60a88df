package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesApiTest {
    @TempDir static Path folder;
    private static KeyStore serverKey;

    private final Deque<Integer> statuses = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private HttpsServer server;

    @BeforeAll
    static void makeCertificate() throws Exception {
        serverKey = TestCertificate.make(folder, "server");
        Files.writeString(folder.resolve("ca.crt"), TestCertificate.pem(serverKey));
    }

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("token"), "first\n");
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(TestCertificate.serving(serverKey)));
        server.createContext(
                "/",
                exchange -> {
                    requests.add(
                            exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization"));
                    byte[] body = "{\"data\":{}}".getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(statuses.isEmpty() ? 200 : statuses.remove(), body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void readsWithTheServiceAccountsToken() {
        assertEquals("{\"data\":{}}", api().readConfigMap("team-a", "job-sql-1"));
        assertEquals(List.of("/api/v1/namespaces/team-a/configmaps/job-sql-1 Bearer first"), requests);
    }

    @Test
    void readsTheTokenAgainForEachRequest() throws IOException {
        KubernetesApi api = api();
        api.readConfigMap("a", "b");
        Files.writeString(folder.resolve("token"), "second");
        api.readConfigMap("a", "b");
        assertTrue(requests.get(1).endsWith("Bearer second"), requests.toString());
    }

    @Test
    void triesAgainWhatMayPass() {
        statuses.addAll(List.of(503, 429, 500));
        assertEquals("{\"data\":{}}", api().readConfigMap("a", "b"));
        assertEquals(4, requests.size());
    }

    @Test
    void givesUpAfterFiveAttempts() {
        statuses.addAll(List.of(503, 503, 503, 503, 503, 503));
        RunnerException error = assertThrows(RunnerException.class, () -> api().readConfigMap("a", "b"));
        assertEquals(5, requests.size());
        assertTrue(error.getMessage().contains("after 5 attempts: status 503"), error.getMessage());
    }

    @Test
    void saysThatARevisionIsMissing() {
        statuses.add(404);
        RunnerException error = assertThrows(RunnerException.class, () -> api().readConfigMap("a", "b"));
        assertEquals(1, requests.size());
        assertTrue(error.getMessage().startsWith("ConfigMap a/b: this revision"), error.getMessage());
    }

    @Test
    void saysWhichRightIsMissing() {
        statuses.add(403);
        RunnerException error = assertThrows(RunnerException.class, () -> api().readConfigMap("a", "b"));
        assertTrue(error.getMessage().contains("get configmaps in namespace a"), error.getMessage());
    }

    @Test
    void readsSecretsAlike() {
        statuses.add(503);
        assertEquals("{\"data\":{}}", api().readSecret("team-a", "db.x"));
        assertEquals("/api/v1/namespaces/team-a/secrets/db.x Bearer first", requests.get(1));
    }

    @Test
    void saysThatASecretIsMissing() {
        statuses.add(404);
        RunnerException error = assertThrows(RunnerException.class, () -> api().readSecret("a", "db"));
        assertEquals(
                "Secret a/db: it does not exist. Create it in the job's namespace, or correct its name in the SQL.",
                error.getMessage());
    }

    @Test
    void saysWhichRoleReadsTheSecret() {
        statuses.add(403);
        RunnerException error = assertThrows(RunnerException.class, () -> api().readSecret("a", "db"));
        assertEquals(
                "Secret a/db: the Kubernetes API refuses to show it to the JobManager (status 403). Bind a Role in"
                        + " namespace a to the Flink service account with the rule apiGroups [\"\"], resources"
                        + " [\"secrets\"], resourceNames [\"db\"], verbs [\"get\"].",
                error.getMessage());
    }

    @Test
    void trustsNoOtherCa() throws Exception {
        Files.writeString(folder.resolve("ca.crt"), TestCertificate.pem(TestCertificate.make(folder, "other")));
        try {
            RunnerException error = assertThrows(RunnerException.class, () -> api().readConfigMap("a", "b"));
            assertTrue(error.getMessage().contains("SSLHandshakeException"), error.getMessage());
            assertEquals(List.of(), requests);
        } finally {
            Files.writeString(folder.resolve("ca.crt"), TestCertificate.pem(serverKey));
        }
    }

    @Test
    void saysThatCredentialsAreMissing() throws IOException {
        Files.delete(folder.resolve("token"));
        RunnerException error = assertThrows(RunnerException.class, () -> api().readConfigMap("a", "b"));
        assertTrue(error.getMessage().contains("SDP_SERVICE_ACCOUNT_DIR"), error.getMessage());
    }

    private KubernetesApi api() {
        Map<String, String> environment =
                Map.of(
                        "KUBERNETES_SERVICE_HOST", "127.0.0.1",
                        "KUBERNETES_SERVICE_PORT", String.valueOf(server.getAddress().getPort()),
                        "SDP_SERVICE_ACCOUNT_DIR", folder.toString());
        return KubernetesApi.fromEnvironment(environment, Duration.ofMillis(1));
    }
}
