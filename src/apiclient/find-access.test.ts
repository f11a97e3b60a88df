import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAccess, kubeconfigPaths } from './find-access.ts';

it.each([
  ['the argument', '/a', { KUBECONFIG: '/b' }, ['/a']],
  ['the argument below home', '~/a', {}, ['/home/me/a']],
  ['the environment', undefined, { KUBECONFIG: '/b' }, ['/b']],
  ['all of the environment', undefined, { KUBECONFIG: ['/b', '', '/c'].join(delimiter) }, ['/b', '/c']],
  ['the usual place', undefined, {}, ['/home/me/.kube/config']],
  ['the usual place when the environment is empty', undefined, { KUBECONFIG: '' }, ['/home/me/.kube/config']],
])('%s', (_what, argument, environment, expected) => {
  expect(kubeconfigPaths(argument, environment, '/home/me')).toEqual(expected);
});

describe('in a pod', () => {
  let folder: string;
  const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'sdp-pod-'));
    writeFileSync(join(folder, 'token'), 'first\n');
    writeFileSync(join(folder, 'ca.crt'), 'CA');
    writeFileSync(join(folder, 'namespace'), 'team-a');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('the ServiceAccount is used, and its token read again as it is replaced', async () => {
    const access = await findAccess({}, { environment, home: folder, serviceAccount: folder });
    expect(access).toMatchObject({ server: 'https://[fd00::1]:443', ca: 'CA', namespace: 'team-a' });
    expect(await access.token?.()).toBe('first');
    writeFileSync(join(folder, 'token'), 'second\n');
    expect(await access.token?.()).toBe('second');
  });

  it('a kubeconfig that is there or named goes before', async () => {
    const home = join(folder, 'home');
    mkdirSync(join(home, '.kube'), { recursive: true });
    writeFileSync(
      join(home, '.kube', 'config'),
      JSON.stringify({
        'current-context': 'x',
        contexts: [{ name: 'x', context: { cluster: 'x' } }],
        clusters: [{ name: 'x', cluster: { server: 'https://10.0.0.1' } }],
      }),
    );
    const around = { environment, home, serviceAccount: folder };
    expect(await findAccess({}, around)).toEqual({ server: 'https://10.0.0.1' });
    const missing = findAccess({ kubeconfig: join(folder, 'none') }, around);
    await expect(missing).rejects.toMatchObject({ diagnostics: [{ reason: 'KubeconfigUnreadable' }] });
  });

  it('not outside of one', async () => {
    const outside = findAccess({}, { environment: {}, home: folder, serviceAccount: folder });
    await expect(outside).rejects.toMatchObject({ diagnostics: [{ reason: 'KubeconfigUnreadable' }] });
  });
});
