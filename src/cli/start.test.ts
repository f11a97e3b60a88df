import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { programOptions } from '../../scripts/bundle-options.js';
import { packageFile } from '../package-file.ts';

const bundled = build({
  ...programOptions,
  entryPoints: { sdp: packageFile('src', 'cli', 'main.ts') },
  absWorkingDir: packageFile(),
  outdir: 'dist',
  write: false,
  metafile: true,
});

/** What every command pays for, `--version` and completion too: other packages are loaded by the commands that need them. */
it('loads two packages before it knows the command', async () => {
  const { metafile } = await bundled;
  const visited = new Set<string>();
  const visit = (output: string): readonly string[] => {
    if (visited.has(output)) return [];
    visited.add(output);
    const { imports = [], inputs = {} } = metafile.outputs[output] ?? {};
    const external = imports.filter((item) => item.external === true).map(({ path }) => path);
    const inside = imports.filter((item) => item.external !== true && item.kind === 'import-statement');
    return [
      ...external.filter((path) => !path.startsWith('node:')),
      ...Object.keys(inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []),
      ...inside.flatMap(({ path }) => visit(path)),
    ];
  };
  expect([...new Set(visit('dist/sdp.js'))].toSorted()).toEqual(['commander', 'picocolors']);
});

/** Such an import has no names where the package is no ES module. */
it('imports no such package late by itself, but by a module of sdp', async () => {
  const { inputs } = (await bundled).metafile;
  const late = Object.entries(inputs).flatMap(([file, { imports }]) =>
    file.startsWith('src/')
      ? imports.filter(({ kind, path }) => kind === 'dynamic-import' && inputs[path]?.format === 'cjs')
      : [],
  );
  expect(late.map(({ path }) => path)).toEqual([]);
});
