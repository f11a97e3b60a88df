import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { upstreamFolder } from '../../src/kinds/testing/upstream-crds.ts';
import { type Answer, type Connection, waitFor } from './connect.ts';

export interface OperatorDefinition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly plural: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

/** The definitions that Strimzi, Flink's operator and Prometheus' operator ship. */
export function readOperatorDefinitions(): OperatorDefinition[] {
  return readdirSync(upstreamFolder)
    .map((name) => join(upstreamFolder, name))
    .filter((path) => statSync(path).isDirectory())
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => /\.ya?ml$/u.test(path))
    .map((path) => parse(readFileSync(path, 'utf8')) as OperatorDefinition);
}

/** Creates those whose name holds `part` and waits until their kinds are served. */
export async function createOperatorKinds(api: Connection, part: string): Promise<Answer[]> {
  const definitions = readOperatorDefinitions().filter(({ metadata }) => metadata.name.includes(part));
  const answers: Answer[] = [];
  for (const definition of definitions) answers.push(await api.createDefinition({ ...definition }));
  for (const { spec } of definitions) {
    const path = `/apis/${spec.group}/${spec.versions[0]?.name}/namespaces/${api.namespace}/${spec.names.plural}`;
    await waitFor(path, async () => (await api.send('GET', path)).code === 200);
  }
  return answers;
}

/** The paths of a kind's objects in the namespace of the tests, and how users write them. */
export function describeKind(api: Connection, group: string, version: string, plural: string, kind: string) {
  const path = (): string => `/apis/${group}/${version}/namespaces/${api.namespace}/${plural}`;
  const create = (body: object, query: Record<string, string>): Promise<Answer> =>
    api.send('POST', path(), { body, query: { dryRun: 'All', ...query } });
  return {
    path,
    object: (name: string, spec: unknown) => ({
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name, labels: { 'strimzi.io/cluster': 'main' } },
      spec,
    }),
    strictly: (body: object): Promise<Answer> => create(body, { fieldValidation: 'Strict' }),
    leniently: (body: object): Promise<Answer> => create(body, {}),
  };
}
