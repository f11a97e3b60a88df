package internal.sdp.runner;

import java.net.URI;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;

/**
 * A Flink cluster in this process, which runs previews alone: it is small and nobody else reaches it. The first query starts it,
 * since that takes longer than most queries.
 */
final class PreviewCluster implements AutoCloseable {
    /** Queries that run at the same time; others wait for one to end. */
    private static final int SLOTS = 8;

    private static final Map<String, String> OPTIONS =
            Map.of(
                    "rest.address", "127.0.0.1",
                    "rest.bind-address", "127.0.0.1",
                    "rest.bind-port", "0",
                    "jobmanager.bind-host", "127.0.0.1",
                    "taskmanager.bind-host", "127.0.0.1",
                    "taskmanager.memory.network.min", "32m",
                    "taskmanager.memory.network.max", "32m",
                    "taskmanager.memory.managed.size", "256m");

    private MiniCluster cluster;

    /** What submits a job to it. */
    synchronized Map<String, String> options() throws Exception {
        if (cluster == null) {
            MiniCluster started =
                    new MiniCluster(
                            new MiniClusterConfiguration.Builder()
                                    .setConfiguration(Configuration.fromMap(OPTIONS))
                                    .setNumTaskManagers(1)
                                    .setNumSlotsPerTaskManager(SLOTS)
                                    .build());
            started.start();
            cluster = started;
        }
        URI address = cluster.getRestAddress().get();
        return Map.of(
                "execution.target", "remote",
                "execution.attached", "false",
                "rest.address", address.getHost(),
                "rest.port", String.valueOf(address.getPort()));
    }

    @Override
    public synchronized void close() throws Exception {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }
}
