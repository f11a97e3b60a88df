import { findRootCause } from '../root-cause.ts';

/** A failure that Flink tells in its own terms, and what it means to who declared the job. */
interface KnownFailure {
  /** Looked for in the whole stack trace. */
  readonly pattern: RegExp;
  say(match: RegExpExecArray, context: FailureContext): string;
}

interface FailureContext {
  readonly trace: string;
  /** The root cause, as Flink has it. */
  readonly cause: string;
  readonly jar: string;
}

const known: readonly KnownFailure[] = [
  {
    pattern:
      /checkpoint\/savepoint (\S+)\. Cannot map checkpoint\/savepoint state for operator (\S+) to the new program/,
    say: ([, path, operator]) =>
      `The savepoint does not fit the job: ${path} has state of the operator ${operator}, which the job does not have. ` +
      'Bring the operator back under the same uid, or set allow_non_restored_state = true to start without that state.',
  },
  {
    pattern: /Cannot find checkpoint or savepoint file\/directory '([^']*)'/,
    say: ([, path]) =>
      `There is no checkpoint or savepoint at ${path}: it was deleted, or initial_savepoint_path is wrong. ` +
      'To start from another, correct initial_savepoint_path and give savepoint_redeploy_nonce a new value.',
  },
  {
    pattern: /entry point class '([^']+)' was not found/,
    say: ([, name], { jar }) =>
      `The entry point class '${name}' was not found in ${jar}. Correct entry_class, or build the class into the jar.`,
  },
  {
    pattern: /(?:ClassNotFoundException|NoClassDefFoundError): ([\w$]+(?:[./][\w$]+)*)\s*$/m,
    say: ([, name = ''], { jar }) =>
      `The class ${name.replaceAll('/', '.')} is missing: neither ${jar} nor Flink has it. ` +
      'Build the jar with all that the job needs (maven-shade-plugin), or correct the name.',
  },
  {
    pattern: /OutOfMemoryError: (Metaspace|Direct buffer memory)/,
    say: ([, area], { trace }) =>
      `OutOfMemoryError: ${area}. Raise ${processOf(trace)}.memory.${area === 'Metaspace' ? 'jvm-metaspace.size' : 'task.off-heap.size'} ` +
      `in flink_configuration, and ${memoryOf(trace)} with it.`,
  },
  {
    pattern: /OutOfMemoryError: ([^\n.]*)/,
    say: ([, area], { trace }) =>
      `OutOfMemoryError: ${area}. The ${processOf(trace) === 'taskmanager' ? 'TaskManager' : 'JobManager'} has too little memory: raise ${memoryOf(trace)}.`,
  },
  {
    pattern: /Failed to get metadata for topics \[([^\]]*)\][^]*UnknownTopicOrPartitionException/,
    say: ([, topics]) => describeAbsentTopic(topics),
  },
  {
    pattern: /Topic (\S+) not present in metadata after/,
    say: ([, topic]) => describeAbsentTopic(topic),
  },
  {
    pattern: /Could not find a file system implementation for scheme '(s3a?)'/,
    say: ([, scheme]) =>
      `No S3 is configured for the cluster, so ${scheme}:// leads nowhere: set s3.endpoint in the flink_configuration of the cluster, and its credentials.`,
  },
  {
    pattern: /AmazonS3Exception: (.*?) \(Service: Amazon S3; Status Code: (\d+); Error Code: (\w+)/,
    say: ([, message = '', status, code]) =>
      `S3 refuses: ${message.replace(/\.$/, '')} (${code}). ` +
      (status === '403'
        ? 'Check the credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) and what they may do in the bucket.'
        : 'Create the bucket, or correct its name, s3.endpoint or s3.path.style.access.'),
  },
  {
    pattern:
      /Exceeded checkpoint tolerable failure threshold\.(?: The latest checkpoint failed due to (.*?)\.?, view the)?/,
    say: ([, why = 'no cause was given']) =>
      `Checkpoints fail, so the job starts again: ${why}. The JobManager's log says more (sdp logs). ` +
      'Check that the address of the checkpoints can be written to and has space.',
  },
  {
    pattern: /Failed to create checkpoint storage at checkpoint coordinator side/,
    say: (_match, { cause }) =>
      `Checkpoints cannot be written (${cause.split(' -> ').at(-1)}). Check that the address of the checkpoints can be written to: ` +
      'checkpoint_config.s3_path, storage_uri or execution.checkpointing.dir.',
  },
];

/**
 * What a stack trace of Flink's means: a failure that is known by what is to be changed, else its root cause. `jarURI`:
 * where the job's jar is from.
 */
export function explainFailure(trace: string, jarURI?: string): string {
  const cause = findRootCause(trace);
  if (isTheJobsOwn(trace)) return cause;
  const jar = jarURI === undefined ? "the job's jar" : (jarURI.split('/').at(-1) ?? jarURI);
  for (const { pattern, say } of known) {
    const match = pattern.exec(trace);
    if (match !== null) return say(match, { trace, cause, jar });
  }
  return cause;
}

/** The runner and Python code of the job have said it in their own words. */
function isTheJobsOwn(trace: string): boolean {
  return /^(?:Caused by: )?internal\.sdp\.runner\.\w+Exception\b|^.*Traceback \(most recent call last\):$/m.test(
    trace,
  );
}

function processOf(trace: string): 'jobmanager' | 'taskmanager' {
  return /\.(?:JarRunHandler|ClusterEntrypoint|PackagedProgram|JobMaster|OperatorCoordinatorHolder)\b/.test(
    trace,
  )
    ? 'jobmanager'
    : 'taskmanager';
}

/** How the modules call it. */
function memoryOf(trace: string): string {
  return processOf(trace) === 'taskmanager'
    ? 'tm_resource.memory (task_manager.memory of a session cluster)'
    : 'jm_resource.memory (job_manager.memory of a session cluster)';
}

function describeAbsentTopic(topics = ''): string {
  const several = topics.includes(',');
  return `The topic${several ? 's' : ''} ${topics} ${several ? 'do' : 'does'} not exist: declare ${several ? 'them' : 'it'} (module kafka/topic), or correct the name.`;
}
