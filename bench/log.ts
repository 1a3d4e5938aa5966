/**
 * `npm run bench:log [-- DISPATCHES]`: how long a round of the evidence log takes for the steps of so many dispatches (300) to three recipients
 * each, on the local axis, where everything shares the processors; and how many calls it makes for a step, which no machine changes.
 */
import { performance } from 'node:perf_hooks';
import { LIMITS } from '../core/contract/limits.ts';
import { startTestAxis } from '../test/kit/testAxis.ts';

const AT_ONCE = 10;
const dispatches = Number(process.argv[2] ?? 300);
const town = await startTestAxis({ attempts: 5, schedulesOnDemand: true });
try {
  const round = async () => {
    const from = town.axis.calls().at(-1)?.n ?? 0;
    const began = performance.now();
    await town.axis.invoke('docaxis-evaluation-log', {});
    return { ms: performance.now() - began, calls: town.axis.calls(from).length };
  };
  // A first one, so that the function is warm.
  await round();
  for (let sent = 0; sent < dispatches; sent += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, dispatches - sent) }, () =>
        town.submitLetter({ to: ['X92', 'X92.03', 'X91.05'] }),
      ),
    );
  await town.settle();
  town.advance(LIMITS.log.seconds * 1000);
  const { ms, calls } = await round();
  const steps = dispatches * (2 + 3);
  console.log(
    `${steps} steps of ${dispatches * 4} items: ${(ms / 1000).toFixed(1)} s, ${Math.round((1000 * steps) / ms)} steps a second, ${(calls / steps).toFixed(2)} calls a step`,
  );
} finally {
  await town.stop();
}
