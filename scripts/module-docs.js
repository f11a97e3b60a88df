// Writes the inputs and outputs of the Terraform modules into their READMEs, from variables.tf and outputs.tf.
// `node scripts/module-docs.js --check` only says which are not up to date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = join(dirname(fileURLToPath(import.meta.url)), '..', 'terraform-modules');

/** The blocks of one kind in a file that `terraform fmt` has formatted. */
function readBlocks(file, kind) {
  if (!existsSync(file)) return [];
  const block = new RegExp(`^${kind} "(\\w+)" \\{\\n(.*?)^\\}$`, 'gms');
  return [...readFileSync(file, 'utf8').matchAll(block)].map(([, name, body]) => ({
    name,
    description: unquote(readArgument(body, 'description')),
    type: readArgument(body, 'type'),
    default: readArgument(body, 'default'),
  }));
}

/** The text of an argument at the block's first level, over as many lines as it has. */
function readArgument(body, name) {
  const start = new RegExp(`^ {2}${name} += `, 'm').exec(body);
  if (start === null) return undefined;
  const lines = body.slice(start.index + start[0].length).split('\n');
  const end = lines.findIndex(
    (line, index) => index > 0 && !line.startsWith('    ') && !/^ {2}[)\]}]/.test(line),
  );
  return lines
    .slice(0, end === -1 ? undefined : end)
    .join('\n')
    .trim();
}

function unquote(text = '""') {
  return JSON.parse(text).replaceAll('$${', '${');
}

/** On one line, as a cell of a table. */
function toCell(text) {
  const line = text
    .replace(/\(\{\n/g, '({ ')
    .replace(/\n\s*\}/g, ' }')
    .replace(/\n\s*/g, ', ')
    .replace(/ +/g, ' ');
  return line.replaceAll('|', '\\|');
}

function document(folder) {
  const inputs = readBlocks(join(folder, 'variables.tf'), 'variable').map(
    (input) =>
      `| \`${input.name}\` | ${toCell(input.type)} | ${input.default === undefined ? 'required' : `\`${toCell(input.default)}\``} | ${toCell(input.description)} |`,
  );
  const outputs = readBlocks(join(folder, 'outputs.tf'), 'output').map(
    (output) => `| \`${output.name}\` | ${toCell(output.description)} |`,
  );
  return [
    '## Inputs',
    '| name | type | default | what |',
    '|---|---|---|---|',
    ...inputs,
    '',
    '## Outputs',
    '| name | what |',
    '|---|---|',
    ...outputs,
    '',
  ].join('\n');
}

const stale = [];
const names = readdirSync(modules).flatMap((group) =>
  readdirSync(join(modules, group)).map((name) => `${group}/${name}`),
);
for (const name of names) {
  const folder = join(modules, name);
  const file = join(folder, 'README.md');
  const text = readFileSync(file, 'utf8');
  const written = text.slice(0, text.indexOf('## Inputs')) + document(folder);
  if (written === text) continue;
  stale.push(name);
  if (!process.argv.includes('--check')) writeFileSync(file, written);
}
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`The READMEs of ${stale.join(', ')} do not say what the modules take: run "npm run docs".`);
  process.exit(1);
}
