import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { connectorTemplates } from './catalog.ts';
import { checkConnector, type DeclaredConnector } from './check-config.ts';

/**
 * Pairs `<template>/testdata/<case>.input.yaml` → `.output.yaml`: a connector, and what is said of it. The class is the
 * template's where the input names none. UPDATE_GOLDEN=1 writes the outputs.
 */
const folder = import.meta.dirname;
const inputs = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => /^[^/]+\/testdata\/[^/]+\.input\.yaml$/.test(path))
  .sort();

describe('golden pairs', () => {
  it.each(connectorTemplates.map(({ name }) => name))('are there for %s', (name) => {
    const own = inputs.filter((path) => path.startsWith(`${name}/`));
    expect(own.length).toBeGreaterThan(1);
  });

  it.each(inputs)('%s', (path) => {
    const file = join(folder, path);
    const template = connectorTemplates.find(({ name }) => name === path.split('/')[0]);
    const input = parse(readFileSync(file, 'utf8')) as Partial<DeclaredConnector>;
    const found = checkConnector({ class: template?.className ?? '', config: {}, ...input });
    const text = stringify(JSON.parse(JSON.stringify(found)), { lineWidth: 0, aliasDuplicateObjects: false });
    const golden = file.replace(/\.input\.yaml$/, '.output.yaml');
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text);
    expect(existsSync(golden), `${golden} is missing: run with UPDATE_GOLDEN=1 and read it`).toBe(true);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });
});
