import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { demo } from '../../examples/demo.ts';
import { expectThat, StepBook, StepFailed } from '../../examples/stepBook.ts';

const leftovers = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('docaxis-demo-'));

test('the demo passes every step and leaves nothing behind', { timeout: 120_000 }, async () => {
  const before = leftovers();
  const lines: string[] = [];
  const count = await demo({ print: (line) => lines.push(line) });
  const numbered = lines.filter((line) => /^ ?\d+\. /.test(line));
  expect(numbered).toHaveLength(count);
  expect(count).toBeGreaterThanOrEqual(20);
  expect(numbered.at(-1)).toMatch(/proves the hand-over: .* entry \d+ of \d+ in a log that only grows$/);
  expect(leftovers()).toEqual(before);
});

test('a step that does not show what it should is named', async () => {
  const lines: string[] = [];
  const steps = new StepBook((line) => lines.push(line));
  await steps.step(
    'count',
    async () => 2,
    (two) => `there are ${two}`,
  );
  const wrong = steps.step(
    'compare',
    async () => expectThat([1].length > 2, 'one is not more than two'),
    () => '',
  );
  await expect(wrong).rejects.toThrow(new StepFailed('step 2 (compare) failed: one is not more than two'));
  expect(lines).toEqual([' 1. count: there are 2']);
});
