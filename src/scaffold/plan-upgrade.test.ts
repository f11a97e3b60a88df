import { describe, expect, it } from 'vitest';
import { planUpgrade } from './plan-upgrade.ts';
import { hashText, type ProjectRecord } from './project-record.ts';

/** One file through all that may have happened: as sdp wrote it, as the newer sdp has it, as it is there now. */
function upgrade(written: string | undefined, scaffold: string | undefined, present: string | undefined) {
  const record: ProjectRecord = {
    version: '1.0.0',
    layers: ['java-job'],
    values: {},
    files: written === undefined ? {} : { f: hashText(written) },
  };
  const one = (text: string | undefined) => new Map(text === undefined ? [] : [['f', text]]);
  return planUpgrade(record, one(scaffold), one(present)).map(({ action, before, after }) => [
    action,
    before,
    after,
  ]);
}

describe('an upgrade', () => {
  it.each([
    ['is nothing where the scaffold is the same', 'a', 'a', 'a', []],
    ['is nothing where only the owners changed', 'a', 'a', 'ours', []],
    ['is nothing where both came to the same', 'a', 'b', 'b', []],
    ['follows the scaffold where nobody changed the file', 'a', 'b', 'a', [['update', 'a', 'b']]],
    ["keeps the owners' file where both changed it", 'a', 'b', 'ours', [['keep', 'ours', 'b']]],
    ['brings a new file', undefined, 'b', undefined, [['add', '', 'b']]],
    ["keeps the owners' file of a new name", undefined, 'b', 'ours', [['keep', 'ours', 'b']]],
    ['does not bring back what the owners deleted', 'a', 'b', undefined, []],
    ['takes away what the scaffold has no more', 'a', undefined, 'a', [['remove', 'a', '']]],
    ['leaves what the owners changed of it', 'a', undefined, 'ours', []],
  ])('%s', (_what, written, scaffold, present, expected) => {
    expect(upgrade(written, scaffold, present)).toEqual(expected);
  });
});
