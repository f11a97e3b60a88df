import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseState, describeRestored } from './history.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-history-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('whose history', () => {
  const backend = `terraform {
  backend "http" {
    address        = "https://127.0.0.1:20001/state/orders/prod%2E1"
    lock_address   = "https://127.0.0.1:20001/state/orders/prod%2E1/lock"
  }
}
`;

  it.each([
    [{}, { project: 'orders', environment: 'prod.1' }],
    [{ environment: 'test' }, { project: 'orders', environment: 'test' }],
    [{ project: 'other' }, { project: 'other', environment: 'local' }],
    [{ project: 'orders' }, { project: 'orders', environment: 'prod.1' }],
  ])('%o in a project', async (options, expected) => {
    await writeFile(join(folder, 'backend.tf'), backend);
    expect(await chooseState(options, folder)).toEqual(expected);
  });

  it('is asked where no project is', async () => {
    await expect(chooseState({}, folder)).rejects.toMatchObject({
      diagnostics: [{ reason: 'ProjectUnknown' }],
    });
    expect(await chooseState({ project: 'a' }, folder)).toEqual({ project: 'a', environment: 'local' });
  });
});

it('a restored version says what the next plan will show', () => {
  const many = Array.from({ length: 12 }, (_, index) => `t.n[${index}]`);
  const text = describeRestored(4, { version: 9, resources: 30, returned: many, forgotten: ['t.x'] }).join(
    '\n',
  );
  expect(text).toMatch(/Version 4 .* as version 9: 30 resources/);
  expect(text).toMatch(/12 known again.*t\.n\[9\]\n {2}and 2 more/s);
  expect(text).toMatch(/1 no longer known.*taken over as it is:\n {2}t\.x/s);
  const same = describeRestored(4, { version: 9, resources: 1, returned: [], forgotten: [] }).join('\n');
  expect(same).toContain('same resources as before');
});
