import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../json.ts';
import { parseFieldsV1, printFieldsV1 } from './field-set.ts';
import { openBench } from './testing/apply-fixture.ts';

const word = fc.constantFrom('a', 'b', 'c', 'd');
const spec: fc.Arbitrary<JsonObject> = fc.record(
  {
    size: fc.integer({ min: 0, max: 3 }),
    name: word,
    // A map that loses its last item is null, which validation refuses: no map is applied empty.
    config: fc.dictionary(
      word,
      fc.oneof(word, fc.dictionary(word, fc.integer(), { minKeys: 1 }), fc.array(word)),
      { minKeys: 1 },
    ),
    settings: fc.dictionary(word, word, { minKeys: 1 }),
    place: fc.dictionary(word, word),
    plain: fc.array(word, { maxLength: 3 }),
    // An empty associative list is owned by nobody, in kube-apiserver too, and may go with what is around it.
    tags: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
    ports: fc.uniqueArray(
      fc.record({ port: fc.integer({ min: 1, max: 4 }), name: word }, { requiredKeys: ['port'] }),
      { selector: (item) => item.port, minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['size'] },
);
const steps = fc.array(fc.record({ manager: fc.constantFrom('x', 'y', 'z'), spec }), {
  minLength: 1,
  maxLength: 6,
});

test('applying the same again changes nothing, whatever happened before', () => {
  fc.assert(
    fc.property(steps, (applied) => {
      const bench = openBench();
      for (const step of applied) bench.apply(step.manager, { spec: step.spec }, { force: true });
      const last = applied.at(-1);
      const before = structuredClone(bench.object);
      bench.apply(last?.manager ?? 'x', { spec: last?.spec ?? {} });
      expect(bench.object).toEqual(before);
    }),
    { numRuns: 500 },
  );
});

test('what was applied is there, and every owned field exists', () => {
  fc.assert(
    fc.property(steps, (applied) => {
      const bench = openBench();
      for (const step of applied) bench.apply(step.manager, { spec: step.spec }, { force: true });
      expect(bench.spec).toMatchObject(withoutLists(applied.at(-1)?.spec ?? {}));
    }),
    { numRuns: 300 },
  );
});

test('a manager that gives everything up leaves what the others applied', () => {
  fc.assert(
    fc.property(spec, spec, (mine, theirs) => {
      const alone = openBench();
      alone.apply('theirs', { spec: theirs });
      const together = openBench();
      together.apply('theirs', { spec: theirs });
      together.apply('mine', { spec: mine }, { force: true });
      together.apply('theirs', { spec: theirs }, { force: true });
      together.apply('mine', { metadata: {} });
      expect(sortLists(together.spec)).toEqual(sortLists(alone.spec));
    }),
    { numRuns: 300 },
  );
});

test('FieldsV1 survives being parsed and printed', () => {
  fc.assert(
    fc.property(steps, (applied) => {
      const bench = openBench();
      for (const step of applied) bench.apply(step.manager, { spec: step.spec }, { force: true });
      for (const entry of bench.object.metadata.managedFields ?? []) {
        const set = parseFieldsV1(entry.fieldsV1);
        expect(set && printFieldsV1(set)).toEqual(entry.fieldsV1);
      }
    }),
  );
});

/** Lists hold items of other managers too. */
function withoutLists(fields: JsonObject): JsonObject {
  const { tags: _tags, ports: _ports, ...rest } = fields;
  return rest;
}

function sortLists(fields: JsonObject): JsonObject {
  const sorted = Object.entries(fields).map(([name, value]): [string, unknown] => [
    name,
    Array.isArray(value) && name !== 'plain' ? value.map((item) => JSON.stringify(item)).toSorted() : value,
  ]);
  return Object.fromEntries(sorted.filter(([, value]) => JSON.stringify(value).length > 2));
}
