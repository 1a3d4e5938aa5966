import { createPrivateKey, randomBytes } from 'node:crypto';
import { signEdxml } from '../adapters/trust/signEdxml.ts';
import { AxisClient } from '../client/axisClient.ts';
import type { LocalAxis } from '../local/startLocalAxis.ts';
import { sampleDocument } from '../world/documents.ts';
import type { PlaceCode } from '../world/places.ts';

const DATE = '2026/11/20';
let number = 0;

export interface BenchLetter {
  /** A ministry if absent. */
  readonly from?: PlaceCode;
  readonly to: readonly string[];
  readonly contentBytes: number;
  readonly priority?: 0 | 1;
}

/** A signed letter; every one has its own number and DocumentId. */
export async function benchLetter(
  axis: LocalAxis,
  { from = 'X92', to, contentBytes, priority = 0 }: BenchLetter,
): Promise<Buffer> {
  const sender = axis.world.agencies.find(({ code }) => code === from);
  if (!sender) throw new Error(`the sample world has no agency ${from}`);
  number++;
  const document = sampleDocument({
    from,
    to,
    number,
    date: DATE,
    subject: `V/v đo lường lần thứ ${number}`,
    priority,
    documentId: `${from}-bench-${number}-${randomBytes(4).toString('hex')}`,
    attachments: [
      {
        ContentId: 'a1',
        AttachmentName: 'a.bin',
        ContentType: 'application/octet-stream',
        content: randomBytes(contentBytes),
      },
    ],
  });
  const certificates = sender.certificates.map((pem) =>
    Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'),
  );
  return signEdxml(document, { key: createPrivateKey(sender.signingKey), certificates });
}

/** A client of one of the sample world's systems. */
export function benchClient(axis: LocalAxis, systemId: string): AxisClient {
  const system = axis.world.systems.find((candidate) => candidate.systemId === systemId);
  if (!system) throw new Error(`the sample world has no system ${systemId}`);
  return new AxisClient({
    url: axis.facts.url,
    audience: axis.facts.axis,
    system: systemId,
    key: system.key,
    now: () => axis.axis.clock.now(),
  });
}
