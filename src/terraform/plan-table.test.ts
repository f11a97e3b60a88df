import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ok } from '../diagnostics/diagnostic.ts';
import { defineKind, type KindDefinition } from '../kinds/kind.ts';
import type { PlanJson, ResourceChange } from './plan-json.ts';
import type { PlanDiagnostic } from './plan-stream.ts';
import { planTable, rowsOf } from './plan-table.ts';

interface Params {
  readonly dock?: string;
  readonly pours?: readonly string[];
  readonly drinks?: readonly string[];
  readonly topic?: string;
}

/** A kind that loses data when it is deleted, runs on a dock, and pours what it has into topics. */
function kindNamed(kind: string, host?: KindDefinition): KindDefinition {
  const type = {
    group: 'example.com',
    version: 'v1',
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: true,
  };
  return defineKind({
    type,
    singular: kind.toLowerCase(),
    shortNames: [],
    description: kind,
    spec: z.object({}),
    status: z.object({}),
    printerColumns: [],
    assessHealth: () => ({ state: 'healthy', message: '' }),
    declared: {
      params: z.object({
        dock: z.string().optional(),
        pours: z.array(z.string()).optional(),
        drinks: z.array(z.string()).optional(),
        topic: z.string().optional(),
      }),
      replacedBy: [],
      async buildManifest(metadata) {
        return ok({ manifest: { apiVersion: 'example.com/v1', kind, metadata }, companions: [] });
      },
      readParams: (_object, prior) => prior,
      needs(params) {
        const { dock: name } = params as Params;
        return host === undefined || name === undefined ? [] : [{ type: host.type, name, path: ['dock'] }];
      },
      ...(kind === 'Topic'
        ? { topicName: ({ name }, params) => (params as Params).topic ?? name }
        : {
            topics: (params) => ({
              reads: (params as Params).drinks ?? [],
              writes: (params as Params).pours ?? [],
              writePrefixes: ['raw.'],
            }),
          }),
      verdicts: {
        guards: [],
        digest: async () => ({}),
        judge: ({ before, replaced }) => [
          {
            effect: 'data-lost',
            reason: `${before?.metadata.name} is emptied${replaced ? ' and made anew' : ''}.`,
          },
        ],
      },
    },
  });
}

const dock = kindNamed('Dock');
const kinds = [dock, kindNamed('Ship', dock), kindNamed('Topic')];

type Values = NonNullable<ResourceChange['change']['after']>;

function resource(
  type: string,
  name: string,
  actions: string,
  values: Values = {},
  unknown: object = {},
): ResourceChange {
  const object = { name, namespace: 'default', ...values };
  const kept = ['create', 'forget'].includes(actions) ? null : object;
  const after = actions === 'delete' ? null : object;
  return {
    address: `module.${name}.${type}.this[0]`,
    mode: 'managed',
    type,
    change: { actions: actions.split(' '), before: kept, after, after_unknown: unknown },
  };
}

const judged = (verdict: string) => ({ verdict, verdict_reason: `${verdict}.` });

function tableOf(
  changes: readonly ResourceChange[],
  diagnostics: readonly PlanDiagnostic[] = [],
  rest: PlanJson = {},
) {
  return planTable({ ...rest, resource_changes: changes }, diagnostics, kinds);
}

describe('rows', () => {
  it('have the planned verdict, and a computed one where something is destroyed', () => {
    const table = tableOf([
      resource('sdp_ship', 'a', 'create', judged('create')),
      resource('sdp_ship', 'b', 'update', judged('restart')),
      resource('sdp_ship', 'c', 'delete'),
      resource('sdp_ship', 'd', 'delete create', judged('create')),
      resource('sdp_ship', 'e', 'delete create', judged('create'), { dock: true }),
      resource('sdp_ship', 'f', 'update', {}, { dock: true, verdict: true }),
    ]);
    expect(
      rowsOf(table).map(({ object, action, verdict, reason }) => [object.name, action, verdict, reason]),
    ).toEqual([
      ['c', 'destroy', 'data-lost', 'c is emptied.'],
      ['d', 'replace', 'data-lost', 'd is emptied and made anew.'],
      ['e', 'replace', 'data-lost', 'e is emptied.'],
      ['f', 'update', 'unknown', 'It depends on dock, which is known while the plan is applied.'],
      ['b', 'update', 'restart', 'restart.'],
      ['a', 'create', 'create', 'create.'],
    ]);
    expect(table.summary.verdicts).toEqual([
      { verdict: 'data-lost', count: 3 },
      { verdict: 'unknown', count: 1 },
      { verdict: 'restart', count: 1 },
      { verdict: 'create', count: 1 },
    ]);
  });

  it('are none for what stays, what only waits, and what is only read', () => {
    const table = tableOf([
      resource('sdp_ship', 'a', 'no-op'),
      resource('sdp_ship', 'b', 'update', judged('no-op')),
      resource('sdp_rollout', 'c', 'update'),
      resource('sdp_rollout', 'd', 'no-op'),
      { ...resource('sdp_platform', 'e', 'read'), mode: 'data' },
    ]);
    expect(table.groups).toEqual([]);
    expect(table.summary).toMatchObject({ changes: 0, unchanged: 2, rollouts: 1 });
  });

  it('of other providers are not judged, and stand high where they destroy', () => {
    const manifest = { manifest: { kind: 'ConfigMap', metadata: { name: 'm', namespace: 'n' } } };
    const table = tableOf([
      resource('sdp_manifest', 'm', 'update', manifest),
      resource('sdp_ship', 'a', 'update', judged('reprocessed')),
      resource('other_thing', 'o', 'delete'),
      {
        ...resource('other_thing', 'i', 'no-op'),
        change: { actions: ['no-op'], before: {}, after: {}, importing: { id: '1' } },
      },
    ]);
    expect(rowsOf(table).map(({ action, verdict, object }) => [action, verdict, object])).toEqual([
      ['destroy', 'unjudged', { kind: 'other_thing', name: '' }],
      ['update', 'reprocessed', { kind: 'Ship', namespace: 'default', name: 'a' }],
      ['import', 'unjudged', { kind: 'other_thing', name: '' }],
      ['update', 'unjudged', { kind: 'ConfigMap', namespace: 'n', name: 'm' }],
    ]);
  });
});

describe('groups', () => {
  const shape = (changes: readonly ResourceChange[], rest: PlanJson = {}) =>
    tableOf(changes, [], rest).groups.map(({ kind, object, isChanged, dependants, rows }) => [
      object?.name ?? kind,
      isChanged,
      dependants.map((item) => `${item.relation} ${item.object.name}`),
      rows.map((row) => row.object.name),
    ]);

  it('are a cluster with what runs on it, the worst first', () => {
    expect(
      shape([
        resource('sdp_dock', 'calm', 'no-op'),
        resource('sdp_ship', 'a', 'update', { ...judged('in-place'), dock: 'calm' }),
        resource('sdp_dock', 'busy', 'update', judged('restart')),
        resource('sdp_ship', 'b', 'no-op', { dock: 'busy' }),
        resource('sdp_ship', 'c', 'update', { ...judged('state-lost'), dock: 'busy' }),
      ]),
    ).toEqual([
      ['busy', true, ['runs-on b', 'runs-on c'], ['c', 'busy']],
      ['calm', false, [], ['a']],
    ]);
  });

  it('are a topic with who reads and writes it, by its old name too', () => {
    expect(
      shape([
        {
          ...resource('sdp_topic', 't', 'update'),
          change: {
            actions: ['update'],
            before: { name: 't', topic: 'old' },
            after: { name: 't', topic: 'new', ...judged('in-place') },
          },
        },
        resource('sdp_topic', 'raw.x', 'update', judged('in-place')),
        resource('sdp_ship', 'a', 'no-op', { pours: ['old'] }),
        resource('sdp_ship', 'b', 'no-op', { pours: ['new'] }),
      ]),
    ).toEqual([
      ['t', true, ['writes a', 'writes b'], ['t']],
      ['raw.x', true, ['writes a', 'writes b'], ['raw.x']],
    ]);
  });

  it('know what a plan of some targets leaves out', () => {
    const { address, mode, type, change } = resource('sdp_ship', 'a', 'no-op', { dock: 'busy' });
    const root_module = { resources: [{ address, mode, type, values: change.before ?? {} }] };
    expect(
      shape([resource('sdp_dock', 'busy', 'update', judged('restart'))], {
        prior_state: { values: { root_module } },
      }),
    ).toEqual([['busy', true, ['runs-on a'], ['busy']]]);
  });
});

describe('what a change reaches', () => {
  const reaches = (changes: readonly ResourceChange[]) =>
    rowsOf(tableOf(changes)).map((row) => [row.object.name, row.reaches.map(({ name }) => name)]);

  const fleet = [
    resource('sdp_ship', 'near', 'no-op', { dock: 'd', drinks: ['one'], pours: ['two'] }),
    resource('sdp_ship', 'far', 'no-op', { drinks: ['two', 'raw.late'], pours: ['one'] }),
    resource('sdp_ship', 'other', 'no-op', { drinks: ['three'] }),
  ];

  it('are readers of what it writes and theirs, each once, where something is lost or done again', () => {
    const source = (verdict: string) =>
      resource('sdp_ship', 'source', 'update', { ...judged(verdict), dock: 'd', pours: ['one'] });
    expect(reaches([source('state-lost'), ...fleet])).toEqual([['source', ['near', 'far']]]);
    expect(reaches([source('restart-from-savepoint'), ...fleet])).toEqual([['source', []]]);
    // By what its topics begin with.
    const raw = resource('sdp_ship', 'raw', 'update', judged('reprocessed'));
    expect(reaches([raw, ...fleet])).toEqual([['raw', ['far', 'near']]]);
  });

  it('of a topic are those beyond its readers, which its group has', () => {
    const topic = resource('sdp_topic', 'one', 'update', judged('data-lost'));
    expect(reaches([topic, ...fleet])).toEqual([['one', ['far']]]);
  });
});

describe('diagnostics', () => {
  const error = (summary: string, detail = '', address?: string): PlanDiagnostic => ({
    severity: 'error',
    summary,
    detail,
    ...(address !== undefined && { address }),
  });

  it('stand with their row, by address or by name', () => {
    const changes = [
      resource('sdp_ship', 'a', 'update', judged('restart')),
      resource('sdp_ship', 'b', 'delete'),
    ];
    const found = [
      error('a', '', 'module.a.sdp_ship.this[0]'),
      error('Ship default/b is held'),
      error('c', 'Resource module.a.sdp_ship.this[0] has it.'),
      error('d'),
    ];
    const table = tableOf(changes, found);
    expect(rowsOf(table).map(({ diagnostics }) => diagnostics.map(({ summary }) => summary))).toEqual([
      ['Ship default/b is held'],
      ['c', 'a'],
    ]);
    expect(table.diagnostics.map(({ summary }) => summary)).toEqual(['d']);
    expect(table.summary.errors).toBe(4);
  });

  it('make a row of what they kept from being planned, with the verdict that they tell', () => {
    const { address, mode, type, change } = resource('sdp_ship', 'a', 'no-op');
    const root_module = { resources: [{ address, mode, type, values: change.before ?? {} }] };
    const prior = { prior_state: { values: { root_module } }, errored: true };
    const table = tableOf([], [error('Ship default/a: data-lost', 'It goes. Set it.')], prior);
    expect(rowsOf(table)).toMatchObject([{ address, action: 'blocked', verdict: 'data-lost', reason: '' }]);
    expect(table.summary).toMatchObject({ changes: 0, blocked: 1, verdicts: [] });
  });

  it('of the provider know the live object better than what is computed', () => {
    const warning = {
      severity: 'warning' as const,
      summary: 'Ship default/a: reprocessed',
      detail: 'As seen.',
    };
    expect(rowsOf(tableOf([resource('sdp_ship', 'a', 'delete')], [warning]))).toMatchObject([
      { verdict: 'reprocessed', reason: 'As seen.' },
    ]);
  });

  it('are all that there is without a plan', () => {
    expect(planTable(undefined, [error('a')], kinds)).toMatchObject({
      groups: [],
      diagnostics: [{ summary: 'a' }],
      summary: { changes: 0, unchanged: 0 },
    });
  });
});

it('knows the project of the provider, although modules require that provider, too', () => {
  const configuration = {
    provider_config: {
      'module.flink:sdp': { full_name: 'sdp.internal/platform/sdp' },
      sdp: {
        full_name: 'sdp.internal/platform/sdp',
        expressions: { project: { constant_value: 'shop' } },
      },
    },
  };
  expect(planTable({ configuration }, [], []).project).toBe('shop');
  expect(planTable({}, [], []).project).toBeUndefined();
});
