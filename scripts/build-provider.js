import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { withoutTranslations } from './bundle-options.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const protocol = join(root, 'src/terraform/protocol');
const placeholder = '0.0.0-version-of-this-build';

// By what loader Node takes a file follows from its extension, here the version's last number, and from the package.json
// of whatever folder it was installed below. So a shell starts Node on a line of code that compiles this file as
// CommonJS, which also starts faster than ESM; to JavaScript that shell line is a string and a comment.
async function buildOpening() {
  const source = readFileSync(join(root, 'scripts', 'provider-opening.js'), 'utf8');
  const { code } = await transform(source, { minify: true, target: 'node20.19', format: 'cjs' });
  const line = code.trim().replaceAll("'", '"');
  if (line.includes('\n')) throw new Error('the opening of the provider is more than one line');
  return `#!/bin/sh\n':' //; exec node -e '${line}' "$0" "$@"\n`;
}

/**
 * Bundles the provider into one executable file, the same bytes for the same sources, and resolves to its version,
 * which also stands in its third line.
 *
 * Without `version` it is a development build, 0.1.N with N made from the hash of the bundle: Terraform's lock file
 * holds a hash of every version, so other bytes need another version, and a prerelease (0.1.0-dev.1a2b) is only chosen
 * by a constraint that names it, which modules with ">= 0.1.0" do not.
 * @param {{ outfile: string, version?: string }} options
 */
export async function buildProvider({ outfile, version }) {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/terraform/provider/main.ts')],
    absWorkingDir: root,
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    logLevel: 'error',
    define: { 'process.env.SDP_PROVIDER_VERSION': JSON.stringify(placeholder) },
    plugins: [withoutTranslations],
  });
  const bundle = outputFiles[0]?.text ?? '';
  const opening = await buildOpening();
  const own = version ?? developmentVersion(`${opening}${bundle}`);
  const text = `${opening}// terraform-provider-sdp ${own}\n${bundle}\n`;
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(outfile, text.replaceAll(placeholder, own));
  await chmod(outfile, 0o755);
  return { version: own };
}

function developmentVersion(bundle) {
  const hash = createHash('sha256').update(bundle).digest('hex').slice(0, 8);
  return `0.1.${Number.parseInt(hash, 16)}`;
}

/** Parses the protocol's .proto files once, so that no start of the provider does. */
export function parseProtocol() {
  // The parser of the gRPC library itself.
  const protobuf = createRequire(createRequire(import.meta.url).resolve('@grpc/proto-loader'))('protobufjs');
  const parsed = new protobuf.Root();
  for (const file of ['tfplugin6.proto', 'plugin.proto', 'health.proto']) {
    protobuf.parse(readFileSync(join(protocol, file), 'utf8'), parsed, { keepCase: true });
  }
  return `${JSON.stringify(parsed.toJSON(), undefined, 2)}\n`;
}

if (process.argv[2] === '--proto') writeFileSync(join(protocol, 'descriptors.json'), parseProtocol());
