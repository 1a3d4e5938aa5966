/**
 * An agency that answers by itself, to try a system of one's own against: it takes every document that comes for one agency of
 * the sample world, acknowledges it, and reports that it has arrived (01) and was received (03).
 *
 *   node examples/echo.ts                       as X92.03 of the local axis
 *   node examples/echo.ts --agency X92          as another agency of the same system
 */
import { parseArgs } from 'node:util';
import { AxisClient } from '../client/axisClient.ts';
import { findProfile } from '../client/findProfile.ts';
import type { InboxDelivery } from '../client/inboxDelivery.ts';
import type { Profile } from '../client/profile.ts';
import { signDocument } from '../client/signDocument.ts';
import { sampleStatus } from '../world/documents.ts';
import { type PlaceCode, places } from '../world/places.ts';

/** Status codes of QCVN 102: arrived, received. */
const STATUSES = ['01', '03'] as const;
const VIETNAM_MS = 7 * 3_600_000;

export interface Echo {
  readonly client: AxisClient;
  readonly profile: Profile;
  readonly agency: string;
  readonly signal: AbortSignal;
  /** Told of each document that was answered. */
  readonly onEcho?: (delivery: InboxDelivery) => void;
}

/** Answers until the signal. A document that comes again after a crash is answered again. */
export async function echo({ client, profile, agency, signal, onEcho }: Echo): Promise<void> {
  const place = places.find(({ code }) => code === agency);
  if (!place) throw new RangeError(`the sample world has no agency ${agency}`);
  for await (const delivery of client.inbox({ agency, signal })) {
    // A status is not answered: two echoes would write to each other for ever.
    if (delivery.headline.kind !== 'document') continue;
    for (const code of STATUSES) {
      await client.submit(await signDocument(statusOf(delivery, { from: place.code, code }), profile));
    }
    onEcho?.(delivery);
  }
}

function statusOf(
  { headline }: InboxDelivery,
  { from, code }: { readonly from: PlaceCode; readonly code: (typeof STATUSES)[number] },
): Buffer {
  const { senderCode, codeNumber = '0', codeNotation = '', promulgationDate = '', documentId, acceptedAt } = headline;
  const about = {
    from: senderCode,
    number: Number(codeNumber),
    notation: codeNotation,
    date: promulgationDate.replaceAll('-', '/'),
    documentId,
  };
  // The sample documents write Vietnam time.
  const local = new Date(Date.parse(acceptedAt) + VIETNAM_MS).toISOString();
  const timestamp = `${local.slice(0, 10).replaceAll('-', '/')} ${local.slice(11, 19)}`;
  const description = code === '01' ? 'Đã đến' : 'Đã tiếp nhận';
  return sampleStatus({ from, about, code, description, timestamp });
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { profile: { type: 'string', default: 'bo-minh-hoa' }, agency: { type: 'string', default: 'X92.03' } },
  });
  const warn = (sentence: string): void => console.error(sentence);
  const profile = await findProfile({ wanted: values.profile, cwd: process.cwd(), warn });
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  console.log(`${values.agency} answers every document; Ctrl-C ends it`);
  await echo({
    client: AxisClient.of(profile),
    profile,
    agency: values.agency,
    signal: stop.signal,
    onEcho: ({ deliveryId, headline }) => console.log(`${deliveryId}  ${headline.senderCode}  01, 03`),
  });
}
