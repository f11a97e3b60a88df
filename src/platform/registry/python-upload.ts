import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { checkContent } from './content.ts';
import { type ArtifactPath, normalizeName, normalizeVersion, readDistributionName } from './paths.ts';
import { Refusal } from './refusal.ts';
import type { Draft, StoredFile } from './store.ts';

/** Fields of the form that count; the others (description, classifiers, …) are for people who browse an index. */
const kept = [':action', 'name', 'version', 'sha256_digest', 'requires_python'] as const;
type Field = (typeof kept)[number];

export interface PythonUpload {
  readonly fields: ReadonlyMap<Field, string>;
  readonly file: string;
  readonly draft: Draft;
}

/**
 * Reads the form that twine sends (PyPI's upload API, `:action=file_upload`). The file goes to `receive` as it comes. Rejects with what
 * `receive` rejects with, or with a `Refusal`.
 */
export async function readPythonUpload(
  request: IncomingMessage,
  receive: (content: Readable) => Promise<Draft>,
): Promise<PythonUpload> {
  const fields = new Map<Field, string>();
  const files: { readonly name: string; readonly draft: Promise<Draft> }[] = [];
  try {
    await readForm(request, fields, (name, content) => {
      const draft = receive(content);
      // Looked at when the form has ended.
      draft.catch(() => undefined);
      files.push({ name, draft });
    });
    const [file] = files;
    if (file === undefined || files.length > 1) throw noForm(`it has ${files.length} files in "content"`);
    return { fields, file: file.name, draft: await file.draft };
  } catch (error) {
    for (const { draft } of files) await draft.then((one) => one.discard()).catch(() => undefined);
    throw error;
  }
}

function readForm(
  request: IncomingMessage,
  fields: Map<Field, string>,
  onFile: (name: string, content: Readable) => void,
): Promise<void> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(type))
    throw noForm(`its content type is ${type || 'missing'}`);
  return new Promise((resolve, reject) => {
    const parser = new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { fieldSize: 64 * 1024, files: 8 },
    });
    let current: Readable | undefined;
    const fail = (error: Error) => {
      request.unpipe(parser);
      request.resume();
      current?.destroy(error);
      reject(error);
    };
    parser.on('field', (name, value) => {
      if (kept.includes(name as Field)) fields.set(name as Field, value);
    });
    parser.on('file', (name, content, fileName) => {
      // Told to who reads it, if anybody still does.
      content.on('error', () => undefined);
      // Signatures and attestations are not kept.
      if (name !== 'content') return void content.resume();
      current = content;
      onFile(fileName, content);
    });
    parser.on('error', (error) => fail(noForm((error as Error).message)));
    parser.once('finish', () => resolve());
    request.once('error', fail);
    request.once('close', () => {
      if (!request.complete) fail(new Error('the client went away'));
    });
    request.pipe(parser);
  });
}

/** What the form says, checked against the file and its name: where it belongs. */
export function checkPythonUpload({ fields, file, draft }: PythonUpload): {
  readonly path: ArtifactPath;
  readonly about: Pick<StoredFile, 'requiresPython'>;
} {
  const action = fields.get(':action') ?? 'file_upload';
  if (action !== 'file_upload') {
    throw new Refusal(
      400,
      'Not an upload',
      `:action ${JSON.stringify(action)} is not known: only file_upload is.`,
    );
  }
  const name = normalizeName(fields.get('name') ?? '');
  const version = normalizeVersion(fields.get('version') ?? '');
  if (name === undefined || version === undefined) {
    const given = `name ${JSON.stringify(fields.get('name') ?? '')}, version ${JSON.stringify(fields.get('version') ?? '')}`;
    throw new Refusal(
      400,
      'No project or version',
      `The form says ${given}: a project is named by letters, digits, ".", "_" and "-", and a version as Python has them (1.0.1).`,
    );
  }
  const named = readDistributionName(file);
  if (named?.name !== name || named.version !== version) {
    throw new Refusal(
      400,
      'The file has another name than the project',
      `${JSON.stringify(file)} is no distribution of ${name} ${version}: it has to be named ${name.replaceAll('-', '_')}-${version}.tar.gz, or as a wheel of it. Build it with "python -m build".`,
    );
  }
  checkContent(file, draft.start);
  const sha256 = fields.get('sha256_digest')?.toLowerCase();
  if (sha256 !== undefined && sha256 !== '' && sha256 !== draft.sha256) {
    throw new Refusal(
      400,
      'The file came in damaged',
      `The form says that ${file} has the SHA-256 ${sha256}, and what came has ${draft.sha256}. Nothing was kept; publish it again.`,
    );
  }
  const requiresPython = fields.get('requires_python');
  return {
    path: { type: 'pypi', name, version, file },
    about: requiresPython === undefined || requiresPython === '' ? {} : { requiresPython },
  };
}

function noForm(seen: string): Refusal {
  return new Refusal(
    400,
    'No upload of a distribution',
    `This is no form as twine sends it: ${seen}. Publish with "twine upload", or to the Maven repository below /maven.`,
  );
}
