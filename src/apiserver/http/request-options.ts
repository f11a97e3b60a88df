import { parseManagerName } from '../apply/managed-fields.ts';
import { isJsonObject, stringAt, valueAt } from '../json.ts';
import type { DeletePreconditions, WriteContext } from '../registry/write-options.ts';
import { invalidValue, notSupported, requiredValue } from '../schema/validate.ts';
import { badRequest, type FieldProblem, invalid } from '../status.ts';
import type { ResourceRequest } from './api-context.ts';

const MAX_MANAGER_LENGTH = 128;

type OptionsKind = 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' | 'DeleteOptions' | 'ListOptions';

/** Options of `meta/v1` that are wrong, as kube-apiserver refuses them. */
export function refuseOptions(kind: OptionsKind, problems: readonly FieldProblem[]): void {
  if (problems.length > 0) throw invalid({ group: 'meta.k8s.io', plural: '', kind }, '', problems);
}

/** `CreateOptions`, `UpdateOptions` or `PatchOptions`, which all come from the query. */
export function readWriteContext(
  { path, query, request }: ResourceRequest,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  isApply = false,
): WriteContext {
  const dryRun = query.getAll('dryRun');
  const fieldValidation = query.get('fieldValidation') ?? '';
  const manager = query.get('fieldManager') ?? '';
  const problems: FieldProblem[] = [];
  if (isApply && manager === '') {
    problems.push(requiredValue('fieldManager', 'is required for apply patch'));
  }
  if (kind === 'PatchOptions' && !isApply && query.has('force')) {
    const message = 'Forbidden: may not be specified for non-apply patch';
    problems.push({ field: 'force', reason: 'FieldValueForbidden', message });
  }
  problems.push(...checkManager(manager), ...checkDryRun(dryRun));
  if (!isFieldValidation(fieldValidation)) {
    problems.push(notSupported('fieldValidation', fieldValidation, ['', 'Ignore', 'Strict', 'Warn']));
    refuseOptions(kind, problems);
    throw badRequest('fieldValidation');
  }
  refuseOptions(kind, problems);
  return {
    manager: parseManagerName(manager, request.headers['user-agent']),
    dryRun: dryRun.length > 0,
    fieldValidation: fieldValidation === '' ? 'Warn' : fieldValidation,
    ...(path.subresource === 'status' ? { subresource: 'status' } : {}),
    warnings: [],
  };
}

function isFieldValidation(value: string): value is WriteContext['fieldValidation'] | '' {
  return ['', 'Ignore', 'Strict', 'Warn'].includes(value);
}

function checkManager(manager: string): FieldProblem[] {
  if (Buffer.byteLength(manager) > MAX_MANAGER_LENGTH) {
    const message = `Too long: may not be more than ${MAX_MANAGER_LENGTH} bytes`;
    return [{ field: 'fieldManager', reason: 'FieldValueTooLong', message }];
  }
  const characters = Array.from(manager);
  const at = characters.findIndex((character) => /\p{C}/u.test(character));
  if (at === -1) return [];
  const code = (characters[at]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return [invalidValue('fieldManager', manager, `invalid character U+${code} (at position ${at})`)];
}

function checkDryRun(values: readonly unknown[]): FieldProblem[] {
  if (values.every((value) => value === 'All')) return [];
  const shown = `[]string{${values.map((value) => JSON.stringify(value)).join(', ')}}`;
  return [
    {
      field: 'dryRun',
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${shown}: supported values: "All"`,
    },
  ];
}

const POLICIES = ['Foreground', 'Background', 'Orphan'] as const;

/** `DeleteOptions` of the body, or of the query when there is no body. */
export function readDeleteOptions({ query }: ResourceRequest, sent: unknown): DeletePreconditions {
  if (isJsonObject(sent) && sent['kind'] !== undefined && sent['kind'] !== 'DeleteOptions') {
    const { apiVersion, kind } = sent;
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion ?? '')} in scheme`,
    );
  }
  const policy = stringAt(sent, 'propagationPolicy') ?? query.get('propagationPolicy') ?? undefined;
  const orphans = valueAt(sent, 'orphanDependents') ?? undefined;
  const dryRun = [valueAt(sent, 'dryRun') ?? [], query.getAll('dryRun')].flat();
  const problems: FieldProblem[] = [];
  const chosen = POLICIES.find((known) => known === policy);
  if (policy !== undefined && chosen === undefined) {
    problems.push(notSupported('propagationPolicy', policy, [...POLICIES, 'nil']));
  }
  if (policy !== undefined && orphans !== undefined) {
    const detail = 'orphanDependents and deletionPropagation cannot be both set';
    problems.push(invalidValue('propagationPolicy', policy, detail));
  }
  problems.push(...checkDryRun(dryRun));
  const gracePeriodSeconds = readGracePeriod(sent, query);
  refuseOptions('DeleteOptions', problems);
  return {
    uid: stringAt(sent, 'preconditions', 'uid'),
    resourceVersion: stringAt(sent, 'preconditions', 'resourceVersion'),
    propagationPolicy: orphans === true ? 'Orphan' : chosen,
    gracePeriodSeconds,
    dryRun: dryRun.length > 0,
  };
}

/** A negative one is taken as 1, as kube-apiserver does. */
function readGracePeriod(sent: unknown, query: URLSearchParams): number | undefined {
  const inBody = valueAt(sent, 'gracePeriodSeconds') ?? undefined;
  if (inBody !== undefined && !Number.isInteger(inBody)) {
    const type = typeof inBody === 'number' ? `number ${inBody}` : typeof inBody;
    throw badRequest(
      `json: cannot unmarshal ${type} into Go struct field DeleteOptions.gracePeriodSeconds of type int64`,
    );
  }
  const inQuery = query.get('gracePeriodSeconds') ?? '';
  const seconds = (inBody as number | undefined) ?? parseInt64(inQuery);
  return seconds !== undefined && seconds < 0 ? 1 : seconds;
}

/** A whole number of the query in Go's words; `undefined` for an empty text. */
export function parseInt64(text: string): number | undefined {
  if (text === '') return undefined;
  if (!/^[+-]?\d{1,15}$/u.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return Number(text);
}

/** Refuses what does not go together in the `ListOptions` of a list or a watch. */
export function checkListOptions(query: URLSearchParams, isWatch: boolean): void {
  const match = query.get('resourceVersionMatch') ?? '';
  const version = query.get('resourceVersion') ?? '';
  const sendInitial = query.get('sendInitialEvents') ?? '';
  const problems: FieldProblem[] = [];
  const forbid = (field: string, detail: string): void => {
    problems.push({ field, reason: 'FieldValueForbidden', message: `Forbidden: ${detail}` });
  };
  if (isWatch) {
    if (sendInitial !== '') {
      if (match !== 'NotOlderThan') {
        forbid(
          'resourceVersionMatch',
          'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        );
      }
      if (match !== '' && match !== 'NotOlderThan') {
        problems.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
      }
    } else if (match !== '') {
      forbid(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      );
    }
  } else {
    if (sendInitial !== '') forbid('sendInitialEvents', 'sendInitialEvents is forbidden for list');
    if (match !== '') {
      if (version === '') {
        forbid(
          'resourceVersionMatch',
          'resourceVersionMatch is forbidden unless resourceVersion is provided',
        );
      }
      if ((query.get('continue') ?? '') !== '') {
        forbid('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
      }
      if (match !== 'Exact' && match !== 'NotOlderThan') {
        problems.push(notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
      }
      if (match === 'Exact' && version === '0') {
        forbid('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
      }
    }
  }
  refuseOptions('ListOptions', problems);
}
