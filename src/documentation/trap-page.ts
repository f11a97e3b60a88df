import { effectMeanings, effects } from '../kinds/verdict.ts';
import type { Page } from './command-pages.ts';
import type { Document } from './document.ts';

/** Effects that somebody who made a change may not have meant, the worst first. */
const unmeant = effects.slice(effects.indexOf('reprocessed')).toReversed().concat('ignored');

/** The rows of the tables of verdicts whose change does something else than it seems to: generated, so that they are told once. */
export function buildTrapPage(verdicts: Document): Page {
  const rows = readRows(verdicts.text);
  const sections = unmeant.flatMap((effect) => {
    const found = rows.filter(({ verdict }) => verdict.includes(`\`${effect}\``));
    const lines = found.map(({ of, change, happens }) => `| ${of} | ${change} | ${happens} |`);
    return [
      `## ${effect}`,
      '',
      `Meaning: ${effectMeanings[effect]}.`,
      '',
      '| | Change | What happens |',
      '|---|---|---|',
      ...lines,
      '',
    ];
  });
  const opening = [
    '# Traps',
    '',
    'Changes that do more, less or something else than they seem to, with Strimzi and the Flink Kubernetes Operator. A plan says each of them',
    'before it is made. They are rows of [what planned changes do](../verdicts.md), which has the test of each.',
    '',
  ];
  return { path: 'reference/traps.md', text: [...opening, ...sections].join('\n') };
}

interface Row {
  /** The heading above. */
  readonly of: string;
  readonly change: string;
  readonly verdict: string;
  readonly happens: string;
}

function readRows(text: string): readonly Row[] {
  const rows: Row[] = [];
  let of = '';
  let first = '';
  let isVerdicts = false;
  for (const line of text.split('\n')) {
    const heading = /^###? (.*)$/.exec(line)?.[1];
    if (heading !== undefined) of = heading;
    if (!line.startsWith('|')) isVerdicts = false;
    if (!line.startsWith('| ')) continue;
    const [change = '', verdict = '', happens = ''] = line
      .replace(/^\| | \|$/g, '')
      .split(/(?<!\\) \| ?/)
      .map((cell) => cell.trim());
    if (change === 'Change') isVerdicts = happens === 'What happens';
    else if (isVerdicts) {
      // "… and it has no checkpoint" goes on from a row above.
      if (!change.startsWith('…')) first = change;
      rows.push({
        of,
        change: change.replace(/^…/, `${first} …`),
        verdict,
        // Which recording has it is told there.
        happens: happens.replace(/ \([^()`]*\)(?=$|[.;])/g, ''),
      });
    }
  }
  return rows;
}
