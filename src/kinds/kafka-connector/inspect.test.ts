import { describe, expect, it } from 'vitest';
import type { AskService, ServiceRequest } from '../kind.ts';
import { inspectConnector } from './inspect.ts';

const any = 'org.example.AnySinkConnector';
const definition = [
  { name: 'url', type: 'STRING', required: true, documentation: 'Where it <b>writes</b>. More.' },
  { name: 'batch.size', type: 'INT', required: false },
  { name: 'quoted', type: 'BOOLEAN' },
  { name: 'password', type: 'PASSWORD' },
  { name: 'connector.class', type: 'STRING', required: true },
];

/** A Connect cluster with the classes of `plugins`, which answers a validation with `errors` by key. */
function connect({
  plugins = [{ class: any }],
  values = {},
  errors,
}: {
  plugins?: readonly { class: string }[] | undefined;
  values?: Readonly<Record<string, string>>;
  errors?: Readonly<Record<string, string[]>>;
} = {}) {
  const asked: ServiceRequest[] = [];
  const ask: AskService = async (request) => {
    asked.push(request);
    const { path } = request;
    if (path === '/connector-plugins') return { status: 200, body: plugins };
    if (path.startsWith(`/connector-plugins/${any}/config?`) || path === `/connector-plugins/${any}/config`) {
      return { status: 200, body: definition };
    }
    if (errors === undefined) return undefined;
    const configs = Object.entries(errors).map(([name, found]) => ({
      definition: {},
      value: { name, value: values[name] ?? null, errors: found, recommended_values: [] },
    }));
    return { status: 200, body: { name: any, error_count: configs.length, configs } };
  };
  return { ask, asked };
}

async function found(
  config: Readonly<Record<string, string>>,
  { ask }: { ask: AskService } = connect(),
  className = any,
) {
  const metadata = { name: 'sink', namespace: 'team' };
  const findings = await inspectConnector(metadata, { cluster: 'di', class: className, config }, ask);
  return findings.map(({ severity, reason, summary, detail, path }) => {
    expect(severity).toBe('warning');
    return [reason, path?.join(' '), summary, detail].join(' | ');
  });
}

describe('a Connect cluster that answers', () => {
  it.each<[string, Record<string, string>, readonly RegExp[]]>([
    ['nothing against what fits', { topics: 'a', url: 'x', 'batch.size': '5', quoted: 'TRUE' }, []],
    ['nothing against references', { topics: 'a', url: '${env:a:b}', 'batch.size': '${env:a:b}' }, []],
    ['what is required', { topics: 'a' }, [/^MissingValue \| config url .*Where it writes\. The connector/]],
    [
      'what is no number',
      { url: 'x', 'batch.size': 'many' },
      [/^InvalidValue \| config batch.size .*a whole number/],
    ],
    ['what is no boolean', { url: 'x', quoted: 'yes' }, [/^InvalidValue \| config quoted .*true or false/]],
    [
      'keys near known ones',
      { url: 'x', 'batch.sizes': '5', 'other.thing': '1' },
      [/config batch.sizes .*mean batch.size\?/],
    ],
    ['nothing that the plan says itself', { url: 'x', 'errors.tolerence': 'all' }, []],
  ])('says %s', async (_, config, expected) => {
    const findings = await found(config);
    expect(findings).toHaveLength(expected.length);
    for (const [index, form] of expected.entries()) expect(findings[index]).toMatch(form);
  });

  it.each([any, 'AnySinkConnector', 'AnySink'])('knows the class as %s', async (name) => {
    const cluster = connect();
    await found({ url: 'x' }, cluster, name);
    expect(cluster.asked.at(-1)?.body).toMatchObject({
      name: 'sink',
      'connector.class': any,
      'tasks.max': '1',
    });
  });

  it.each([
    ['AnySnk', [{ class: any }], /UnknownConnectorClass \| class .*Did you mean AnySink\?/],
    ['Other', [], /It has no plugins\. .*until the cluster has a plugin/],
    ['Other', [{ class: any }], /It has org\.example\.AnySinkConnector\. /],
    ['FileStreamSink', [], /until plugins of the cluster has "file-sink"/],
  ])('says that it has no class %s', async (name, plugins, form) => {
    expect(await found({}, connect({ plugins }), name)).toEqual([expect.stringMatching(form)]);
  });

  it("says what the plugin's validation does, once for each key", async () => {
    const errors = { 'batch.size': ['Invalid value 0'], 'connector.class': ['no'], url: [] };
    expect(await found({ url: 'x', 'batch.size': 'many' }, connect({ errors }))).toEqual([
      'InvalidValue | config batch.size | Connect cluster di refuses config.batch.size | Invalid value 0',
      'InvalidValue | class | Connect cluster di refuses config.connector.class | no',
    ]);
  });

  it('does not hand on what references stand for, nor secrets', async () => {
    const config = { url: '${secrets:a/b:url}', 'batch.size': '${secrets:a/b:size}', password: 'hunter2' };
    const values = { url: 'jdbc:secret-host', password: '[hidden]' };
    const errors = {
      // As recorded: what does not fit a type comes without the value, but in the words.
      'batch.size': ['Invalid value swordfish for configuration batch.size: Not a number of type INT'],
      password: ['hunter2 is too short'],
      quoted: ['jdbc:secret-host: login with hunter2 failed'],
    };
    const findings = (await found(config, connect({ values: { ...values }, errors }))).join();
    expect(findings).toContain('config.batch.size | Why is not repeated here');
    expect(findings).not.toMatch(/swordfish|hunter2/);
    const withUrl = { ...errors, url: [] };
    expect((await found(config, connect({ values, errors: withUrl }))).join()).toContain(
      '…: login with … failed',
    );
  });

  it.each([undefined, { status: 500, body: {} }, { status: 200, body: {} }])(
    'is not needed: %j',
    async (answer) => {
      expect(await found({ 'batch.size': 'many' }, { ask: async () => answer })).toEqual([]);
    },
  );
});
