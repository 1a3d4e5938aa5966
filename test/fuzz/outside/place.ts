import { connectOldSystem } from '../../compat/startTarget.ts';
import { type Target as About, leasedDelivery } from '../../refusals/targets.ts';
import { startTown, type Town } from '../../refusals/town.ts';

/** A running axis with everything that requests can be about. */
export interface Place {
  readonly town: Town;
  /** What `{{name}}` stands for now: ids, a lease, a token that lives. */
  readonly known: Readonly<Record<string, string>>;
  readonly about: About;
  /** Deliveries and uploads are new again, nothing is paused or suspended, and tokens live. Called between inputs. */
  freshen(): Promise<void>;
  stop(): Promise<void>;
}

export const SENDER = 'trung-tam-mau';
export const RECIPIENT = 'bo-minh-hoa';
const CODE = 'X92';
const REASON = 'fuzzing';
/** Inputs after which everything is new. */
const FRESH_FOR = 250;

export async function openPlace(): Promise<Place> {
  const town = await startTown();
  const { operator, foreign, world } = town;
  for (const systemId of [SENDER, RECIPIENT])
    await operator.call('setLimits', { path: { systemId }, body: { requests: 1_000_000, reason: REASON } });
  const parties = {
    sender: await connectOldSystem(town, { system: SENDER, agency: 'X91.04' }),
    recipient: await connectOldSystem(town, { system: RECIPIENT, agency: CODE }),
  };
  await town.axis.invoke('docaxis-evaluation-publish', {});
  // What was just registered is believed by every function.
  town.advance(15_000);
  const authorization = () => town.token(RECIPIENT, town.keyOf(RECIPIENT));
  let about = await leasedDelivery(town, { code: CODE, authorization });
  let known = await learn();
  let left = FRESH_FOR;

  async function learn(): Promise<Place['known']> {
    const { leaseToken, dispatchId, deliveryId, uploadId, submissionId } = about;
    return {
      dispatchId,
      deliveryId,
      leaseToken,
      uploadId,
      submissionId,
      foreignSystem: foreign.systemId,
      foreignAgency: foreign.agencyId,
      foreignCode: foreign.code,
      foreignKey: foreign.key.kid,
      anchor: JSON.stringify(world.anchors[0] ?? '').slice(1, -1),
      recipientBearer: await authorization(),
      senderBearer: await town.token(SENDER, town.keyOf(SENDER)),
      recipientSecret: parties.recipient.secret,
      senderSecret: parties.sender.secret,
    };
  }

  return {
    town,
    get known() {
      return known;
    },
    get about() {
      return about;
    },
    freshen: async () => {
      left -= 1;
      if (left > 0) return;
      left = FRESH_FOR;
      await settleDown(town);
      about = await leasedDelivery(town, { code: CODE, authorization });
      known = await learn();
    },
    stop: () => town.stop(),
  };
}

/** Undoes what inputs that were right did to everybody. */
async function settleDown({ operator, foreign, advance }: Town): Promise<void> {
  const path = { systemId: foreign.systemId };
  await operator.call('setPause', { body: { paused: false, reason: REASON } });
  await operator.call('suspendSystem', { path, body: { suspended: false, reason: REASON } });
  advance(15_000);
}
