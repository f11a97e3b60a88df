import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decideComment, readReport, writeNote } from './plan-comment.ts';

const marker = '<!-- sdp-plan:shop/prod -->';
const changes = `${marker}\n**Plan of shop/prod**: 1 change: 1 in-place; 3 unchanged\n\n**KafkaTopic**`;
const report = readReport('plan.md', changes);
const planned = readFileSync(new URL('../cli/testdata/plan/changes.md', import.meta.url), 'utf8');

it('writes the report as it is, and the pipeline below', async () => {
  const { text, name } = readReport('changes.md', planned);
  expect(name).toBe('shop/local');
  await expect(writeNote(text ?? '', 4711)).toMatchFileSnapshot('testdata/changes.comment.md');
  expect(writeNote(text ?? '', undefined)).toBe(planned.trimEnd());
});

it.each([
  ['No changes; 3 unchanged', false],
  ['No changes; 0 unchanged', false],
  ['No changes; 2 objects to wait for; 3 unchanged', true],
  ['No changes; 1 output of the project changed; 3 unchanged', true],
  ['The plan failed with 1 error; No changes; 3 unchanged', true],
  ['1 change: 1 in-place; 3 unchanged', true],
  ['No changes; 3 unchanged\n\n<details><summary>1 warning</summary>\n\n</details>', true],
  ['No changes; 3 unchanged\n\n**Policy**: 1 rule is broken', true],
])('finds something to say in %j: %s', (summary, isWorth) => {
  for (const [head, name] of [
    [marker, ' of shop/prod'],
    ['<!-- sdp-plan -->', ''],
  ]) {
    const { text } = readReport('plan.md', `${head}\n**Plan${name}**: ${summary}\n`);
    expect(text !== undefined).toBe(isWorth);
  }
});

it('takes no file whose comment could not be found again, and none that is too long', () => {
  expect(() => readReport('plan.md', '# Plan\n')).toThrow('<!-- sdp-plan:PROJECT/ENVIRONMENT -->');
  expect(() => readReport('plan.md', '')).toThrow('is no report');
  expect(() => readReport('plan.md', `${marker}\n${'x'.repeat(1_000_000)}`)).toThrow('GitLab takes 1000000');
  expect(readReport('plan.md', `\uFEFF${changes}\r\n`)).toEqual(report);
});

it('makes a note where there is none, and changes one that says something else', () => {
  const body = writeNote(changes, 7);
  expect(decideComment(report, [], 7)).toEqual({ step: { does: 'create', body }, surplus: [] });
  const old = { id: 1, body: writeNote(`${marker}\nold`, 6) };
  const other = { id: 2, body: '<!-- sdp-plan:shop/tst -->\nold' };
  const quote = { id: 3, body: `> ${marker}\n\nWhat about this?` };
  expect(decideComment(report, [old, other, quote], 7)).toEqual({
    step: { does: 'update', id: 1, body },
    surplus: [],
  });
});

it('leaves a note that says it already, whatever GitLab made of its line ends', () => {
  const same = { id: 1, body: `${writeNote(changes, 7).replaceAll('\n', '\r\n')}\r\n` };
  expect(decideComment(report, [same], 7).step).toEqual({ does: 'keep', id: 1 });
  // The same words of a later pipeline: from now on they are that one's.
  expect(decideComment(report, [same], 8).step).toMatchObject({ does: 'update', id: 1 });
});

it('deletes the note of a plan that has no changes any more', () => {
  const nothing = readReport('plan.md', `${marker}\n**Plan of shop/prod**: No changes; 3 unchanged`);
  expect(decideComment(nothing, [{ id: 1, body: changes }], 7).step).toEqual({ does: 'delete', id: 1 });
  expect(decideComment(nothing, [], 7)).toEqual({ step: { does: 'nothing' }, surplus: [] });
  const newer = { id: 1, body: writeNote(changes, 8) };
  expect(decideComment(nothing, [newer], 7).step).toMatchObject({ does: 'leave', pipeline: 8 });
});

it('takes the pipeline out of the last line alone', () => {
  const quoting = { id: 1, body: writeNote(`${changes}\n<!-- sdp-pipeline:99 -->\nmore`, 5) };
  expect(decideComment(report, [quoting], 7).step).toMatchObject({ does: 'update' });
});

it('comes to one note, of the newest pipeline, in whatever order pipelines write', () => {
  const pipelines = fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pipelines, fc.integer({ min: 0, max: 3 }), (ids, twins) => {
      const textOf = (id: number) => ({ ...report, text: `${marker}\nof ${id}` });
      // Some of the first have all seen no note, and made one each.
      let notes = ids
        .slice(0, twins)
        .map((id, index) => ({ id: index + 1, body: writeNote(`${marker}\nof ${id}`, id) }));
      for (const [index, pipeline] of [...ids, ...ids].entries()) {
        const { step, surplus } = decideComment(textOf(pipeline), notes, pipeline);
        notes = notes.filter(({ id }) => !surplus.includes(id));
        if (step.does === 'create') notes.push({ id: 100 + index, body: step.body });
        if (step.does === 'update') {
          notes = notes.map((note) => (note.id === step.id ? { ...note, body: step.body } : note));
        }
      }
      const newest = Math.max(...ids);
      expect(notes.map(({ body }) => body)).toEqual([writeNote(`${marker}\nof ${newest}`, newest)]);
    }),
  );
});
