import type { Connection } from './connect.ts';

export interface Difference {
  readonly original: string;
  readonly embedded: string;
  readonly reason: string;
}

/** Where the embedded server answers otherwise on purpose. Each is held by the tests that name it. */
export const DIFFERENCES = {
  'client-errors': {
    original:
      '500 without a reason for some mistakes of clients: an applied value of another type, a resourceVersion that is no number, an object with a resourceVersion on create',
    embedded: '400 BadRequest with the same message',
    reason: 'A 500 asks clients to try again and operators to look for a fault of the server.',
  },
  'core-fields': {
    original:
      'Fields of built-in kinds are decoded into Go types: unknown ones are dropped with a warning or refused',
    embedded: 'Fields of built-in kinds that no rule names are kept as they are sent',
    reason: 'The server knows of built-in kinds how they merge and what sdp writes, not every field.',
  },
  'decoder-words': {
    original: "The words of Go's decoders, with struct definitions and pointers",
    embedded: "The words of JavaScript's parser, or a plain sentence; the same code and reason",
    reason: 'Nothing can be told from the position of a Go struct tag.',
  },
  'definition-finalizer': {
    original: 'A definition gets its finalizer when it is deleted',
    embedded: 'It has it from the start',
    reason: 'A definition that is deleted while the server stops is cleaned up after the next start.',
  },
  'definition-checks': {
    original: 'Every rule of structural schemas, names and changes of a definition is checked',
    embedded: 'Group, plural, kind, scope, versions and the root of the schema are checked',
    reason:
      'sdp brings the definitions of its own kinds; others come from operators that a real API server has taken.',
  },
  'reads-unshaped': {
    original: 'A stored object is read with the fields and defaults of the newest schema',
    embedded: 'It is read as it was stored; the next write shapes it',
    reason: 'The objects of a list are read without walking their schemas.',
  },
  'name-conflicts': {
    original: 'A kind that another definition has already is taken, and its names are not accepted',
    embedded: 'Both are served',
    reason: 'Kinds are found by their plural.',
  },
  'unreached-fields': {
    original: 'Apply on the status owns labels that it sends and that are not stored',
    embedded: 'Only what is stored is owned',
    reason: 'An owner of a field that is not there tells nothing.',
  },
  'patch-reasons': {
    original: 'A JSON patch that does not fit is refused without saying why',
    embedded: 'The message says which path or value does not fit',
    reason: 'Whoever wrote the patch wants to know.',
  },
  'strict-patch': {
    original: 'Unknown fields of a strict patch: 422 with the whole object in the message',
    embedded: '400 as for create and update, with the field alone',
    reason: 'The whole object may hold what belongs into no log.',
  },
  'storage-words': {
    original: 'An update with another uid tells the key in etcd',
    embedded: 'The same conflict without it',
    reason: 'There is no etcd.',
  },
  'status-paths': {
    original: 'The text of a violation in a status update leaves "status." away, its field does not',
    embedded: 'Both name the whole path',
    reason: 'The field is the same; half a path helps nobody.',
  },
  'validation-rules': {
    original: 'x-kubernetes-validations are evaluated',
    embedded: 'They are not; who writes such a definition is warned with their number',
    reason: 'CEL is a language of its own; the schema is held.',
  },
  'table-descriptions': {
    original: 'Columns are described at length; a row without its object says null',
    embedded: 'Names and cells are the same, descriptions are empty',
    reason: 'kubectl prints no descriptions.',
  },
  'not-found-words': {
    original:
      'Paths outside of the API, unknown subresources and updates without a name are each refused in words of their own',
    embedded: 'One text says that the resource or the method is not there',
    reason: 'Nobody asks for them but by mistake.',
  },
  'operations-of-a-document': {
    original: 'An OpenAPI document lists every operation of a kind',
    embedded: 'It lists the operation that kubectl looks for, and schemas',
    reason: 'kubectl explain and kubectl apply read nothing else of it.',
  },
  'deleted-collections': {
    original: 'Namespaces and Services cannot be deleted as a collection',
    embedded: 'Every kind can',
    reason: 'One list of verbs serves all kinds.',
  },
  'int-or-string': {
    original: 'OpenAPI spells x-kubernetes-int-or-string out as anyOf of both types',
    embedded: 'It gives the schema as the definition has it',
    reason: 'kubectl explain shows both alike.',
  },
  'kept-changes': {
    original: 'Changes from before its start are gone: a watch from there ends with 410',
    embedded: 'The last 10,000 changes are kept over restarts',
    reason: 'Operators go on where they were.',
  },
  'initial-list-blueprint': {
    original: 'The bookmark that ends initial events carries an encoded empty list',
    embedded: 'It carries the annotation that marks it',
    reason: 'Only typed Go clients that build Tables from watches read the list.',
  },
} as const satisfies Record<string, Difference>;

/** Whether the server that is tested answers in its own way here. */
export function differs(
  { isEmbedded }: Pick<Connection, 'isEmbedded'>,
  name: keyof typeof DIFFERENCES,
): boolean {
  return isEmbedded && name in DIFFERENCES;
}
