package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubmissionContextTest {
    /** The way in which Flink's own StreamContextEnvironment sets and unsets a submission's environment. */
    private static final class Submission extends StreamExecutionEnvironment {
        static StreamExecutionEnvironment begin() {
            StreamExecutionEnvironment own = new StreamExecutionEnvironment();
            initializeContextEnvironment(configuration -> own);
            return own;
        }

        static void end() {
            resetContextEnvironment();
        }
    }

    private final ExecutorService other = Executors.newSingleThreadExecutor();
    private final ExecutorService python = Executors.newSingleThreadExecutor();

    @AfterEach
    void stop() {
        other.shutdownNow();
        python.shutdownNow();
        Submission.end();
        SubmissionContext.forget();
    }

    @Test
    void pythonHasTheEnvironmentOfItsOwnSubmission() throws Exception {
        StreamExecutionEnvironment own = Submission.begin();
        SubmissionContext.keep();
        on(other, Submission::begin);
        assertNotSame(own, on(python, StreamExecutionEnvironment::getExecutionEnvironment));
        on(python, () -> {
            SubmissionContext.enter();
            return null;
        });
        assertSame(own, on(python, StreamExecutionEnvironment::getExecutionEnvironment));
        on(other, () -> {
            Submission.end();
            return null;
        });
        assertSame(own, on(python, StreamExecutionEnvironment::getExecutionEnvironment));
    }

    private static <T> T on(ExecutorService thread, java.util.function.Supplier<T> work) throws Exception {
        return CompletableFuture.supplyAsync(work, thread).get();
    }
}
