import type { ApiClient } from '../../apiclient/client.ts';
import type { KubernetesObject, ResourceType } from '../../apiclient/object.ts';
import type { ReconcileResult } from '../../controller/controller.ts';
import type { EventRecorder } from '../../controller/events.ts';
import type { PyFlinkInstallation } from '../../engines/flink/pyflink-installation.ts';
import { sqlRunnerEntryClass } from '../../sql/revision.ts';
import { pythonFilesKey } from './python-archive.ts';
import { pythonRunnerEntryClass } from './python-runner.ts';

/** On an object whose job waits for something to be installed: what is being done, for whoever waits for the job. */
export const progressAnnotation = 'sdp.internal/progress';

const pythonDriverEntryClass = 'org.apache.flink.client.python.PythonDriver';
const lookAgain: ReconcileResult = { requeueAfterMs: 500 };

export interface PythonWaitOptions {
  readonly client: ApiClient;
  readonly events: EventRecorder;
  readonly pyflink: Pick<PyFlinkInstallation, 'progress'>;
}

export interface PythonWait {
  readonly entryClass?: string | undefined;
  /** Flink's configuration for the job: its own over its cluster's. */
  readonly flinkConfiguration: Readonly<Record<string, string>>;
}

/**
 * Lets the operators of Flink jobs wait until Python is there. Answers when to look again, or `undefined` when the job may
 * be started: it runs no Python, or PyFlink is installed, or the user names a Python of his own. Fails with the installation's
 * diagnostics.
 */
export function createPythonWait(type: ResourceType, { client, events, pyflink }: PythonWaitOptions) {
  return async (resource: KubernetesObject, job: PythonWait): Promise<ReconcileResult | undefined> => {
    const progress = needsPyFlink(job) ? pyflink.progress() : undefined;
    const shown = resource.metadata.annotations?.[progressAnnotation];
    if (progress === shown) return progress === undefined ? undefined : lookAgain;
    if (shown === undefined) await events.record(resource, 'Normal', 'Pulling', progress ?? '');
    if (progress === undefined) await events.record(resource, 'Normal', 'Pulled', 'PyFlink is installed');
    await client.patch(type, resource.metadata, {
      metadata: { annotations: { [progressAnnotation]: progress ?? null } },
    });
    return progress === undefined ? { requeueAfterMs: 0 } : lookAgain;
  };
}

/** Whether the job is written in Python or calls functions of it, and names no Python of its own. */
export function needsPyFlink({ entryClass, flinkConfiguration }: PythonWait): boolean {
  const isPython = entryClass === pythonRunnerEntryClass || entryClass === pythonDriverEntryClass;
  const callsPython = entryClass === sqlRunnerEntryClass && flinkConfiguration[pythonFilesKey] !== undefined;
  if (!isPython && !callsPython) return false;
  return (
    flinkConfiguration['python.executable'] === undefined ||
    flinkConfiguration['python.client.executable'] === undefined
  );
}
