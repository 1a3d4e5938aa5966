import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { demo } from '../../examples/demo.ts';

const leftovers = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('docaxis-demo-'));

test('the demo passes every step and leaves nothing behind', { timeout: 120_000 }, async () => {
  const before = leftovers();
  const lines: string[] = [];
  const count = await demo({ print: (line) => lines.push(line) });
  const numbered = lines.filter((line) => /^ ?\d+\. /.test(line));
  expect(numbered).toHaveLength(count);
  expect(count).toBeGreaterThanOrEqual(19);
  expect(leftovers()).toEqual(before);
});
