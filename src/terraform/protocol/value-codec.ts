import { decode, ExtData, encode } from '@msgpack/msgpack';
import { toDynamic } from '../framework/dynamic.ts';
import { Dynamic, ExactNumber, isObjectValue, type Type, unknown, type Value } from '../framework/value.ts';
import type { DynamicValue } from './messages.ts';

/**
 * Terraform's msgpack form of values (`docs/plugin-protocol/object-wire-format.md` of Terraform). An unknown value is
 * an extension: type 0, or 12 with refinements, which may be ignored; every extension is taken for unknown.
 */
const extensions = {
  tryToEncode: (value: unknown) => (value === unknown ? new ExtData(0, new Uint8Array(1)) : null),
  decode: () => unknown,
};

export function encodeValue(type: Type, value: Value): Uint8Array {
  return encode(toWire(type, value), { extensionCodec: extensions, useBigInt64: true });
}

/** @throws when the bytes are not a value of the type: Terraform checked it, so that is a bug on either side. */
export function decodeValue(type: Type, bytes: Uint8Array): Value {
  return fromWire(type, decode(bytes, { extensionCodec: extensions, useBigInt64: true }));
}

export function toDynamicValue(type: Type, value: Value): DynamicValue {
  return { msgpack: encodeValue(type, value) };
}

/** Terraform sends msgpack; JSON is allowed by the protocol. No bytes at all are a null value. */
export function fromDynamicValue(type: Type, message: DynamicValue | undefined | null): Value {
  if (message?.msgpack !== undefined && message.msgpack.length > 0) return decodeValue(type, message.msgpack);
  if (message?.json !== undefined && message.json.length > 0) return decodeJsonValue(type, message.json);
  return null;
}

/** The JSON form of values, as states keep them. Attributes that the type does not know are left out. */
export function decodeJsonValue(type: Type, bytes: Uint8Array): Value {
  return fromWire(type, JSON.parse(Buffer.from(bytes).toString('utf8')));
}

function toWire(type: Type, value: Value): unknown {
  if (value === null || value === unknown) return value;
  if (type === 'dynamic') {
    if (!(value instanceof Dynamic)) throw new TypeError('a value of any type travels with its type');
    return [Buffer.from(JSON.stringify(value.type)), toWire(value.type, value.value)];
  }
  if (type === 'number') return toWireNumber(value);
  if (typeof type === 'string') return value;
  switch (type[0]) {
    case 'list':
    case 'set':
      return asList(value).map((item) => toWire(type[1], item));
    case 'tuple':
      return type[1].map((itemType, index) => toWire(itemType, asList(value)[index] ?? null));
    case 'map':
      return Object.fromEntries(
        Object.entries(asObject(value)).map(([key, item]) => [key, toWire(type[1], item)]),
      );
    case 'object': {
      const fields = asObject(value);
      return Object.fromEntries(
        Object.entries(type[1]).map(([name, itemType]) => [name, toWire(itemType, fields[name] ?? null)]),
      );
    }
  }
}

/** A fraction goes as decimal text: as a float it would be another number than the decimal one in the configuration. */
function toWireNumber(value: Value): unknown {
  if (value instanceof ExactNumber) return value.text;
  return Number.isSafeInteger(value) ? value : JSON.stringify(value);
}

function fromWire(type: Type, raw: unknown): Value {
  if (raw === unknown) return unknown;
  if (raw === null || raw === undefined) return null;
  if (type === 'dynamic') return fromWireDynamic(raw);
  if (type === 'number') return fromWireNumber(raw);
  if (type === 'string' || type === 'bool') {
    if (typeof raw === (type === 'bool' ? 'boolean' : 'string')) return raw as string | boolean;
    throw new TypeError(`${typeof raw} in place of ${type}`);
  }
  switch (type[0]) {
    case 'list':
    case 'set':
      return asList(raw).map((item) => fromWire(type[1], item));
    case 'tuple':
      return asList(raw).map((item, index) => fromWire(type[1][index] ?? 'dynamic', item));
    case 'map':
      return Object.fromEntries(
        Object.entries(asObject(raw)).map(([key, item]) => [key, fromWire(type[1], item)]),
      );
    case 'object': {
      const fields = asObject(raw);
      return Object.fromEntries(
        Object.entries(type[1]).map(([name, itemType]) => [name, fromWire(itemType, fields[name])]),
      );
    }
  }
}

/** `[type, value]` in msgpack, `{ type, value }` in JSON; anything else is from a time when the type was fixed. */
function fromWireDynamic(raw: unknown): Dynamic {
  if (!Array.isArray(raw) || !(raw[0] instanceof Uint8Array)) {
    if (isTyped(raw)) return new Dynamic(raw.type, fromWire(raw.type, raw.value));
    return fromFixedType(raw);
  }
  const [type, value] = raw as unknown as readonly [Uint8Array, unknown];
  const parsed = JSON.parse(Buffer.from(type).toString('utf8')) as Type;
  return new Dynamic(parsed, fromWire(parsed, value));
}

function isTyped(raw: unknown): raw is { type: Type; value: unknown } {
  return (
    typeof raw === 'object' &&
    raw !== null &&
    'type' in raw &&
    'value' in raw &&
    Object.keys(raw).length === 2 &&
    (typeof raw.type === 'string'
      ? ['string', 'number', 'bool', 'dynamic'].includes(raw.type)
      : Array.isArray(raw.type))
  );
}

/** What a map(string) or list(string) held before the attribute took any type. */
function fromFixedType(raw: unknown): Dynamic {
  const value = toDynamic(raw);
  const parts = typeof raw === 'object' && raw !== null ? Object.values(raw) : [];
  if (parts.length === 0 || !parts.every((part) => typeof part === 'string')) return value;
  return new Dynamic([Array.isArray(raw) ? 'list' : 'map', 'string'], value.value);
}

/** Integers, floats and decimal text all stand for numbers. */
function fromWireNumber(raw: unknown): number | ExactNumber {
  if (typeof raw === 'number') return raw;
  const text = String(raw);
  const number = Number(text);
  return String(number) === text ? number : new ExactNumber(text);
}

function asList(value: unknown): readonly never[] {
  if (Array.isArray(value)) return value as never[];
  throw new TypeError(`${typeof value} in place of a list`);
}

function asObject(value: unknown): Readonly<Record<string, never>> {
  if (!(value instanceof Uint8Array) && isObjectValue(value as Value)) return value as Record<string, never>;
  throw new TypeError(`${typeof value} in place of an object`);
}
