import { mkdir } from 'node:fs/promises';
import type { AnswerOf } from '../../core/contract/answers.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { RECEIVED_FOLDER, saveLease } from '../leaseFile.ts';
import { profileTrust } from '../profileTrust.ts';
import { type SavePlace, saveDelivery } from '../saveDelivery.ts';
import { sayDeliveries } from '../sayDeliveries.ts';
import { receivedFolder } from '../settleOptions.ts';
import { printable } from '../table.ts';

type Leased = AnswerOf<'receive'>['deliveries'][number];

/**
 * `docaxis receive`: leases what waits and saves the exact bytes and the files beside them, checked against their digests; judges the
 * sender's signature by the certificates of the profile. Exits with 1 when one does not hold.
 */
export const receiveCommand: Command = {
  name: 'receive',
  aliases: ['take'],
  summary: { en: 'Take waiting documents and save them', vi: 'Nhận văn bản đang chờ và lưu thành tệp' },
  usage: '[--out DIR] [--max N] [--wait SECONDS] [--acknowledge]',
  example: 'docaxis receive --out received --max 5 --wait 10',
  options: {
    out: { type: 'string', value: 'DIR', help: `where to save (default: ${RECEIVED_FOLDER})` },
    max: { type: 'string', value: 'N', help: `at most so many (1; up to ${LIMITS.receiveMax})` },
    wait: { type: 'string', value: 'SECONDS', help: `wait for one to arrive (0; up to ${LIMITS.receiveWaitSeconds})` },
    lease: { type: 'string', value: 'SECONDS', help: `how long to hold them (${LIMITS.leaseSeconds.usual})` },
    agency: { type: 'string', value: 'CODE', help: 'only what is addressed to this agency' },
    acknowledge: {
      type: 'boolean',
      help: 'acknowledge each as soon as it is saved, unless its signature does not hold',
    },
  },
  takes: [0, 0],
  async run(invocation, context) {
    const request = requestOf(invocation);
    const client = await context.client();
    const { deliveries } = await client.receive(request);
    const folder = receivedFolder(invocation, context);
    if (deliveries.length > 0) await mkdir(folder, { recursive: true, mode: 0o700 });
    // Leases first: whatever fails later, they can be settled or released by hand.
    for (const delivery of deliveries) await saveLease(folder, delivery);
    const trust = profileTrust(await context.profile());
    const place = { folder, trust, context, client, leaseSeconds: request.leaseSeconds ?? LIMITS.leaseSeconds.usual };
    const saved = [];
    for (const delivery of deliveries) saved.push(await take(delivery, place, invocation.flag('acknowledge')));
    if (saved.length > 0) sayDeliveries(saved, context);
    else context.say(context.word('nothing'));
    for (const taken of saved) sayTaken(taken, context);
    context.result({ deliveries: saved });
    return saved.some(({ verified }) => verified?.ok === false) ? EXIT.refused : EXIT.done;
  },
};

function requestOf(invocation: Invocation) {
  const { least, most } = LIMITS.leaseSeconds;
  return {
    max: invocation.number('max', { least: 1, most: LIMITS.receiveMax }) ?? 1,
    waitSeconds: invocation.number('wait', { least: 0, most: LIMITS.receiveWaitSeconds }),
    leaseSeconds: invocation.number('lease', { least, most }),
    agency: invocation.text('agency'),
    links: true,
  };
}

/** Saves a delivery, and acknowledges it if that was asked for and the sender's signature holds, or nobody signed. */
async function take(delivery: Leased, place: SavePlace, acknowledges: boolean) {
  const { file, attachments, verdict } = await saveDelivery(delivery, place);
  const verified = verdict && { ok: verdict.ok, report: verdict.report };
  const saved = { ...delivery, file, attachments, ...(verified ? { verified } : {}) };
  if (!acknowledges || verified?.ok === false) return saved;
  const { sha256 } = delivery.headline;
  const { state } = await place.client.acknowledge(delivery.deliveryId, { leaseToken: delivery.lease.token, sha256 });
  return { ...saved, state };
}

/** Where a document is, and whether its sender's signature holds by the certificates of the profile. */
function sayTaken(
  { headline, file, attachments, verified }: Awaited<ReturnType<typeof take>>,
  context: CommandContext,
): void {
  const failure = verified?.report.checks.find(({ verdict }) => verdict === 'fail');
  const unjudged = headline.signed === 'none' ? 'referenceOnly' : 'notJudged';
  const verdict = verified === undefined ? unjudged : verified.ok ? 'documentHolds' : 'documentFails';
  const reason = failure === undefined ? '' : ` (${failure.id}: ${failure.reason ?? ''})`;
  context.say(`${file}  ${context.word(verdict)}${printable(reason)}`);
  for (const attachment of attachments) context.say(attachment);
}
