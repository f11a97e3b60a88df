import { apiVersionOf } from '../../apiclient/object.ts';
import { type Diagnostic, failed, ok } from '../../diagnostics/diagnostic.ts';
import { flinkDeploymentType } from '../flink-deployment/resource-type.ts';
import { flinkSessionJobType } from '../flink-session-job/resource-type.ts';
import { defineKind } from '../kind.ts';
import { readAtPaths } from '../read-params.ts';
import { assessSnapshotHealth } from './health.ts';
import { flinkStateSnapshotType } from './resource-type.ts';
import { type FlinkStateSnapshotSpec, flinkStateSnapshotSpec, flinkStateSnapshotStatus } from './spec.ts';
import { snapshotVerdicts } from './verdicts.ts';

export const flinkStateSnapshot = defineKind({
  type: flinkStateSnapshotType,
  singular: 'flinkstatesnapshot',
  shortNames: ['flinksnp'],
  description: 'A savepoint or a checkpoint of a Flink job, taken once.',
  spec: flinkStateSnapshotSpec,
  status: flinkStateSnapshotStatus,
  printerColumns: [
    { name: 'Job', type: 'string', jsonPath: '.spec.jobReference.name' },
    {
      name: 'Path',
      type: 'string',
      jsonPath: '.status.path',
      description: 'Final path of the snapshot.',
    },
    {
      name: 'Result Timestamp',
      type: 'string',
      jsonPath: '.status.resultTimestamp',
      description: 'When the snapshot was created or failed.',
    },
    {
      name: 'Snapshot State',
      type: 'string',
      jsonPath: '.status.state',
      description: 'Current state of the snapshot.',
    },
    { name: 'Error', type: 'string', jsonPath: '.status.error', priority: 1 },
  ],
  assessHealth: assessSnapshotHealth,
  declared: {
    params: flinkStateSnapshotSpec,
    // A snapshot is taken once: another one is another object. What happens to its files can be changed until then.
    replacedBy: [
      ['jobReference'],
      ['checkpoint'],
      ['savepoint', 'path'],
      ['savepoint', 'alreadyExists'],
      ['savepoint', 'formatType'],
    ],
    async buildManifest(metadata, spec) {
      const problems = checkSnapshot(spec);
      if (problems.length > 0) return failed(...problems);
      return ok({
        manifest: {
          apiVersion: apiVersionOf(flinkStateSnapshotType),
          kind: flinkStateSnapshotType.kind,
          metadata: { ...metadata },
          spec,
        },
        companions: [],
      });
    },
    needs: ({ jobReference: { kind, name } }) => [
      {
        type: kind === 'FlinkDeployment' ? flinkDeploymentType : flinkSessionJobType,
        name,
        path: ['jobReference', 'name'],
      },
    ],
    verdicts: snapshotVerdicts,
    readParams(object, prior) {
      return readAtPaths((object as { spec?: unknown }).spec, prior) as typeof prior;
    },
  },
});

/** Recorded: what the operator refuses here gets no status, and its resource cannot be deleted any more. */
function checkSnapshot({ savepoint, checkpoint }: FlinkStateSnapshotSpec): readonly Diagnostic[] {
  const [both, neither] = [
    savepoint !== undefined && checkpoint !== undefined,
    savepoint === undefined && checkpoint === undefined,
  ];
  const problems: Diagnostic[] = [];
  if (both || neither) {
    problems.push({
      severity: 'error',
      reason: both ? 'ConflictingArguments' : 'MissingValue',
      summary: both ? 'checkpoint is set beside savepoint' : 'Neither savepoint nor checkpoint is set',
      detail:
        'A snapshot is one of both; the operator refuses it otherwise, and such a resource cannot be deleted. ' +
        (both ? 'Remove one of them.' : 'Set savepoint = {} or checkpoint = {}.'),
      path: [both ? 'checkpoint' : 'savepoint'],
    });
  }
  if (savepoint?.alreadyExists === true && savepoint.path === undefined) {
    problems.push({
      severity: 'error',
      reason: 'MissingValue',
      summary: 'savepoint.path is not set',
      detail:
        'already_exists says that there is a savepoint, and path says which. Set path, or remove already_exists.',
      path: ['savepoint', 'path'],
    });
  }
  return problems;
}
