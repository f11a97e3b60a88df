package internal.sdp.runner;

import java.lang.reflect.Field;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironmentFactory;

/**
 * Which submission a Python process belongs to. A JobManager that runs a program gives it its environment twice: to the thread
 * of {@code main}, and to all threads, where the next submission overwrites it. Python's calls come in on threads of their own, so
 * with two submissions at a time a job would be submitted as the other one, or into a cluster made for it alone. Therefore
 * Python's thread is given what {@code main}'s has.
 *
 * <p>Public, since Python calls it.
 */
public final class SubmissionContext {
    private static volatile StreamExecutionEnvironmentFactory environments;

    private SubmissionContext() {}

    /** Called on the thread of {@code main}. */
    static void keep() {
        environments = ofThread().get();
    }

    /** Called by {@code sdp_run_module.py}, on the thread that serves Python's main thread. */
    public static void enter() {
        if (environments != null) {
            ofThread().set(environments);
        }
    }

    static void forget() {
        environments = null;
    }

    /** Flink offers no way to set it for a thread without setting it for all. */
    @SuppressWarnings("unchecked")
    private static ThreadLocal<StreamExecutionEnvironmentFactory> ofThread() {
        try {
            Field field = StreamExecutionEnvironment.class.getDeclaredField("threadLocalContextEnvironmentFactory");
            field.setAccessible(true);
            return (ThreadLocal<StreamExecutionEnvironmentFactory>) field.get(null);
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException("Flink keeps a submission's environment in another place", error);
        }
    }
}
