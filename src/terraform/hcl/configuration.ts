import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Diagnostic, SourcePosition } from '../../diagnostics/diagnostic.ts';
import { isObjectValue, type ObjectValue, unknown, type Value } from '../framework/value.ts';
import { evaluate, type Scope } from './evaluate.ts';
import { EvaluationError } from './evaluation-error.ts';
import type { Attribute, Block, Expression } from './expression.ts';
import { fileFunctions } from './file-functions.ts';
import { isList, pureFunctions, type TerraformFunction, toText } from './functions.ts';
import { type HclParser, openHclParser, type ParsedFile } from './parse.ts';
import type { ProjectFiles } from './project-files.ts';
import { fitVariable } from './variable-type.ts';

/** A resource that a configuration declares, with what can be known of its attributes without Terraform. */
export interface DeclaredResource {
  /** `module.orders.sdp_kafka_topic.this[0]` */
  readonly address: string;
  readonly type: string;
  readonly attributes: ObjectValue;
  /** The block of the root module that declares it, itself or by a module. */
  readonly at: SourcePosition;
  /** The attributes of that block. */
  readonly inputs: ReadonlyMap<string, SourcePosition>;
}

export interface Configuration {
  readonly resources: readonly DeclaredResource[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReadOptions {
  /** Variables files besides those that Terraform finds by itself. */
  readonly variableFiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads what a project declares by its files alone: its modules, as far as they are on this machine, with Terraform's
 * expressions evaluated where they are certain. Paths in positions are relative to the folder.
 */
export async function readConfiguration(
  folder: string,
  files: ProjectFiles,
  options: ReadOptions = {},
): Promise<Configuration> {
  const reading = new Reading(resolve(folder), files, await openHclParser());
  const variables = reading.variableValues(options);
  const resources = reading.resourcesOf({
    folder: reading.folder,
    key: '',
    prefix: '',
    input: (name) => variables.get(name),
    root: undefined,
  });
  return { resources, diagnostics: reading.diagnostics };
}

/** The parts of one module's folder. */
interface ModuleFiles {
  readonly variables: ReadonlyMap<string, Block>;
  readonly locals: ReadonlyMap<string, Attribute>;
  readonly outputs: ReadonlyMap<string, Block>;
  readonly resources: readonly Block[];
  readonly modules: readonly Block[];
}

/** One use of a module. */
interface Use {
  readonly folder: string;
  /** As `terraform init` names it: `orders.sink`. */
  readonly key: string;
  /** Of addresses: `module.orders.` */
  readonly prefix: string;
  readonly input: (name: string) => Value | undefined;
  readonly root: Pick<DeclaredResource, 'at' | 'inputs'> | undefined;
}

interface Read {
  readonly root: string;
  readonly name: string;
  readonly value: Value;
}

class Reading {
  readonly folder: string;
  readonly diagnostics: Diagnostic[] = [];
  readonly #projectFiles: ProjectFiles;
  readonly #parser: HclParser;
  readonly #files = new Map<string, ModuleFiles>();
  readonly #functions: ReadonlyMap<string, TerraformFunction>;
  readonly #installed: ReadonlyMap<string, string>;
  readonly #locals = new Map<Attribute, { readonly reads: readonly Read[]; readonly value: Value }>();

  constructor(folder: string, files: ProjectFiles, parser: HclParser) {
    this.folder = folder;
    this.#projectFiles = files;
    this.#parser = parser;
    this.#functions = new Map([...pureFunctions, ...fileFunctions(folder, files)]);
    this.#installed = installedModules(folder, files);
  }

  /** By Terraform's precedence: the environment, terraform.tfvars, *.auto.tfvars, and the files that are named. */
  variableValues({ variableFiles = [], environment = {} }: ReadOptions): ReadonlyMap<string, Value> {
    const values = new Map<string, Value>();
    for (const [name, value] of Object.entries(environment)) {
      if (name.startsWith('TF_VAR_') && value !== undefined) values.set(name.slice('TF_VAR_'.length), value);
    }
    const own = this.#projectFiles
      .names(this.folder)
      .filter((name) => /^(?:terraform|.*\.auto)\.tfvars$/.test(name));
    const ordered = own.toSorted(
      (a, b) => Number(a !== 'terraform.tfvars') - Number(b !== 'terraform.tfvars') || (a < b ? -1 : 1),
    );
    for (const name of [...ordered, ...variableFiles]) {
      for (const [key, { value }] of this.#parse(resolve(this.folder, name)).attributes) {
        values.set(key, evaluateSafely(value, { find: () => unknown, functions: this.#functions }));
      }
    }
    return values;
  }

  resourcesOf(use: Use): readonly DeclaredResource[] {
    const files = this.#filesOf(use.folder);
    const module = new ModuleScope(files, use, this);
    const own = files.resources.flatMap((block) => module.instancesOf(block));
    const nested = files.modules.flatMap((block) =>
      module.usesOf(block).flatMap((inner) => this.resourcesOf(inner)),
    );
    return [...own, ...nested];
  }

  /** A module's folder, or undefined where it is not on this machine. */
  locate(source: string, use: Use, key: string): string | undefined {
    const [base = '', inside = ''] = splitSource(source);
    const isLocal = /^\.{1,2}(?:\/|$)/.test(base) || isAbsolute(base);
    const folder = isLocal ? resolve(use.folder, base, inside) : this.#installed.get(key);
    return folder !== undefined && this.#projectFiles.exists(folder) ? folder : undefined;
  }

  scopeOf(use: Use): ModuleScope {
    return new ModuleScope(this.#filesOf(use.folder), use, this);
  }

  get functions(): ReadonlyMap<string, TerraformFunction> {
    return this.#functions;
  }

  /**
   * The value of a local, by what it read: many uses of a module read the same, and the same value is the same object.
   */
  valueOfLocal(local: Attribute, scope: ModuleScope): Value {
    const last = this.#locals.get(local);
    if (last?.reads.every(({ root, name, value }) => scope.find(root, name) === value) === true)
      return last.value;
    const reads: Read[] = [];
    const value = evaluateSafely(local.value, {
      functions: this.#functions,
      find(root, name) {
        const found = scope.find(root, name);
        reads.push({ root, name, value: found });
        return found;
      },
    });
    this.#locals.set(local, { reads, value });
    return value;
  }

  #filesOf(folder: string): ModuleFiles {
    const known = this.#files.get(folder);
    if (known !== undefined) return known;
    const parsed = this.#projectFiles
      .names(folder)
      .filter((name) => name.endsWith('.tf'))
      .map((name) => this.#parse(join(folder, name)));
    const files = partsOf(parsed);
    this.#files.set(folder, files);
    return files;
  }

  #parse(file: string): ParsedFile {
    const shown = relative(this.folder, file);
    const parsed = this.#parser(shown, this.#projectFiles.text(file) ?? '');
    if (parsed.error !== undefined) {
      this.diagnostics.push({
        severity: 'error',
        reason: 'HclSyntaxError',
        summary: 'This is no HCL',
        detail: 'Terraform could not read the file either. "terraform validate" says what it expects here.',
        source: parsed.error,
      });
    }
    return parsed;
  }
}

/** `git::https://host/modules.git//kafka/topic?ref=v1` is a package and a folder in it. */
function splitSource(source: string): readonly string[] {
  const scheme = source.indexOf('://');
  const at = source.indexOf('//', scheme < 0 ? 0 : scheme + '://'.length);
  return at < 0 ? [source] : [source.slice(0, at), source.slice(at + 2)];
}

/** What `terraform init` has fetched, by the modules' keys. */
function installedModules(folder: string, files: ProjectFiles): ReadonlyMap<string, string> {
  const text = files.text(join(folder, '.terraform', 'modules', 'modules.json'));
  if (text === undefined) return new Map();
  const { Modules: modules = [] } = JSON.parse(text) as {
    Modules?: readonly { readonly Key: string; readonly Dir: string }[];
  };
  return new Map(modules.map(({ Key, Dir }) => [Key, resolve(folder, Dir)]));
}

function partsOf(files: readonly ParsedFile[]): ModuleFiles {
  const blocks = files.flatMap((file) => file.blocks);
  const named = (type: string) =>
    new Map(blocks.filter((block) => block.type === type).map((block) => [block.labels[0] ?? '', block]));
  return {
    variables: named('variable'),
    locals: new Map(
      blocks.filter(({ type }) => type === 'locals').flatMap(({ attributes }) => [...attributes]),
    ),
    outputs: named('output'),
    resources: blocks.filter(({ type }) => type === 'resource'),
    modules: blocks.filter(({ type }) => type === 'module'),
  };
}

function evaluateSafely(expression: Expression, scope: Scope): Value {
  try {
    return evaluate(expression, scope);
  } catch (error) {
    // What Terraform refuses it tells itself, and better.
    if (error instanceof EvaluationError) return unknown;
    throw error;
  }
}

/** Attributes of a module's call that are Terraform's own. */
const metaArguments = new Set([
  'source',
  'version',
  'count',
  'for_each',
  'providers',
  'depends_on',
  'lifecycle',
  'provider',
]);

/** The names that expressions of a module's use see. Each is evaluated once. */
class ModuleScope implements Scope {
  readonly #files: ModuleFiles;
  readonly #use: Use;
  readonly #reading: Reading;
  readonly #values = new Map<string, Value>();
  readonly #each: ObjectValue | undefined;

  constructor(files: ModuleFiles, use: Use, reading: Reading, each?: ObjectValue) {
    this.#files = files;
    this.#use = use;
    this.#reading = reading;
    this.#each = each;
  }

  get functions(): ReadonlyMap<string, TerraformFunction> {
    return this.#reading.functions;
  }

  find(root: string, name: string): Value {
    if (root === 'each') return this.#each?.[name] ?? unknown;
    const key = `${root}.${name}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    // Of what needs itself.
    this.#values.set(key, unknown);
    const value = this.#compute(root, name);
    this.#values.set(key, value);
    return value;
  }

  #compute(root: string, name: string): Value {
    switch (root) {
      case 'var':
        return this.#variable(name);
      case 'local': {
        const local = this.#files.locals.get(name);
        return local === undefined ? unknown : this.#reading.valueOfLocal(local, this);
      }
      case 'path':
        return name === 'module' ? this.#use.folder : name === 'root' || name === 'cwd' ? '.' : unknown;
      case 'module': {
        const block = this.#files.modules.find(({ labels }) => labels[0] === name);
        return block === undefined ? unknown : this.#outputsOf(block);
      }
      case 'count':
      case 'data':
      case 'self':
      case 'terraform':
        return unknown;
      default:
        return this.#resource(root, name);
    }
  }

  #variable(name: string): Value {
    const given = this.#use.input(name);
    const block = this.#files.variables.get(name);
    const fallback = block?.attributes.get('default')?.value;
    const isNullable = block?.attributes.get('nullable')?.value;
    const takesDefault =
      given === undefined || (given === null && isNullable?.is === 'literal' && isNullable.value === false);
    const evaluated = (expression: Expression) => evaluateSafely(expression, this);
    const value = !takesDefault ? given : fallback === undefined ? unknown : evaluated(fallback);
    const type = block?.attributes.get('type')?.value;
    return type === undefined ? value : fitVariable(value, type, evaluated);
  }

  #outputsOf(block: Block): Value {
    const outputs = this.usesOf(block).map((use) => this.#reading.scopeOf(use).#outputs());
    const isOne = !block.attributes.has('count') && !block.attributes.has('for_each');
    return isOne ? (outputs[0] ?? unknown) : unknown;
  }

  #outputs(): Value {
    return Object.fromEntries(
      [...this.#files.outputs].map(([name, { attributes }]) => {
        const value = attributes.get('value');
        return [name, value === undefined ? unknown : evaluateSafely(value.value, this)];
      }),
    );
  }

  /** The attributes that are set; everything else of it is computed. */
  #resource(type: string, name: string): Value {
    const block = this.#files.resources.find(({ labels }) => labels[0] === type && labels[1] === name);
    if (block === undefined) return unknown;
    const repetitions = this.#repetitions(block);
    if (repetitions === undefined) return unknown;
    const objects = repetitions.map(({ scope }) => attributesOf(block, scope));
    const [first = unknown] = objects;
    if (block.attributes.has('count')) return objects;
    return block.attributes.has('for_each') ? unknown : first;
  }

  instancesOf(block: Block): readonly DeclaredResource[] {
    const [type = '', name = ''] = block.labels;
    const { at, inputs } = this.#use.root ?? rootOf(block);
    const repetitions = this.#repetitions(block) ?? [{ suffix: '[*]', scope: this as ModuleScope }];
    return repetitions.map(({ suffix, scope }) => ({
      address: `${this.#use.prefix}${type}.${name}${suffix}`,
      type,
      attributes: attributesOf(block, scope),
      at,
      inputs,
    }));
  }

  usesOf(block: Block): readonly Use[] {
    const [name = ''] = block.labels;
    const source = block.attributes.get('source')?.value;
    const text = source?.is === 'literal' && typeof source.value === 'string' ? source.value : undefined;
    const key = this.#use.key === '' ? name : `${this.#use.key}.${name}`;
    const folder = text === undefined ? undefined : this.#reading.locate(text, this.#use, key);
    if (folder === undefined) return [];
    const root = this.#use.root ?? rootOf(block);
    const repetitions = this.#repetitions(block) ?? [{ suffix: '[*]', scope: this as ModuleScope }];
    return repetitions.map(({ suffix, scope }) => ({
      folder,
      key,
      prefix: `${this.#use.prefix}module.${name}${suffix}.`,
      root,
      input: (variable) => {
        const attribute = metaArguments.has(variable) ? undefined : block.attributes.get(variable);
        return attribute && evaluateSafely(attribute.value, scope);
      },
    }));
  }

  /** By count and for_each; undefined where nobody knows how many. */
  #repetitions(
    block: Block,
  ): readonly { readonly suffix: string; readonly scope: ModuleScope }[] | undefined {
    const count = block.attributes.get('count');
    const forEach = block.attributes.get('for_each');
    if (count !== undefined) {
      const number = evaluateSafely(count.value, this);
      if (number === unknown) return undefined;
      return Array.from({ length: Number(number) }, (_, index) => ({ suffix: `[${index}]`, scope: this }));
    }
    if (forEach === undefined) return [{ suffix: '', scope: this }];
    const over = evaluateSafely(forEach.value, this);
    if (over === unknown) return undefined;
    const entries: readonly (readonly [string, Value])[] = isObjectValue(over)
      ? Object.entries(over)
      : isList(over)
        ? over.map((item) => [toText(item), item])
        : [];
    return entries.map(([key, value]) => ({
      suffix: `[${JSON.stringify(key)}]`,
      scope: new ModuleScope(this.#files, this.#use, this.#reading, { key, value }),
    }));
  }
}

function rootOf({ at, attributes }: Block): Pick<DeclaredResource, 'at' | 'inputs'> {
  return { at, inputs: new Map([...attributes].map(([name, attribute]) => [name, attribute.at])) };
}

function attributesOf(block: Block, scope: Scope): ObjectValue {
  return Object.fromEntries(
    [...block.attributes]
      .filter(([name]) => !metaArguments.has(name))
      .map(([name, { value }]) => [name, evaluateSafely(value, scope)]),
  );
}
