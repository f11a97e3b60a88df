import { type JsonObject, stringAt } from '../json.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { type Field, MESSAGES, type Message, message } from './protobuf-messages.ts';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';

const UNKNOWN = message({
  1: ['typeMeta', message({ 1: ['apiVersion', 'string'], 2: ['kind', 'string'] })],
  2: ['raw', 'bytes'],
});
const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** Decodes a body in Kubernetes' protobuf envelope. 415 for a kind outside of the few that kubectl sends so. */
export function parseProtobuf(body: Buffer): JsonObject {
  if (!body.subarray(0, 4).equals(MAGIC))
    throw badRequest('the body is not in the protobuf format of Kubernetes');
  const envelope = decodeMessage(body.subarray(4), UNKNOWN);
  const apiVersion = stringAt(envelope, 'typeMeta', 'apiVersion') ?? '';
  const kind = stringAt(envelope, 'typeMeta', 'kind') ?? '';
  const definition = MESSAGES.get(`${apiVersion}/${kind}`);
  if (definition === undefined) {
    throw unsupportedMediaType(`${apiVersion} ${kind} is not accepted as protobuf; use application/json`);
  }
  const raw = Buffer.from(stringAt(envelope, 'raw') ?? '', 'base64');
  return { apiVersion, kind, ...decodeMessage(raw, definition) };
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

function decodeMessage(bytes: Buffer, definition: Message): JsonObject {
  const cursor: Cursor = { bytes, at: 0 };
  const object: JsonObject = {};
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor);
    const raw = readRaw(cursor, tag & 7);
    const field = definition.get(tag >>> 3);
    if (field !== undefined) setField(object, field, raw);
  }
  return object;
}

function setField(object: JsonObject, field: Field, raw: number | Buffer): void {
  const { name, shape } = field;
  if (shape === 'map') {
    const entry = decodeMessage(asBytes(raw), message({ 1: ['key', 'string'], 2: ['value', field.type] }));
    const key = stringAt(entry, 'key') ?? '';
    if (key === '__proto__') throw badRequest('the object has a field named __proto__');
    object[name] = { ...(object[name] as JsonObject | undefined), [key]: entry['value'] ?? '' };
    return;
  }
  const value = decodeValue(field.type, raw);
  if (shape === 'list') object[name] = [...((object[name] as unknown[] | undefined) ?? []), value];
  else if (shape === 'inline') Object.assign(object, value);
  else if (value !== undefined) object[name] = value;
}

/** `undefined` for zero values that JSON leaves out. */
function decodeValue(type: Field['type'], raw: number | Buffer): unknown {
  switch (type) {
    case 'string':
      return asBytes(raw).toString('utf8') || undefined;
    // The core group is the empty string.
    case 'stringOrEmpty':
      return asBytes(raw).toString('utf8');
    case 'bytes':
      return asBytes(raw).toString('base64');
    case 'int':
      return raw;
    case 'nonzero':
      return raw === 0 ? undefined : raw;
    case 'bool':
      return raw !== 0;
    case 'time':
      return undefined;
    case 'intOrString': {
      const {
        type: kind,
        number,
        text,
      } = decodeMessage(
        asBytes(raw),
        message({ 1: ['type', 'int'], 2: ['number', 'int'], 3: ['text', 'string'] }),
      );
      return kind === 1 ? text : number === 0 ? undefined : number;
    }
    default:
      return decodeMessage(asBytes(raw), type);
  }
}

function asBytes(raw: number | Buffer): Buffer {
  if (typeof raw === 'number') throw malformed();
  return raw;
}

function readRaw(cursor: Cursor, wireType: number): number | Buffer {
  if (wireType === 0) return readVarint(cursor);
  const length = wireType === 2 ? readVarint(cursor) : wireType === 1 ? 8 : wireType === 5 ? 4 : -1;
  if (length < 0 || cursor.at + length > cursor.bytes.length) throw malformed();
  cursor.at += length;
  return cursor.bytes.subarray(cursor.at - length, cursor.at);
}

function readVarint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 64; shift += 7) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) throw malformed();
    cursor.at += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw malformed();
}

function malformed(): Error {
  return badRequest('the protobuf body is malformed');
}
