import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installOnce } from '../../../engines/download-cache.ts';
import { runCommand } from '../../../engines/run-command.ts';

/**
 * A Python with the official client of Kubernetes, as `requirements.txt` pins it, in sdp's cache. Answers the path of the
 * interpreter, which works wherever its folder was moved to.
 */
export async function installPythonClient(signal: AbortSignal): Promise<string> {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const folder = await installOnce(
    {
      name: 'python-kubernetes-client',
      key: await readFile(requirements, 'utf8'),
      async install(draft) {
        const environment = join(draft, 'venv');
        await runCommand('make a Python environment', ['python3', '-m', 'venv', environment], { signal });
        await runCommand(
          "install Kubernetes' Python client",
          [
            join(environment, 'bin', 'python'),
            '-m',
            'pip',
            'install',
            '--no-deps',
            '--disable-pip-version-check',
            `--requirement=${requirements}`,
          ],
          { signal },
        );
      },
    },
    () => undefined,
    signal,
  );
  return join(folder, 'venv', 'bin', 'python');
}
