package internal.sdp.runner;

import java.net.Authenticator;
import javax.net.ssl.HttpsURLConnection;

/**
 * Lets Flink itself fetch the jar of a job with a cluster of its own from a private server, with what {@link ArtifactAccess} knows:
 * Flink takes credentials from its configuration alone, where everybody reads them. {@code -javaagent:} names the runner's jar in
 * the JobManager's options.
 */
public final class ArtifactAgent {
    private ArtifactAgent() {}

    public static void premain(String options) {
        use(ArtifactAccess.from(System.getenv()));
    }

    static void use(ArtifactAccess access) {
        Authenticator.setDefault(access.authenticator());
        if (access.context() != null) {
            HttpsURLConnection.setDefaultSSLSocketFactory(access.context().getSocketFactory());
        }
    }
}
