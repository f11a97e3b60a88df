import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { registerCompletion } from '../cli/completion.ts';
import { createProgram } from '../cli/program.ts';
import { effectMeanings } from '../kinds/verdict.ts';
import { packageFile } from '../package-file.ts';
import { checkCommand, checkCommands, type KnownCommands } from './check-commands.ts';
import { checkLinks, readTarget } from './check-links.ts';
import { checkPaths } from './check-paths.ts';
import { readCommands } from './command-line.ts';
import { readNotes } from './command-pages.ts';
import { readDocument } from './document.ts';
import { listPaths, readDocuments } from './repository.ts';
import { buildSite } from './site.ts';

const { scripts } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { scripts: object };
const known: KnownCommands = { program: makeProgram, scripts: Object.keys(scripts) };
const documents = readDocuments();
const paths = listPaths();

/** As `sdp` itself has it. */
function makeProgram(): Command {
  const program = createProgram();
  // Waits for nothing unless completion is asked for.
  void registerCompletion(program, []);
  return program;
}

const allCommands = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(allCommands),
];

describe('the documents', () => {
  it('are there', () => {
    expect(documents.length).toBeGreaterThan(60);
  });

  it('link to what is there', () => {
    expect(checkLinks(documents, paths)).toEqual([]);
  });

  it('are all in the index', () => {
    const index = documents.find(({ file }) => file === 'docs/index.md');
    const listed = new Set(index?.links.map(({ text }) => readTarget('docs/index.md', text).path));
    const missing = documents.filter(({ file }) => /^docs\/[^/]+$/.test(file) && !listed.has(file));
    expect(missing.map(({ file }) => file)).toEqual(['docs/index.md']);
  });

  it('show commands that the command line takes', () => {
    expect(checkCommands(documents, known)).toEqual([]);
  });

  it('name files that are there', () => {
    // What the changelog names may have got another name since.
    expect(
      checkPaths(
        documents.filter(({ file }) => file !== 'CHANGELOG.md'),
        paths,
      ),
    ).toEqual([]);
  });

  it('explain every verdict, the worst last', () => {
    const text = readFileSync(packageFile('docs', 'verdicts.md'), 'utf8');
    const listed = [...text.matchAll(/^- `([\w-]+)`: (.*)$/gm)].map(([, effect, meaning]) => [
      effect,
      meaning,
    ]);
    expect(listed).toEqual(Object.entries(effectMeanings));
  });
});

it('the examples of every command’s help are commands that there are', () => {
  const examples = allCommands(makeProgram()).flatMap((command) => readNotes(command).examples);
  expect(examples.length).toBeGreaterThan(50);
  const problems = examples.flatMap((line) =>
    readCommands(line).flatMap((words) => checkCommand(words, known) ?? []),
  );
  expect(problems).toEqual([]);
});

describe('the site', () => {
  const pages = buildSite(documents, makeProgram()).flatMap((section) => section.pages);

  it('has every document once, and links between its own pages alone', () => {
    expect(checkLinks(pages, new Set())).toEqual([]);
    expect(new Set(pages.map(({ file }) => file)).size).toBe(pages.length);
    expect(pages.filter(({ title }) => title === '').map(({ file }) => file)).toEqual([]);
  });

  it('has a page for each command and each module, and the changes that surprise', () => {
    const texts = new Map(pages.map(({ file, text }) => [file, text]));
    for (const command of makeProgram().commands) {
      const text = texts.get(`reference/commands/${command.name()}.md`) ?? '';
      const options = allCommands(command).flatMap((item) => item.options.filter(({ hidden }) => !hidden));
      expect(options.filter(({ long }) => !text.includes(long ?? ''))).toEqual([]);
    }
    expect(texts.get('modules/kafka/topic.md')).toContain('## Inputs');
    expect(texts.get('overview.md')).toContain('(modules/kafka/topic.md)');
    expect(texts.get('reference/traps.md')).toMatch(/^\| Jobs \| the job has FINISHED \| /m);
  });
});

describe('a document that is wrong', () => {
  const wrong = (text: string) => [readDocument('docs/wrong.md', text)];

  it('is told of links to files and headings that there are not', () => {
    const text =
      '# Its own\n\n[a](gone.md), [b](#elsewhere), [c](#its-own),\n[d](../src/cli), [e](https://example.com)\n';
    expect(checkLinks(wrong(text), paths)).toEqual([
      { file: 'docs/wrong.md', line: 3, problem: 'gone.md: there is no docs/gone.md' },
      { file: 'docs/wrong.md', line: 3, problem: '#elsewhere: docs/wrong.md has no heading elsewhere' },
    ]);
    expect(checkLinks([...wrong('[a](terraform.md#gone)'), ...documents], paths)).toMatchObject([
      { line: 1 },
    ]);
  });

  it.each([
    ['```sh\nsdp jump\n```', 'sdp jump: there is no command jump'],
    ['```sh\nkubectl get pods && npx sdp status --colour\n```', 'there is no option --colour'],
    ['```sh\neval "$(sdp environment)"\n```', 'there is no command environment'],
    ['```sh\nsdp savepoint\n```', 'job is missing'],
    ['```sh\nsdp savepoint a b\n```', 'b is one argument too many'],
    ['```sh\nsdp consume t --rows \\\n  --from-offset 1\n```', 'there is no option --rows'],
    ['```sh\nsdp consume t --from-offset x\n```', 'argument'],
    ['```sh\nsdp plan --jsn\n```', 'there is no option --jsn'],
    ['```\n$ sdp jump\nsdp leaps\n```', 'sdp jump: there is no command jump'],
    ['```yaml\nscript:\n  - sdp plan --mark > plan.md\n```', 'there is no option --mark'],
    ['```sh\nnpm run fly\n```', 'package.json has no script fly'],
    ['Say `sdp down --everything`.', 'there is no option --everything'],
  ])('is told of a command that there is not: %j', (text, problem) => {
    expect(checkCommands(wrong(text), known)).toEqual([
      expect.objectContaining({ problem: expect.stringContaining(problem) }),
    ]);
  });

  it.each([
    '```sh\nsdp plan -out change.tfplan   # --kept\n```',
    '```sh\nSDP_DATA=/tmp/try sdp up --detach 2>&1 | tee log\n```',
    'Say `sdp upgrade [DIR]`, `sdp history --restore N` or `sdp savepoint`.',
    '```hcl\nsdp jump\n```',
  ])('is not told of what is right: %j', (text) => {
    expect(checkCommands(wrong(text), known)).toEqual([]);
  });

  it('is told of files that there are not', () => {
    const text =
      '`src/cli/gone.ts`, `gone.ts`, `deploy/roles`, `main.ts`, `sql/jobs/a.sql`\n\n```sh\nkubectl apply -k deploy/gone\n```\n';
    expect(checkPaths(wrong(text), paths).map(({ line, problem }) => `${line}: ${problem}`)).toEqual([
      '1: there is no src/cli/gone.ts',
      '1: there is no gone.ts',
      '4: there is no deploy/gone',
    ]);
  });
});
