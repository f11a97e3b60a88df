import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import { type ArtifactAccess, noAccess } from '../artifact-access.ts';
import type { HostAliases } from '../host-aliases.ts';
import { fetchJobJar, JobJarError } from './job-jar.ts';
import type { LocalImage } from './local-image.ts';

/** Where images have the runner; here it is on the classpath of every process. */
const runnerOfImage = /^local:\/\/\/opt\/flink\/usrlib\/sdp-runner\.jar$/;

/**
 * The arguments of an application's JobManager with `--jars` leading to a file of this machine, or left out when the
 * jar is the runner. What is fetched stays in the pod's folder: a process that starts again needs no server.
 */
export async function localizeJars(
  args: readonly string[],
  workFolder: string,
  image: LocalImage = {},
  hostAliases: HostAliases = {},
  access: ArtifactAccess = noAccess,
): Promise<readonly string[]> {
  const at = args.indexOf('--jars');
  const uri = at === -1 ? undefined : args[at + 1];
  if (uri === undefined) return args;
  const others = args.toSpliced(at, 2);
  if (runnerOfImage.test(uri)) return others;
  return args.with(at + 1, `local://${await findJar(uri, workFolder, image, hostAliases, access)}`);
}

async function findJar(
  uri: string,
  workFolder: string,
  { usrlib }: LocalImage,
  hostAliases: HostAliases,
  access: ArtifactAccess,
): Promise<string> {
  if (uri.startsWith('local:')) {
    const named = fileURLToPath(uri.replace(/^local:\/*/, 'file:///'));
    const inImage = /^\/opt\/flink\/usrlib\/([^/]+)$/.exec(named)?.[1];
    const file = usrlib === undefined || inImage === undefined ? named : join(usrlib, inImage);
    if (existsSync(file)) return file;
    throw jarProblem(
      `job.jarURI ${uri} is a file of an image, and there is no container here: this machine has no file ${file}. ` +
        'Give the jar by http, https or file, or name a folder for the image in sdp.yaml (images).',
    );
  }
  const folder = join(workFolder, 'usrlib');
  const file = join(folder, 'job.jar');
  if (existsSync(file)) return file;
  await mkdir(folder, { recursive: true });
  try {
    const jar = await fetchJobJar(uri, { hostAliases, access });
    try {
      await copyFile(jar.file, `${file}.part`);
      await rename(`${file}.part`, file);
    } finally {
      await jar.release();
    }
  } catch (error) {
    if (!(error instanceof JobJarError)) throw error;
    throw jarProblem(error.message);
  }
  return file;
}

function jarProblem(detail: string): DiagnosticError {
  return new DiagnosticError({
    severity: 'error',
    reason: 'JarNotFetched',
    summary: 'The jar of the job cannot be had',
    detail,
  });
}
