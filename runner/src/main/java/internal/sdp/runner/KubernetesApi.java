package internal.sdp.runner;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the Kubernetes API as a pod does: address from KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, token and CA from
 * the service account's folder, which SDP_SERVICE_ACCOUNT_DIR may name for processes that are no pods. Trusts that CA only. The
 * token is read for each request, since Kubernetes renews it.
 */
final class KubernetesApi {
    private static final Logger LOG = LoggerFactory.getLogger(KubernetesApi.class);
    private static final Path DEFAULT_FOLDER = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int ATTEMPTS = 5;

    private final URI server;
    private final Path folder;
    private final HttpClient client;
    private final Duration firstPause;

    private KubernetesApi(URI server, Path folder, HttpClient client, Duration firstPause) {
        this.server = server;
        this.folder = folder;
        this.client = client;
        this.firstPause = firstPause;
    }

    static KubernetesApi fromEnvironment(Map<String, String> environment) {
        return fromEnvironment(environment, Duration.ofMillis(250));
    }

    static KubernetesApi fromEnvironment(Map<String, String> environment, Duration firstPause) {
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        String port = environment.get("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null) {
            throw RunnerException.at(
                    "Kubernetes API",
                    "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set, so the job's SQL cannot be read",
                    "Run the JobManager in a pod, or set both and SDP_SERVICE_ACCOUNT_DIR for it.");
        }
        String given = environment.get("SDP_SERVICE_ACCOUNT_DIR");
        Path folder = given == null || given.isEmpty() ? DEFAULT_FOLDER : Path.of(given);
        URI server = URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
        HttpClient client =
                HttpClient.newBuilder()
                        .proxy(HttpClient.Builder.NO_PROXY)
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(TIMEOUT)
                        .sslContext(trusting(folder.resolve("ca.crt")))
                        .build();
        return new KubernetesApi(server, folder, client, firstPause);
    }

    /** The JSON of a ConfigMap. Failures that may pass are tried again, five times within some eight seconds. */
    String readConfigMap(String namespace, String name) {
        return read(
                new Wanted(
                        "ConfigMap",
                        "configmaps",
                        namespace,
                        name,
                        "this revision of the job's SQL does not exist",
                        "It was deleted, or is in another namespace. Apply the job again, which writes it.",
                        "Give the Flink service account the right to get configmaps in namespace " + namespace + "."));
    }

    /** The JSON of a Secret, by the same rules. */
    String readSecret(String namespace, String name) {
        return read(
                new Wanted(
                        "Secret",
                        "secrets",
                        namespace,
                        name,
                        "it does not exist",
                        "Create it in the job's namespace, or correct its name in the SQL.",
                        "Bind a Role in namespace " + namespace
                                + " to the Flink service account with the rule apiGroups [\"\"], resources [\"secrets\"],"
                                + " resourceNames [\"" + name + "\"], verbs [\"get\"]."));
    }

    /**
     * What is read, and what to say when it cannot be.
     *
     * @param absent what was seen when it does not exist, and {@code ifAbsent} what to do then
     * @param ifRefused which right to give
     */
    private record Wanted(
            String kind,
            String resource,
            String namespace,
            String name,
            String absent,
            String ifAbsent,
            String ifRefused) {}

    private String read(Wanted wanted) {
        String path =
                "/api/v1/namespaces/" + encode(wanted.namespace()) + "/" + wanted.resource() + "/" + encode(wanted.name());
        String where = wanted.kind() + " " + wanted.namespace() + "/" + wanted.name();
        String failure = "";
        Duration pause = firstPause;
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (attempt > 1) {
                LOG.warn("{} could not be read ({}), trying again in {} ms", where, failure, pause.toMillis());
                sleep(pause);
                pause = pause.multipliedBy(2);
            }
            try {
                HttpResponse<String> response = client.send(request(path), HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() == 200) {
                    return response.body();
                }
                if (!isTransient(response.statusCode())) {
                    throw refused(where, wanted, response.statusCode());
                }
                failure = "status " + response.statusCode();
            } catch (IOException unreachable) {
                failure = unreachable.toString();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new RunnerException(where + ": interrupted while it was read. Submit the job again.");
            }
        }
        throw RunnerException.at(
                where,
                "the Kubernetes API at " + server + " did not answer after " + ATTEMPTS + " attempts: " + failure,
                "Check that the API is up and reachable from the JobManager.");
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + readToken())
                .header("Accept", "application/json")
                .build();
    }

    private String readToken() {
        Path file = folder.resolve("token");
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw noCredentials(file, unreadable);
        }
    }

    private static boolean isTransient(int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    private static RunnerException refused(String where, Wanted wanted, int status) {
        return switch (status) {
            case 404 -> RunnerException.at(where, wanted.absent(), wanted.ifAbsent());
            case 401, 403 -> RunnerException.at(
                    where,
                    "the Kubernetes API refuses to show it to the JobManager (status " + status + ")",
                    wanted.ifRefused());
            default -> RunnerException.at(
                    where, "the Kubernetes API answered with status " + status, "Check the job's arguments.");
        };
    }

    private static SSLContext trusting(Path ca) {
        try (InputStream in = Files.newInputStream(ca)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int index = 0;
            for (Certificate certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + index++, certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException unusable) {
            throw noCredentials(ca, unusable);
        }
    }

    private static RunnerException noCredentials(Path file, Exception cause) {
        return RunnerException.at(
                file.toString(),
                "the service account's credentials cannot be read: " + cause,
                "Mount the service account's token (automountServiceAccountToken), or set SDP_SERVICE_ACCOUNT_DIR.");
    }

    private static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause.toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
