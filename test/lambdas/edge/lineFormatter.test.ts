import { afterEach, expect, test, vi } from 'vitest';
import { createObserver } from '../../../lambdas/edge/observe.ts';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** The line that an observer writes where a request came with this header. */
function lineWith(trace: string): Readonly<Record<string, unknown>> {
  vi.stubEnv('_X_AMZN_TRACE_ID', trace);
  const lines: string[] = [];
  vi.spyOn(console, 'info').mockImplementation((line: string) => void lines.push(line));
  // Powertools writes by a console of its own on Lambda, and by the global one while this is set.
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  createObserver('watch', { STAGE: 'evaluation', AXIS_VERSION: '0' }).event('watched', {
    overdue: 0,
    moved: 0,
  });
  return JSON.parse(lines[0] ?? '{}') as Readonly<Record<string, unknown>>;
}

test('a line tells what happened, where and when; the trace only where X-Ray follows it', () => {
  const root = '1-6b09def0-2c725c7da97f452d86cdf7cd';
  const plain = lineWith(`Root=${root};Parent=53995c3f42cd8ad8;Sampled=0`);
  expect(Object.keys(plain).toSorted()).toEqual([
    'level',
    'message',
    'moved',
    'overdue',
    'service',
    'stage',
    'timestamp',
    'version',
  ]);
  expect(plain).toMatchObject({ level: 'INFO', message: 'watched', service: 'watch', stage: 'evaluation' });
  expect(lineWith(`Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`)).toMatchObject({ xray_trace_id: root });
});
