import type { PlaceCode } from '../../world/places.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import type { Party, Target } from './play.ts';

const REASON = 'connected with the SDK of old';

/** An axis of its own to play against, in a temporary folder: two centres with a secret, agencies that may send unsigned. */
export async function startTarget(): Promise<{
  readonly target: Target;
  readonly town: TestAxis;
  stop(): Promise<void>;
}> {
  const town = await startTestAxis({ attempts: 5 });
  try {
    const target = {
      endpoint: `${town.facts.url}/vxp`,
      sender: await connectOldSystem(town, { system: 'trung-tam-mau', agency: 'X91.04' }),
      recipient: await connectOldSystem(town, { system: 'bo-minh-hoa', agency: 'X92' }),
    };
    // The whole directory in one answer is made when it is published, which operators' schedules do.
    await town.axis.invoke('docaxis-evaluation-publish', {});
    return { target, town, stop: () => town.stop() };
  } catch (error) {
    await town.stop();
    throw error;
  }
}

/** What an operator does for a system of old: a secret, and leave for its agency to send what its library cannot sign. */
export async function connectOldSystem(
  town: TestAxis,
  { system, agency }: { readonly system: string; readonly agency: PlaceCode },
): Promise<Party> {
  const agencyId = await agencyIdOf(town, agency);
  await town.operator.call('setPolicy', { path: { agencyId }, body: { unsigned: 'accept', reason: REASON } });
  const { secret } = await town.operator.call('addSecret', { path: { systemId: system }, body: { reason: REASON } });
  return { systemId: system, secret, agency };
}
