import { expect, it, vi } from 'vitest';
import type { ReportProgress } from '../download-cache.ts';
import { createPyFlinkInstallation } from './pyflink-installation.ts';

it('installs once, whoever asks, and tells how far it is', async () => {
  let report: ReportProgress = () => undefined;
  let finish = () => {};
  let there = false;
  const install = vi.fn<(report: ReportProgress) => Promise<void>>((reportTo) => {
    report = reportTo;
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  const installation = createPyFlinkInstallation({ install, isThere: () => there });
  expect(installation.progress()).toBe('Installing PyFlink');
  report('Installing PyFlink 2.2.0: 120 of 610 MB');
  expect(installation.progress()).toBe('Installing PyFlink 2.2.0: 120 of 610 MB');
  there = true;
  finish();
  await vi.waitFor(() => expect(installation.progress()).toBeUndefined());
  expect(install).toHaveBeenCalledOnce();
  await installation.stop();
});

it('tells of a failure, and tries again after a while', async () => {
  let attempts = 0;
  const installation = createPyFlinkInstallation({
    retryAfterMs: 50,
    isThere: () => attempts === 2,
    async install() {
      attempts += 1;
      if (attempts === 1) throw new Error('no network');
    },
  });
  installation.progress();
  await vi.waitFor(() => expect(() => installation.progress()).toThrow('no network'), { interval: 5 });
  await vi.waitFor(() => expect(installation.progress()).toBeUndefined());
  expect(attempts).toBe(2);
});

it('ends what is under way when the platform ends', async () => {
  const ended = vi.fn<() => void>();
  const installation = createPyFlinkInstallation({
    isThere: () => false,
    install: (_report, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          ended();
          reject(new Error('aborted'));
        });
      }),
  });
  installation.progress();
  await installation.stop();
  expect(ended).toHaveBeenCalledOnce();
  installation.progress();
  expect(ended).toHaveBeenCalledOnce();
});
