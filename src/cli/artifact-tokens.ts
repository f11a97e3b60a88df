import { type Command, InvalidArgumentError } from 'commander';
import { type TokenAnswer, tokensPath } from '../platform/registry/api.ts';
import type { TokenAbout } from '../platform/registry/tokens.ts';
import { formatAgo } from './amounts.ts';
import { askRegistry } from './ask-registry.ts';
import { requirePlatform } from './running-platform.ts';
import { formatTable, note, printJson, printLine } from './terminal-output.ts';

interface TokenOptions {
  data?: string;
  json?: boolean;
}

/** `sdp artifacts token create`, `list` and `revoke`. */
export function registerArtifactTokens(artifacts: Command): void {
  const token = artifacts
    .command('token')
    .description('Make tokens that publish, for pipelines and colleagues, and take them away.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ sdp artifacts token create orders-ci --expires 90d\n  $ sdp artifacts token list\n  $ sdp artifacts token revoke orders-ci',
    );
  token
    .command('create <name>')
    .description('Make a token, and print it: nobody can read it again.')
    .option(
      '--expires <time>',
      'how long it holds (12h, 90d, 8w), or until when (2026-12-31); for ever when absent',
      parseExpiry,
    )
    .option('--data <dir>', 'data folder of the platform')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nIt is the password of user __token__ for twine and Maven.\n\nExample:\n  $ TWINE_PASSWORD=$(sdp artifacts token create orders-ci --expires 90d)',
    )
    .action(async (name: string, { expires }: { expires?: Date }, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>();
      const { address } = await requirePlatform(options.data);
      const made = await askRegistry<TokenAnswer>(address, 'POST', tokensPath, { name, expires });
      if (options.json) return printJson(made);
      printLine(made.token);
      note(
        `Token ${name}${made.expires === undefined ? '' : `, until ${made.expires}`}. Keep it: it is not shown again.`,
      );
    });
  token
    .command('list')
    .description('List the tokens, without what they are.')
    .option('--data <dir>', 'data folder of the platform')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ sdp artifacts token list')
    .action(async (_: TokenOptions, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>();
      const { address } = await requirePlatform(options.data);
      const tokens = await askRegistry<readonly TokenAbout[]>(address, 'GET', tokensPath);
      if (options.json) printJson(tokens);
      else if (tokens.length === 0) note('No tokens but the platform\'s own, which "sdp env" exports.');
      else printLine(formatTokens(tokens, Date.now()));
    });
  token
    .command('revoke <name>')
    .description('Take a token away: from now on it publishes nothing.')
    .option('--data <dir>', 'data folder of the platform')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  $ sdp artifacts token revoke orders-ci')
    .action(async (name: string, _: TokenOptions, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>();
      const { address } = await requirePlatform(options.data);
      await askRegistry(address, 'DELETE', `${tokensPath}/${encodeURIComponent(name)}`);
      if (options.json) printJson({ name });
      else printLine(`Token ${name} is revoked.`);
    });
}

export function formatTokens(tokens: readonly TokenAbout[], now: number): string {
  return formatTable(
    ['NAME', 'CREATED', 'EXPIRES'],
    tokens.map(({ name, created, expires }) => [
      name,
      formatAgo(Date.parse(created), now),
      expires === undefined ? 'never' : describeExpiry(Date.parse(expires), now),
    ]),
  );
}

function describeExpiry(expires: number, now: number): string {
  return expires <= now ? `expired ${formatAgo(expires, now)}` : new Date(expires).toISOString().slice(0, 10);
}

const hours: Readonly<Record<string, number>> = { h: 1, d: 24, w: 7 * 24 };

/** When `90d` or `2026-12-31` is. */
export function parseExpiry(text: string, _previous?: unknown, now = Date.now()): Date {
  const [, amount, unit = ''] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  const time =
    amount === undefined
      ? /^\d{4}-\d\d-\d\d/.test(text)
        ? Date.parse(text)
        : Number.NaN
      : now + Number(amount) * (hours[unit] ?? 0) * 3_600_000;
  if (Number.isNaN(time)) throw new InvalidArgumentError('Write 12h, 90d, 8w or 2026-12-31.');
  if (time <= now) throw new InvalidArgumentError('This is over already.');
  return new Date(time);
}
