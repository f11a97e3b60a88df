package internal.sdp.runner;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Entry class of SQL jobs: reads the revision that its arguments name and submits it as one Flink job. */
public final class SqlRunner {
    private static final Logger LOG = LoggerFactory.getLogger(SqlRunner.class);

    private SqlRunner() {}

    public static void main(String... args) {
        long begun = System.nanoTime();
        Map<String, String> environment = System.getenv();
        Arguments arguments = Arguments.parse(args);
        KubernetesApi api = KubernetesApi.fromEnvironment(environment);
        String namespace = arguments.namespace();
        Revision revision =
                Revision.read(namespace, arguments.revision(), name -> api.readConfigMap(namespace, name));
        Secrets secrets = new Secrets(namespace, name -> api.readSecret(namespace, name));
        Parameters parameters = new Parameters(arguments.parameters(), environment, secrets);
        SqlJob job = SqlJob.prepare(arguments.job(), revision, parameters);
        LOG.info("{} is read, filled in and checked in {} ms", arguments.revision(), (System.nanoTime() - begun) / 1_000_000);
        if (arguments.python() == null) {
            job.submit(new Configuration());
        } else {
            submit(job, arguments.python(), arguments.job());
        }
    }

    private static void submit(SqlJob job, PythonArchive archive, String name) {
        Map<String, String> configuration =
                StreamExecutionEnvironment.getExecutionEnvironment().getConfiguration().toMap();
        PythonProgram.requireDriver(name);
        PythonCode.use(
                archive,
                name,
                configuration,
                () -> {},
                packages -> job.submit(PythonFunctions.options(archive, packages, configuration)));
    }
}
