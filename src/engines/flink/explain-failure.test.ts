import { describe, expect, it } from 'vitest';
import { explainFailure } from './explain-failure.ts';

/** Recorded from Flink 2.2.0, most frames left out. */
const traces = {
  foreignState: `org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.
\tat org.apache.flink.runtime.jobmaster.DefaultJobMasterServiceProcess.lambda$new$0(DefaultJobMasterServiceProcess.java:97)
Caused by: java.util.concurrent.CompletionException: java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint file:/sp/savepoint-ecf4e9-c005c1b00d80. Cannot map checkpoint/savepoint state for operator 7ec610aefa4d73adf0f79e1ce21b145a to the new program, because the operator is not available in the new program. If you want to allow to skip this, you can set the --allowNonRestoredState option on the CLI.
\t... 4 more`,
  absentSavepoint: `org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.
\tat org.apache.flink.util.MdcUtils.lambda$wrapRunnable$1(MdcUtils.java:70)
Caused by: java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory 'file:///no/such/savepoint' on file system 'file'.
\t... 4 more`,
  absentClass: `org.apache.flink.client.program.ProgramInvocationException: The program's entry point class 'com.example.Nothing' was not found in the jar file.
\tat org.apache.flink.client.program.PackagedProgram.loadMainClass(PackagedProgram.java:445)
Caused by: java.lang.ClassNotFoundException: com.example.Nothing
\t... 7 more`,
  absentDependency: `org.apache.flink.client.program.ProgramInvocationException: The program caused an error:
\tat org.apache.flink.client.program.PackagedProgram.callMainMethod(PackagedProgram.java:355)
Caused by: java.lang.NoClassDefFoundError: com/example/Absent
\tat com.example.Trouble.main(Trouble.java:24)
Caused by: java.lang.ClassNotFoundException: com.example.Absent
\t... 7 more`,
  heap: 'java.lang.OutOfMemoryError: Java heap space\n',
  heapOfJobManager: `org.apache.flink.client.program.ProgramInvocationException: The program caused an error:
\tat org.apache.flink.client.program.PackagedProgram.callMainMethod(PackagedProgram.java:355)
Caused by: java.lang.OutOfMemoryError: Java heap space
\tat com.example.Trouble.main(Trouble.java:24)`,
  metaspace:
    'java.lang.OutOfMemoryError: Metaspace\n\tat java.base/java.lang.ClassLoader.defineClass1(Native Method)',
  absentTopic: `org.apache.flink.util.FlinkException: Global failure triggered by OperatorCoordinator for 'Source: numbers[1]'.
\tat org.apache.flink.runtime.operators.coordination.OperatorCoordinatorHolder$LazyInitializedCoordinatorContext.failJob(OperatorCoordinatorHolder.java:651)
Caused by: java.lang.RuntimeException: Failed to get metadata for topics [nowhere].
\t... 3 more
Caused by: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition.`,
  unwritable: `org.apache.flink.runtime.client.JobInitializationException: Could not start the JobMaster.
\t... 4 more
Caused by: org.apache.flink.util.FlinkRuntimeException: Failed to create checkpoint storage at checkpoint coordinator side.
\tat org.apache.flink.runtime.checkpoint.CheckpointCoordinator.<init>(CheckpointCoordinator.java:346)
Caused by: java.nio.file.FileAlreadyExistsException: /data/file
\t... 9 more`,
  failingCheckpoints: `org.apache.flink.util.FlinkRuntimeException: Exceeded checkpoint tolerable failure threshold. The latest checkpoint failed due to An Exception occurred while triggering the checkpoint. IO-problem detected., view the Checkpoint History tab or the Job Manager log to find out why continuous checkpoints failed.
\tat org.apache.flink.runtime.checkpoint.CheckpointFailureManager.checkFailureAgainstCounter(CheckpointFailureManager.java:212)`,
  noBucket: `org.apache.flink.util.FlinkRuntimeException: Could not retrieve JobResults of globally-terminated jobs from JobResultStore
\tat org.apache.flink.runtime.dispatcher.runner.SessionDispatcherLeaderProcess.getDirtyJobResults(SessionDispatcherLeaderProcess.java:210)
Caused by: com.amazonaws.services.s3.model.AmazonS3Exception: The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; Request ID: YgO8sB3r; S3 Extended Request ID: 9Gjj=; Proxy: null)
\tat com.amazonaws.http.AmazonHttpClient$RequestExecutor.handleErrorResponse(AmazonHttpClient.java:1879)`,
  noS3: `org.apache.flink.core.fs.UnsupportedFileSystemSchemeException: Could not find a file system implementation for scheme 's3a'. The scheme is directly supported by Flink through the following plugin(s): flink-s3-fs-hadoop.
\tat org.apache.flink.core.fs.FileSystem.getUnguardedFileSystem(FileSystem.java:512)`,
};

describe('explainFailure', () => {
  it.each<[keyof typeof traces, RegExp]>([
    [
      'foreignState',
      /^The savepoint does not fit the job: .* 7ec610aefa4d73adf0f79e1ce21b145a, .* allow_non_restored_state = true/,
    ],
    [
      'absentSavepoint',
      /^There is no checkpoint or savepoint at file:\/\/\/no\/such\/savepoint: .*savepoint_redeploy_nonce/,
    ],
    [
      'absentClass',
      /^The entry point class 'com\.example\.Nothing' was not found in orders-1\.jar\. Correct entry_class/,
    ],
    [
      'absentDependency',
      /^The class com\.example\.Absent is missing: neither orders-1\.jar nor Flink has it/,
    ],
    [
      'heap',
      /^OutOfMemoryError: Java heap space\. The TaskManager has too little memory: raise tm_resource\.memory/,
    ],
    ['heapOfJobManager', /The JobManager has too little memory: raise jm_resource\.memory/],
    ['metaspace', /^OutOfMemoryError: Metaspace\. Raise taskmanager\.memory\.jvm-metaspace\.size/],
    ['absentTopic', /^The topic nowhere does not exist: declare it \(module kafka\/topic\)/],
    ['unwritable', /^Checkpoints cannot be written \(FileAlreadyExistsException: \/data\/file\)/],
    [
      'failingCheckpoints',
      /triggering the checkpoint\. IO-problem detected\. The JobManager's log says more/,
    ],
    ['noBucket', /^S3 refuses: The specified bucket does not exist \(NoSuchBucket\)\. Create the bucket/],
    ['noS3', /^No S3 is configured for the cluster, so s3a:\/\/ leads nowhere: set s3\.endpoint/],
  ])('%s', (name, expected) => {
    expect(explainFailure(traces[name], 'https://jars.example.com/orders-1.jar')).toMatch(expected);
  });

  it('names the jar in general where none is declared', () => {
    expect(explainFailure(traces.absentDependency)).toContain("neither the job's jar nor Flink");
  });

  it('leaves what the runner says as it is', () => {
    const trace = `Caused by: internal.sdp.runner.RunnerException: a.sql:1:1: class x.Y is not on the classpath.\n\tat a.b(C.java:1)\nCaused by: java.lang.ClassNotFoundException: x.Y`;
    expect(explainFailure(trace)).toBe('a.sql:1:1: class x.Y is not on the classpath.');
  });

  it('answers the root cause of what is not known', () => {
    expect(explainFailure('java.lang.IllegalStateException: no orders today\n\tat a.b(C.java:1)')).toBe(
      'IllegalStateException: no orders today',
    );
  });
});
