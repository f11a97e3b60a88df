import type { AttributePath, Diagnostic, SourcePosition } from '../../diagnostics/diagnostic.ts';
import { looksSecret } from '../../diagnostics/secret-names.ts';
import type { Attribute, Shape } from '../framework/schema.ts';
import type { DiagnosticMessage, AttributePath as PathMessage, PathStep } from './messages.ts';

/**
 * Terraform shows the configuration at `path`, all of its lines, in logs and reports: where it may be a secret, only the
 * resource is named. A position in another file goes into the text.
 */
export function toDiagnosticMessage(
  attributes: readonly Attribute[],
  diagnostic: Diagnostic,
): DiagnosticMessage {
  const { severity, summary, detail, path, source } = diagnostic;
  const isSecret = path?.some((step) => typeof step === 'string' && looksSecret(step)) === true;
  const attribute = path === undefined || isSecret ? undefined : toPathMessage(attributes, path);
  return {
    severity: severity === 'error' ? 'ERROR' : 'WARNING',
    summary,
    detail: source === undefined ? detail : `${showPosition(source)}\n${detail}`,
    ...(attribute !== undefined && attribute.steps.length > 0 && { attribute }),
  };
}

/** Steps in params' fields become attributes, map keys and indexes; it ends where the schema does not follow. */
export function toPathMessage(attributes: readonly Attribute[], path: AttributePath): PathMessage {
  const steps: PathStep[] = [];
  let at: Shape | undefined = { nesting: 'single', attributes };
  let inCollection = false;
  for (const step of path) {
    const next = takeStep(at, inCollection, step);
    if (next === undefined) break;
    steps.push(next.step);
    at = next.shape;
    inCollection = next.inCollection;
  }
  return { steps };
}

function takeStep(
  shape: Shape | undefined,
  inCollection: boolean,
  step: string | number,
): { step: PathStep; shape: Shape | undefined; inCollection: boolean } | undefined {
  if (shape === undefined) return undefined;
  if (shape.nesting === 'none' || inCollection) {
    const element = shape.nesting === 'none' ? undefined : ({ ...shape, nesting: 'single' } as const);
    if (shape.nesting === 'none' && !Array.isArray(shape.type)) return undefined;
    return {
      step: typeof step === 'number' ? { element_key_int: step } : { element_key_string: step },
      shape: element,
      inCollection: false,
    };
  }
  const found = shape.attributes.find(({ field, name }) => field === step || name === step);
  if (found === undefined) return undefined;
  return {
    step: { attribute_name: found.name },
    shape: found.shape,
    inCollection: found.shape.nesting === 'list' || found.shape.nesting === 'map',
  };
}

function showPosition({ file, line, column }: SourcePosition): string {
  return [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
}
