import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeProjectRecord } from '../scaffold/project-record.ts';
import { findStateAddress, initProject, nameOfProject } from './init.ts';

describe('where the state of a project lies', () => {
  const gitlab = { CI_API_V4_URL: 'https://gitlab.example.com/api/v4', CI_PROJECT_ID: '17' };
  const base = { SDP_STATE_URL: 'https://127.0.0.1:20001/state/' };

  it.each([
    ['as it is given', 'https://a/b', { ...gitlab, ...base }, 'https://a/b'],
    [
      'below what the environment names',
      undefined,
      { ...gitlab, ...base },
      'https://127.0.0.1:20001/state/orders/tst',
    ],
    [
      "in GitLab's pipelines: GitLab's own",
      undefined,
      gitlab,
      'https://gitlab.example.com/api/v4/projects/17/terraform/state/tst',
    ],
    ['else where the platform says', undefined, {}, undefined],
  ])('%s', (_what, option, environment, expected) => {
    expect(findStateAddress('orders', 'tst', option, environment)).toBe(expected);
  });
});

describe('the name of a project', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'sdp-init-')), 'terraform');
    await mkdir(folder);
  });
  afterEach(() => rm(dirname(folder), { recursive: true }));

  it("is its folder's", async () => {
    expect(await nameOfProject(folder)).toBe('terraform');
  });

  it('is the one that sdp new gave it: the folders of two teams have the same', async () => {
    const values = { project: 'orders' };
    await writeProjectRecord(folder, { version: '0.1.0', layers: ['terraform-project'], values, files: {} });
    expect(await nameOfProject(folder)).toBe('orders');
  });
});

describe('a state elsewhere', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sdp-init-'));
    await writeFile(join(folder, 'main.tf'), '');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    'gitlab.example.com/state',
    'ftp://gitlab.example.com/state',
    'https://user:secret@gitlab.example.com/state',
    'https://gitlab.example.com/"}\nprovider "x" {',
    'https://gitlab.example.com/${file("/etc/passwd")}',
  ])('is refused at %s, which is not repeated', async (address) => {
    const error: unknown = await initProject(folder, address).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('This is no address of a state');
    expect(String(error)).not.toContain('secret');
    await expect(readFile(join(folder, 'backend.tf'))).rejects.toThrow('ENOENT');
  });
});
