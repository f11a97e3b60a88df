package internal.sdp.runner;

import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** Entry class of SQL jobs: reads the revision that its arguments name and submits it as one Flink job. */
public final class SqlRunner {
    private SqlRunner() {}

    public static void main(String... args) {
        Map<String, String> environment = System.getenv();
        Arguments arguments = Arguments.parse(args);
        KubernetesApi api = KubernetesApi.fromEnvironment(environment);
        String namespace = arguments.namespace();
        Revision revision =
                Revision.read(namespace, arguments.revision(), name -> api.readConfigMap(namespace, name));
        Secrets secrets = new Secrets(namespace, name -> api.readSecret(namespace, name));
        Parameters parameters = new Parameters(arguments.parameters(), environment, secrets);
        SqlJob.prepare(arguments.job(), revision, parameters).submit(new Configuration());
    }
}
