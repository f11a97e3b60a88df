import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { kinds } from './catalog.ts';
import {
  buildDeploymentObjects,
  effectiveConfiguration,
  type FlinkDeploymentObject,
} from './flink-deployment/desired.ts';
import { buildKafkaObjects, type KafkaObject } from './kafka/desired.ts';
import { buildConnectObjects, type KafkaConnectObject } from './kafka-connect/desired.ts';
import type { DeclaredMetadata } from './kind.ts';

/**
 * Pairs `testdata/<what>/<case>.input.yaml` → `.output.yaml` in a kind's folder. A new case is a new input;
 * UPDATE_GOLDEN=1 writes the outputs.
 */

interface Declaration {
  readonly metadata: DeclaredMetadata;
  readonly params: unknown;
}

const objectBuilders: Readonly<Record<string, (input: never) => object>> = {
  kafka: (input: KafkaObject) => buildKafkaObjects(input),
  'kafka-connect': (input: KafkaConnectObject) => buildConnectObjects(input),
  'flink-deployment': (input: FlinkDeploymentObject) => {
    const start = {
      jobId: 'a'.repeat(32),
      savepointPath: 'file:///flink-data/savepoints/savepoint-1',
      start: 'first',
    };
    const configuration = effectiveConfiguration(input, input.spec.job && start);
    return buildDeploymentObjects(input, [`${input.metadata.name}-taskmanager-1-1`], configuration);
  },
};

async function build(folder: string, what: string, input: unknown): Promise<unknown> {
  if (what === 'objects') return objectBuilders[folder]?.(input as never);
  const kind = kinds.find(({ singular }) => singular === folder.replaceAll('-', ''));
  if (kind?.declared === undefined) throw new Error(`no declared kind in folder ${folder}`);
  const { metadata, params } = input as Declaration;
  const { value, diagnostics } = await kind.declared.buildManifest(
    metadata,
    kind.declared.params.parse(params),
  );
  const companions = value?.companions.map(({ manifest }) => manifest) ?? [];
  return {
    ...(value && { manifest: value.manifest }),
    ...(companions.length > 0 && { companions }),
    ...(diagnostics.length > 0 && { diagnostics }),
  };
}

describe('golden pairs', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const inputs = files.filter((path) => /^[^/]+\/testdata\/[^/]+\/[^/]+\.input\.yaml$/.test(path)).sort();

  it('are there for manifests and for objects', () => {
    expect(new Set(inputs.map((path) => path.split('/')[2]))).toEqual(new Set(['manifest', 'objects']));
  });

  it.each(inputs)('%s', async (path) => {
    const file = join(import.meta.dirname, path);
    const [folder = ''] = path.split('/');
    const built = await build(folder, basename(dirname(file)), parse(readFileSync(file, 'utf8')));
    const text = stringify(JSON.parse(JSON.stringify(built)), { lineWidth: 0, aliasDuplicateObjects: false });
    const golden = file.replace(/\.input\.yaml$/, '.output.yaml');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, text);
    expect(existsSync(golden), `${golden} is missing: run with UPDATE_GOLDEN=1 and read it`).toBe(true);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });
});
