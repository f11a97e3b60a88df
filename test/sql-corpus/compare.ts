import { isDeepStrictEqual } from 'node:util';
import { parseStatements } from '../../src/sql/parse.ts';
import { type ReadStatement, readSqlFile } from '../../src/sql/sql-file.ts';
import { checkTokens } from '../../src/sql/syntax-checks.ts';
import { type Parsed, parseByFlink } from './flink-parser.ts';
import type { CorpusScript } from './read-corpus.ts';

/** Where sdp and Flink's parser say different things of a text that Flink takes. */
export interface Disagreement {
  readonly place: string;
  readonly text: string;
  readonly sdp: string;
  readonly flink: string;
}

export interface Comparison {
  readonly scripts: number;
  readonly statements: number;
  /** Statements that Flink's parser takes. */
  readonly accepted: number;
  /** Of those that it does not take, the ones that sdp finds at fault as well without it. */
  readonly refused: number;
  readonly refusedByBoth: number;
  readonly disagreements: readonly Disagreement[];
}

/** Splits, reads and checks each script as sdp does, and asks Flink's parser the same. `${…}` of others are filled in alike. */
export async function compareWithFlink(corpus: readonly CorpusScript[]): Promise<Comparison> {
  const scripts = corpus.map(({ place, text }) => {
    const filled = text.replaceAll(/\$\{[^}]*\}/g, 'p1');
    return { place, text: filled, read: readSqlFile({ path: place, text: filled }, {}) };
  });
  const statements = scripts.flatMap(({ place, read }) =>
    (read.value ?? []).map((statement) => ({ place, statement })),
  );
  const answers = await parseByFlink([
    ...scripts.map(({ text }) => text),
    ...statements.map(({ statement }) => statement.filled.text),
  ]);
  const whole = answers.slice(0, scripts.length);
  const single = statements.map((item, index) => ({ ...item, flink: answers[scripts.length + index] }));
  const accepted = single.filter(({ flink }) => flink !== undefined && flink.error === undefined);
  const refused = single.filter(({ flink }) => flink?.error !== undefined);
  return {
    scripts: scripts.length,
    statements: statements.length,
    accepted: accepted.length,
    refused: refused.length,
    refusedByBoth: refused.filter(({ statement }) => faultOf(statement) !== undefined).length,
    disagreements: [
      ...scripts.flatMap(({ place, text, read: { value, diagnostics } }, index) => {
        const said =
          value === undefined ? `refused: ${diagnostics[0]?.summary}` : `${value.length} statements`;
        const isRefused = single.some((item) => item.place === place && item.flink?.error !== undefined);
        const flink = countOf(whole[index]);
        // Flink refuses the whole where it refuses one of its statements.
        const agrees = flink === undefined ? value === undefined || isRefused : value?.length === flink;
        return agrees ? [] : [{ place, text, sdp: said, flink: JSON.stringify(whole[index]) }];
      }),
      ...accepted.flatMap(({ place, statement, flink }) => {
        const at = `${place}, statement of line ${statement.statement.line}`;
        const { text } = statement.filled;
        const told = flink?.error === undefined ? flink?.statements[0] : undefined;
        const fault = faultOf(statement);
        const names = namesOf(statement);
        const isSame = isDeepStrictEqual(names, told);
        return [
          ...(fault === undefined ? [] : [{ place: at, text, sdp: fault, flink: 'accepted' }]),
          ...(isSame ? [] : [{ place: at, text, sdp: JSON.stringify(names), flink: JSON.stringify(told) }]),
        ];
      }),
    ],
  };
}

function countOf(parsed: Parsed | undefined): number | undefined {
  return parsed?.error === undefined ? parsed?.statements.length : undefined;
}

/** A warning as well: who gets one looks for a mistake. */
function faultOf(statement: ReadStatement): string | undefined {
  return (checkTokens(statement) ?? parseStatements([statement])[0])?.detail;
}

function namesOf({ names: { uses, creates } }: ReadStatement) {
  const used = uses.filter(({ kind }) => kind === 'table').map(({ parts }) => parts.join('.'));
  const isTable = creates?.kind === 'table' || creates?.kind === 'view';
  return {
    tables: [...new Set(used)].toSorted(),
    ...(isTable && { creates: creates.parts.join('.') }),
  };
}
