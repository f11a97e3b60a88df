import { readFileSync } from 'node:fs';

/** zod's messages in forty languages: a quarter of what Node would have to read at every start. */
export const withoutTranslations = {
  name: 'without-translations',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({ contents: 'export {}', loader: 'js' }));
  },
};

/** The Kafka client compiles the schemas of all its options when it is loaded, which takes longer than most commands. */
const lateValidators = {
  name: 'late-validators',
  setup({ onLoad }) {
    onLoad({ filter: /@platformatic\/kafka\/dist\/clients\/\w+\/options\.js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8').replaceAll('= ajv.compile(', '= compileLate(')}
function compileLate(schema) {
  let compiled;
  const validate = (value) => {
    compiled ??= ajv.compile(schema);
    const isValid = compiled(value);
    validate.errors = compiled.errors;
    return isValid;
  };
  return validate;
}`,
      loader: 'js',
    }));
  },
};

/** Packages that cannot be bundled, or that only the platform's own process loads. */
const unbundled = ['lmdb', 'fastify', '@peculiar/x509', 'reflect-metadata', 'web-tree-sitter'];

/** Packages that have to be installed where sdp runs. */
export const runTimePackages = [...unbundled, '@tree-sitter-grammars/tree-sitter-hcl'];

/**
 * How esbuild makes a program for Node out of sdp's sources. Its packages are part of it, since Node takes three times as
 * long to load their files one by one; not those that cannot be, and those that only the platform's own process loads.
 */
export const programOptions = {
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  external: unbundled,
  alias: { '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled' },
  // For packages that are no ES modules.
  banner: {
    js: "import { createRequire as sdpCreateRequire } from 'node:module'; const require = sdpCreateRequire(import.meta.url);",
  },
  plugins: [withoutTranslations, lateValidators],
  logLevel: 'error',
};
