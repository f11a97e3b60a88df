package internal.sdp.connect.vertica;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** The task as a Connect worker runs it: it is given the same records again when it asks for that. */
final class Sink implements AutoCloseable {
    final VerticaSinkTask task = new VerticaSinkTask();
    final List<String> reported = new ArrayList<>();
    final List<Long> reportedOffsets = new ArrayList<>();
    int retries;
    /** Runs before each retry, in place of the wait. */
    Runnable beforeRetry = () -> {};

    long lastTimeout;

    Sink(PostgresServer postgres, String table, String... settings) {
        Map<String, String> properties = config(postgres, table, settings);
        task.initialize(new Context(properties));
        task.start(properties);
    }

    static Map<String, String> config(PostgresServer postgres, String table, String... settings) {
        Map<String, String> properties = new HashMap<>();
        properties.put("name", "test");
        properties.put(SinkConfig.URL, postgres.url());
        properties.put(SinkConfig.USER, PostgresServer.USER);
        properties.put(SinkConfig.PASSWORD, PostgresServer.PASSWORD);
        properties.put(SinkConfig.TABLE, table);
        properties.put(SinkConfig.RETRY_BACKOFF, "10");
        for (String setting : settings) {
            String[] parts = setting.split("=", 2);
            properties.put(parts[0], parts[1]);
        }
        return properties;
    }

    void put(SinkRecord... records) {
        put(List.of(records));
    }

    void put(Collection<SinkRecord> records) {
        while (true) {
            try {
                task.put(records);
                return;
            } catch (RetriableException again) {
                retries++;
                beforeRetry.run();
            }
        }
    }

    @Override
    public void close() {
        task.stop();
    }

    private final class Context implements SinkTaskContext {
        private final Map<String, String> properties;

        Context(Map<String, String> properties) {
            this.properties = properties;
        }

        @Override
        public Map<String, String> configs() {
            return properties;
        }

        @Override
        public void offset(Map<TopicPartition, Long> offsets) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void offset(TopicPartition partition, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void timeout(long timeoutMs) {
            lastTimeout = timeoutMs;
        }

        @Override
        public Set<TopicPartition> assignment() {
            return Set.of();
        }

        @Override
        public void pause(TopicPartition... partitions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resume(TopicPartition... partitions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public org.apache.kafka.common.metrics.PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void requestCommit() {
            throw new UnsupportedOperationException();
        }

        /** As the worker: there is one where errors are logged too, tolerated or not. */
        @Override
        public ErrantRecordReporter errantRecordReporter() {
            return (SinkRecord record, Throwable error) -> {
                reported.add(error.getMessage());
                reportedOffsets.add(record.kafkaOffset());
                Future<Void> done = CompletableFuture.completedFuture(null);
                return done;
            };
        }
    }
}
