import type { ReportProgress } from './download-cache.ts';
import { runCommand } from './run-command.ts';

/**
 * Copies the dependencies of a pom into a folder. Maven keeps its own repository besides, so that a second copy needs
 * no network.
 */
export async function copyDependencies(
  pom: string,
  target: string,
  what: string,
  report: ReportProgress,
  signal: AbortSignal,
  includeScope = 'runtime',
): Promise<void> {
  let megabytes = 0;
  let files = 0;
  report(`Downloading ${what}`);
  await runCommand(
    `download ${what}`,
    [
      'mvn',
      '-B',
      '-f',
      pom,
      'dependency:copy-dependencies',
      `-DincludeScope=${includeScope}`,
      `-DoutputDirectory=${target}`,
    ],
    {
      signal,
      onLine(line) {
        const size = /^(?:\[INFO\] )?Downloaded from \S+: \S+\.jar \(([\d.]+) (kB|MB)/.exec(line);
        if (size?.[1] === undefined) return;
        files += 1;
        megabytes += Number(size[1]) / (size[2] === 'kB' ? 1000 : 1);
        report(`Downloading ${what}: ${files} files, ${megabytes.toFixed(0)} MB`);
      },
    },
  );
}
