import { AxisClient } from '../../client/axisClient.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import type { WorldSystemName } from '../../world/places.ts';
import type { TestAxis } from './testAxis.ts';

/** Submits bytes in the body of one request however large they are: a client that knows no uploads. */
export function submitInOneBody(
  town: TestAxis,
  bytes: Buffer,
  as: WorldSystemName = 'trung-tam-mau',
): Promise<AnswerOf<'submit'>> {
  const system = town.world.systems.find(({ systemId }) => systemId === as);
  if (!system) throw new Error(`the sample world has no system ${as}`);
  const client = new AxisClient({
    url: town.facts.url,
    audience: town.facts.axis,
    system: as,
    key: system.key,
    now: () => town.axis.clock.now(),
    retry: { attempts: 1 },
    fetch: (url, init) => fetch(url, { ...init, body: new Uint8Array(bytes) }),
  });
  return client.submit(Buffer.from('in the place of the bytes'));
}
