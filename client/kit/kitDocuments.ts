import { createHash, randomBytes } from 'node:crypto';
import { writeEdxml } from '../../adapters/xml/write.ts';
import { localTime } from '../../core/edxml/localTime.ts';
import type { Profile } from '../profile.ts';
import { signDocument } from '../signDocument.ts';
import type { KitDocumentName } from './behaviour.ts';

/** A document of the kit, ready to be sent or offered. */
export interface KitDocument {
  readonly documentId: string;
  readonly sender: string;
  readonly recipient: string;
  readonly signed: 'xmldsig' | 'none';
  readonly bytes: Buffer;
  readonly sha256: string;
}

/** Above what goes in one request (`LIMITS.messageBytes`). */
const LARGE_BYTES = 3_400_000;

/** Signed by the first agency of the profile that can sign, so that whoever trusts the profile's certificates can judge them. */
export async function makeDocuments(profile: Profile): Promise<Readonly<Record<KitDocumentName, KitDocument>>> {
  const make = documentMaker(profile);
  const letter = await make('letter');
  return {
    letter,
    reply: await make('reply'),
    large: await make('large', randomBytes(LARGE_BYTES)),
    // Names that a sender chose must not become paths.
    stray: await make('../../stray'),
    altered: altered(letter),
  };
}

function documentMaker(profile: Profile) {
  const signing = profile.agencies.find(({ signingKey, certificates }) => signingKey && certificates?.length);
  const sender = signing ?? profile.agencies[0] ?? { code: 'X00', name: 'docaxis kit' };
  const recipient = profile.agencies.at(-1) ?? sender;
  const round = randomBytes(4).toString('hex');
  let number = 0;
  return async (name: string, content = Buffer.from('%PDF-1.4\n%kit\n')): Promise<KitDocument> => {
    number += 1;
    const documentId = `${name}-${round}`;
    const today = localTime(Date.now()).slice(0, 10);
    const unsigned = writeEdxml(
      {
        MessageHeader: {
          From: { OrganId: sender.code, OrganName: sender.name },
          To: [{ OrganId: recipient.code, OrganName: recipient.name }],
          DocumentId: documentId,
          Code: { CodeNumber: String(number), CodeNotation: 'KIT' },
          PromulgationInfo: { Place: 'docaxis kit', PromulgationDate: today },
          DocumentType: { Type: '2', TypeDetail: '18', TypeName: 'Công văn' },
          Subject: `docaxis kit: ${name}`,
        },
      },
      [{ ContentId: 'a1', AttachmentName: 'kit.pdf', ContentType: 'application/pdf', content }],
    );
    const bytes = signing ? await signDocument(unsigned, profile) : unsigned;
    const signed = signing ? 'xmldsig' : 'none';
    return { documentId, sender: sender.code, recipient: recipient.code, signed, bytes, sha256: sha256Of(bytes) };
  };
}

/** One word of it was changed after it was signed, and everything that is told of its bytes fits. */
function altered(document: KitDocument): KitDocument {
  const bytes = Buffer.from(document.bytes.toString('utf8').replace('docaxis kit: letter', 'docaxis kit: LETTER'));
  return { ...document, bytes, sha256: sha256Of(bytes) };
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What an answer says of a document at first sight. */
export function headlineOf({ documentId, sender, signed, sha256, bytes }: KitDocument, acceptedAt: string): object {
  return {
    kind: 'document',
    documentId,
    senderCode: sender,
    senderName: sender,
    subject: `docaxis kit: ${documentId}`,
    priority: 0,
    signed,
    sha256,
    bytes: bytes.length,
    acceptedAt,
  };
}
