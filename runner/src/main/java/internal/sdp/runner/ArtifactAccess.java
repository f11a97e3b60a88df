package internal.sdp.runner;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Who the servers of artifacts are told that this is, and whose certificates they may have. From the environment, where a Secret and
 * a ConfigMap put it: {@code SDP_ARTIFACT_NETRC} has users and passwords by host as curl's .netrc has them, {@code
 * SDP_ARTIFACT_CA} certificates in PEM that are trusted besides those of Java.
 */
final class ArtifactAccess {
    static final String NETRC = "SDP_ARTIFACT_NETRC";
    static final String CA = "SDP_ARTIFACT_CA";
    static final ArtifactAccess NONE = new ArtifactAccess(Map.of(), null);

    private record Login(String user, String password) {}

    private final Map<String, Login> logins;
    private final SSLContext context;

    private ArtifactAccess(Map<String, Login> logins, SSLContext context) {
        this.logins = logins;
        this.context = context;
    }

    static ArtifactAccess from(Map<String, String> environment) {
        String netrc = environment.getOrDefault(NETRC, "");
        String ca = environment.getOrDefault(CA, "");
        if (netrc.isBlank() && ca.isBlank()) {
            return NONE;
        }
        return new ArtifactAccess(parse(netrc), ca.isBlank() ? null : trusting(ca));
    }

    /** Null where Java's own is enough. */
    SSLContext context() {
        return context;
    }

    boolean knows(String host) {
        return logins.containsKey(host);
    }

    /** Answers a server that asks, and no other host, also none that a server leads to. */
    Authenticator authenticator() {
        return new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                Login login = getRequestorType() == RequestorType.SERVER ? logins.get(getRequestingHost()) : null;
                return login == null ? null : new PasswordAuthentication(login.user(), login.password().toCharArray());
            }
        };
    }

    private static Map<String, Login> parse(String netrc) {
        Map<String, Login> logins = new LinkedHashMap<>();
        List<String> words = new ArrayList<>();
        netrc.lines()
                .filter(line -> !line.strip().startsWith("#"))
                .forEach(line -> words.addAll(List.of(line.strip().split("\\s+"))));
        Iterator<String> word = words.stream().filter(text -> !text.isEmpty()).iterator();
        String host = null;
        Map<String, String> fields = new LinkedHashMap<>();
        while (word.hasNext()) {
            String key = word.next();
            if (!List.of("machine", "login", "password", "account").contains(key) || !word.hasNext()) {
                // What it is instead may be a password.
                throw wrong("it has something else than machine, login and password with a value each");
            }
            String value = word.next();
            if (key.equals("machine")) {
                add(logins, host, fields);
                host = value;
                fields = new LinkedHashMap<>();
            } else {
                fields.put(key, value);
            }
        }
        add(logins, host, fields);
        return logins;
    }

    private static void add(Map<String, Login> logins, String host, Map<String, String> fields) {
        if (host == null && fields.isEmpty()) {
            return;
        }
        if (host == null || !fields.containsKey("login") || !fields.containsKey("password")) {
            throw wrong(host == null ? "it names no machine" : "machine " + host + " has no login or no password");
        }
        logins.putIfAbsent(host, new Login(fields.get("login"), fields.get("password")));
    }

    private static RunnerException wrong(String seen) {
        return RunnerException.at(
                "artifact credentials",
                seen,
                "Write for each host into the Secret: machine pypi.example.com login USER password TOKEN.");
    }

    private static SSLContext trusting(String pem) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int index = 0;
            for (X509Certificate known : trustManager(null).getAcceptedIssuers()) {
                store.setCertificateEntry("java-" + index++, known);
            }
            byte[] bytes = pem.getBytes(StandardCharsets.UTF_8);
            for (Certificate own : CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
                store.setCertificateEntry("own-" + index++, own);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trustManager(store)}, null);
            return context;
        } catch (GeneralSecurityException | IOException unusable) {
            throw RunnerException.at(
                    "artifact CA", "its certificates cannot be read: " + unusable, "Write them in PEM, one after the other.");
        }
    }

    /** @param store null for Java's own */
    private static X509TrustManager trustManager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("Java has no trust manager for X.509");
    }
}
