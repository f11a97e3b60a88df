import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unknown } from '../framework/value.ts';
import { terraformCommand } from '../testing/terraform-project.ts';
import { readConfiguration } from './configuration.ts';
import { ProjectFiles } from './project-files.ts';

/** Terraform itself says what each of these is; a value that is not understood is unknown, and never another. */
const expressions = [
  '1 + 2 * 3',
  '(1 + 2) * -3',
  '7 % 4',
  '!true || false',
  'true && 1 < 2',
  '"a" == "a" && 1 != 2',
  '[1, "a", null, true]',
  '{ a = 1, "b c" = "x", (local.key) = [] }',
  '"plain"',
  '"tab\\t \\"quoted\\" \\u00e9 $${literal} %%{literal}"',
  '"${local.key}-${1 + 1}!"',
  '"${local.list}"',
  'local.object.inner.name',
  'local.list[1]',
  'local.object["inner"].name',
  'local.objects[*].name',
  'local.objects[*].inner.x',
  'local.objects.*.name',
  'one(local.objects[*].name)',
  'local.key == "k" ? "yes" : "no"',
  '[for item in local.list : upper(item) if item != "b"]',
  '[for index, item in local.list : "${index}=${item}"]',
  '{ for key, value in local.map : upper(key) => value }',
  '{ for item in ["aa", "ab", "b"] : substr(item, 0, 1) => item... }',
  'coalesce(null, "", "x")',
  'compact(["a", "", null])',
  'concat(["a"], ["b", "c"])',
  'contains(local.list, "b")',
  'distinct(["a", "b", "a"])',
  'element(local.list, 4)',
  'endswith("a.sql", ".sql")',
  'flatten([["a"], [["b"], "c"]])',
  'format("%s-%d %% %q", "a", 3, "x")',
  'join(", ", local.list)',
  'jsondecode("{\\"a\\": [1, null]}")',
  'keys({ b = 1, a = 2 })',
  'length("äbc")',
  'length(local.map)',
  'lookup(local.map, "nothing", "fallback")',
  'lower("ÄB")',
  'max(1, 3, 2)',
  'merge(local.map, { b = "2" }, null)',
  'min(4, 2)',
  'replace("Flink_SQL job.sql", "/[^a-z0-9]+/", "-")',
  'replace("a.b.c", ".", "-")',
  'replace("2026-11", "/(\\\\d+)-(\\\\d+)/", "$2.$1")',
  'sort(["b", "a"])',
  'split(",", "a,b,,c")',
  'startswith("abc", "ab")',
  'substr("hello", -3, 2)',
  'title("hello world")',
  'tonumber("12")',
  'tostring(12.5)',
  'toset(["b", "a", "b"])',
  'trim("--a-b--", "-")',
  'trimprefix("sql/jobs", "sql/")',
  'trimspace("  a \\n")',
  'trimsuffix("a.sql", ".sql")',
  'upper("a")',
  'values({ b = 1, a = 2 })',
  'yamldecode("a: [1, x]")',
  'zipmap(["a", "b"], [1, 2])',
  'try(local.list[7], "none")',
  'try(tonumber("x"), 0)',
  'can(local.list[7])',
  'fileexists("main.tf")',
  'file("text.txt")',
  'fileset(".", "*.txt")',
  'fileset(path.root, "**/*.txt")',
  'concat(local.pairs...)',
  'local.heredoc',
  'var.nullable',
  'var.defaulted',
  'base64encode("not understood")',
  'formatdate("YYYY", "2026-01-01T00:00:00Z")',
  'cidrhost("10.0.0.0/8", 2)',
];

const declarations = `
variable "nullable" {
  default = null
}
variable "defaulted" {
  type    = map(string)
  default = { a = "b" }
}
locals {
  key     = "k"
  list    = ["a", "b", "c"]
  map     = { a = "1", z = "26" }
  object  = { inner = { name = "deep" } }
  objects = [{ name = "first", inner = { x = 1 } }]
  pairs   = [["a"], ["b"]]
  heredoc = <<-EOT
    first \${local.key}
      indented $\${kept}

    last
  EOT
}
`;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdp-hcl-'));
  await writeFile(join(folder, 'text.txt'), 'a text\n');
  await writeFile(join(folder, 'main.tf'), declarations);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function askTerraform(): readonly unknown[] {
  const output = execFileSync(terraformCommand, ['console'], {
    cwd: folder,
    input: `jsonencode([${expressions.join(', ')}])\n`,
    encoding: 'utf8',
    env: { ...process.env, TF_CLI_CONFIG_FILE: undefined, CHECKPOINT_DISABLE: '1' },
  });
  return JSON.parse(JSON.parse(output) as string) as readonly unknown[];
}

describe('expressions', () => {
  it('have the values that Terraform gives them, or are unknown', async () => {
    const resources = expressions.map(
      (text, index) => `resource "test" "t${index}" {\n  value = ${text}\n}\n`,
    );
    await writeFile(join(folder, 'main.tf'), `${declarations}${resources.join('')}`);
    const read = await readConfiguration(folder, new ProjectFiles());
    expect(read.diagnostics).toEqual([]);
    await writeFile(join(folder, 'main.tf'), declarations);
    const expected = askTerraform();
    const understood = read.resources.map(({ attributes }, index) => {
      const { value } = attributes;
      if (value === unknown) return `${expressions[index]}: unknown`;
      expect({ expression: expressions[index], value }).toEqual({
        expression: expressions[index],
        value: expected[index],
      });
      return 'same';
    });
    expect(understood.filter((one) => one !== 'same')).toEqual([
      'base64encode("not understood"): unknown',
      'formatdate("YYYY", "2026-01-01T00:00:00Z"): unknown',
      'cidrhost("10.0.0.0/8", 2): unknown',
    ]);
  }, 60_000);
});
