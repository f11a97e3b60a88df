import { describe, expect, it } from 'vitest';
import type { Type, Value } from '../framework/value.ts';
import { provideService } from '../protocol/provider-service.ts';
import { fromDynamicValue, toDynamicValue } from '../protocol/value-codec.ts';
import { createTestProvider } from '../testing/test-provider.ts';

const { provider } = createTestProvider();
const service = provideService(provider);

/** As Terraform calls it: through the wire. */
async function call(
  name: string,
  ...args: readonly Value[]
): Promise<Value | { error: string; at?: number }> {
  const { functions } = await service.GetFunctions({});
  const called = functions[name];
  if (called === undefined) throw new Error(`no function ${name}`);
  const typeOf = (bytes: Uint8Array | undefined) => JSON.parse(Buffer.from(bytes ?? []).toString()) as Type;
  const { result, error } = await service.CallFunction({
    name,
    arguments: args.map((arg, index) =>
      toDynamicValue(typeOf((called.parameters[index] ?? called.variadic_parameter)?.type), arg),
    ),
  });
  if (error === undefined) return fromDynamicValue(typeOf(called.return.type), result);
  return { error: error.text, ...(error.function_argument !== undefined && { at: error.function_argument }) };
}

describe('duration', () => {
  it.each([
    ['2 min', 120_000],
    ['90 s', 90_000],
    ['1 h 30 min', 5_400_000],
    ['1h30m', 5_400_000],
    ['0.3s', 300],
    ['250ms', 250],
    ['2 days', 172_800_000],
    ['PT1H30M', 5_400_000],
    ['P1DT0.5S', 86_400_500],
    ['1000 us', 1],
    ['0 s', 0],
  ])('%s', async (text, expected) => {
    expect(await call('duration', text)).toBe(expected);
  });

  it.each(['', '90', 'soon', '1 fortnight', 'PT', 'P', '-1 s', '1 ns', '1 h 30'])(
    'refuses %j',
    async (text) => {
      expect(await call('duration', text)).toEqual({
        error: expect.stringMatching(/^".*" is no .*\. .*"/),
        at: 0,
      });
    },
  );
});

describe('memory', () => {
  it.each([
    ['4G', 4 * 2 ** 30, '4g'],
    ['4Gi', 4 * 2 ** 30, '4g'],
    ['1600m', 1600 * 2 ** 20, '1600m'],
    ['2048 mb', 2 ** 31, '2g'],
    ['1.5g', 1536 * 2 ** 20, '1536m'],
    ['1000', 1000, '1000b'],
  ])('%s', async (text, bytes, flink) => {
    expect(await call('memory', text)).toEqual({ bytes, flink });
  });

  it('refuses what is none', async () => {
    expect(await call('memory', 'much')).toEqual({
      error:
        '"much" is no amount of memory. Write a number above 0 with a unit, as in "1600m", "4g" or "4Gi".',
      at: 0,
    });
  });
});

describe('sql_closure', () => {
  const ddl = {
    'ddl/a.sql': "CREATE TABLE a (n INT) WITH ('topic' = '${topic}', 'x' = '${bootstrap_servers}');",
    'ddl/b.sql': "CREATE TABLE b (n INT) WITH ('connector' = 'print');",
    'ddl/c.sql': 'CREATE VIEW c AS SELECT n FROM a WHERE n > ${limit:3};',
    'ddl/unused.sql': "CREATE TABLE d (n INT) WITH ('topic' = '${other}');",
  };

  it('names what a script reaches', async () => {
    expect(await call('sql_closure', 'INSERT INTO b SELECT n FROM c;', ddl)).toEqual({
      ddl: ['ddl/a.sql', 'ddl/b.sql', 'ddl/c.sql'],
      parameters: ['bootstrap_servers', 'limit', 'topic'],
    });
  });

  it('follows names that are made from arguments', async () => {
    const script = 'INSERT INTO `${sink}` SELECT 1;';
    expect(await call('sql_closure', script, ddl)).toEqual({
      error: expect.stringContaining('{ sink = … }'),
      at: 0,
    });
    expect(await call('sql_closure', script, ddl, { sink: 'b' })).toEqual({
      ddl: ['ddl/b.sql'],
      parameters: ['sink'],
    });
  });

  it('says what is wrong where', async () => {
    expect(await call('sql_closure', 'INSERT INTO b SELECT n FROM aa;', ddl)).toEqual({
      error: expect.stringMatching(/^Unknown table aa\. script:1:29\n.*Did you mean a/s),
      at: 0,
    });
    const twice = { ...ddl, 'ddl/z.sql': 'CREATE TABLE a (n INT);' };
    expect(await call('sql_closure', 'INSERT INTO b SELECT 1;', twice)).toEqual({
      error: expect.stringContaining('ddl/z.sql'),
      at: 1,
    });
  });
});

describe('connector_plugins', () => {
  it('are the known plugins, each once, with their pinned artifacts', async () => {
    const plugins = await call('connector_plugins', ['mirror', 'jdbc-sink', 'mirror']);
    expect(plugins).toMatchObject([
      {
        name: 'jdbc-sink',
        artifacts: [{ type: 'tgz', url: expect.stringMatching(/-plugin\.tar\.gz$/), group: null }],
      },
      { name: 'mirror', artifacts: [{ type: 'maven', artifact: 'connect-mirror', repository: null }] },
    ]);
  });

  it("take a repository for sdp's own, and for no other", async () => {
    const [plugin] = (await call('connector_plugins', ['vertica-sink'], 'https://maven')) as {
      artifacts: object[];
    }[];
    expect(plugin?.artifacts).toMatchObject([
      { group: 'internal.sdp', repository: 'https://maven' },
      { group: 'com.vertica.jdbc', repository: null },
    ]);
  });

  it('are no others', async () => {
    expect(await call('connector_plugins', ['jdbc-sync'])).toMatchObject({
      error: expect.stringContaining('Did you mean jdbc-sink?'),
      at: 0,
    });
  });
});
