package internal.sdp.runner;

import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** Entry class of SQL jobs: reads the revision that its arguments name and submits it as one Flink job. */
public final class SqlRunner {
    private SqlRunner() {}

    public static void main(String... args) {
        Map<String, String> environment = System.getenv();
        Arguments arguments = Arguments.parse(args);
        String configMap =
                KubernetesApi.fromEnvironment(environment)
                        .readConfigMap(arguments.namespace(), arguments.revision());
        Revision revision = Revision.fromConfigMap(arguments.namespace(), arguments.revision(), configMap);
        Parameters parameters = new Parameters(arguments.parameters(), environment);
        SqlJob.prepare(arguments.job(), revision, parameters).submit(new Configuration());
    }
}
