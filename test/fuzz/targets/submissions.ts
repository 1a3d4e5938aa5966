import { createHash } from 'node:crypto';
import { signDetached } from '../../../adapters/trust/detachedJws.ts';
import { createWorld } from '../../../world/world.ts';
import { makeRevocationKit } from '../../adapters/trust/revocationKit.ts';
import { alterDer } from '../alterDer.ts';
import { alterJson } from '../alterJson.ts';
import { alterText } from '../alterText.ts';
import { HOSTILE_TEXTS } from '../hostileText.ts';
import { type Input, latin1, octets, pick, type Random, type Target } from '../input.ts';
import { judgeRequest } from '../outside/judgeRequest.ts';
import type { Place } from '../outside/place.ts';
import { filled } from '../outside/send.ts';
import { REQUEST_MS } from './api.ts';
import { alterDocument } from './documents.ts';
import { alterCompact } from './signatures.ts';

const LETTERS = 6;
const TYPES = [
  'application/edxml',
  'application/octet-stream',
  'application/edxml; charset=utf-8',
  'text/xml',
  'application/json',
];
const PREFERENCES = ['respond-async', 'wait=10', 'respond-async; a=", "', ',,,', 'RESPOND-ASYNC'];
/** Base64 in a signed message that holds DER: certificates and time-stamps. */
const DER = /(<(?:\w+:)?(?:X509Certificate|EncapsulatedTimeStamp)\b[^>]*>)([^<]+)(?=<)/g;

/** `POST /v1/dispatches`: signed messages altered in their markup, texts and DER, with everything that may come along in headers. */
export async function submissionTarget(place: Place): Promise<Target> {
  const letters = await signedLetters(place);
  const beside = await besides();
  return {
    name: 'submit',
    limitMs: REQUEST_MS,
    make: (random) => {
      const seed = random(8) === 0 ? uploaded(beside, random) : sent(pick(random, letters), beside, random);
      return random(3) === 0 ? withHeader(seed, random) : seed;
    },
    judge: async (input) => {
      const body = octets(filled(input.body ?? '', place.known));
      const digest = createHash('sha256').update(body).digest('base64');
      const headers = Object.entries(input).map(([name, text]) => [name, filled(text, { digest })] as const);
      return judgeRequest({ ...Object.fromEntries(headers), route: 'submit', body: input.body ?? '' }, place);
    },
  };
}

async function signedLetters({ town }: Place): Promise<readonly Buffer[]> {
  const attachments = [
    { ContentId: 'a1', AttachmentName: 'a.pdf', ContentType: 'application/pdf', content: Buffer.from('%PDF-1.7\n') },
  ];
  return Promise.all(Array.from({ length: LETTERS }, (_, turn) => town.letter(turn % 2 === 0 ? {} : { attachments })));
}

interface Beside {
  readonly signature: string;
  readonly ocsp: Buffer;
}

async function besides(): Promise<Beside> {
  const { signer } = (await createWorld({ at: new Date() })).agency('X91.04');
  const { certificate, privateKey: key } = signer;
  const kit = await makeRevocationKit();
  const algorithm = signer.privateKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256';
  return { signature: await signDetached(Buffer.from('a'), { algorithm, key, certificate }), ocsp: kit.answer() };
}

function sent(letter: Buffer, { signature, ocsp }: Beside, random: Random): Input {
  const input: Record<string, string> = {
    route: 'submit',
    'header.authorization': '{{senderBearer}}',
    'header.content-type': random(6) === 0 ? pick(random, TYPES) : 'application/edxml',
    body: latin1(random(3) === 0 ? alterInside(letter, random) : alterDocument(letter, random)),
  };
  if (random(4) === 0) input['header.content-digest'] = alterMaybe('sha-256=:{{digest}}:', random);
  if (random(4) === 0) input['header.document-signature'] = alterCompact(signature, random);
  if (random(4) === 0)
    input['header.document-revocation'] = alterMaybe(alterDer(ocsp, random).toString('base64'), random);
  if (random(4) === 0) input['header.delivery-expires'] = alterMaybe('2026-12-31T17:00:00+07:00', random);
  if (random(4) === 0) input['header.prefer'] = pick(random, PREFERENCES);
  if (random(4) === 0) input['query.dryRun'] = pick(random, ['true', 'false', ...HOSTILE_TEXTS]);
  return input;
}

const alterMaybe = (text: string, random: Random): string => (random(3) === 0 ? text : alterText(text, random));

function uploaded({ signature, ocsp }: Beside, random: Random): Input {
  const body = {
    uploadId: '{{uploadId}}',
    documentSignature: signature,
    documentRevocation: ocsp.toString('base64'),
    deliveryExpires: '2026-12-31T17:00:00+07:00',
  };
  const headers = { 'header.authorization': '{{recipientBearer}}', 'header.content-type': 'application/json' };
  return { route: 'submit', ...headers, body: latin1(alterJson(JSON.stringify(body), random)) };
}

/** The DER inside the signature: it is not signed, so the certificate's own reader is reached. */
function alterInside(letter: Buffer, random: Random): Buffer {
  const text = letter.toString('utf8');
  const found = [...text.matchAll(DER)];
  if (found.length === 0) return alterDocument(letter, random);
  const chosen = random(found.length);
  let turn = 0;
  return Buffer.from(
    text.replaceAll(DER, (all, tag: string, base64: string) =>
      turn++ === chosen ? tag + alterDer(Buffer.from(base64, 'base64'), random).toString('base64') : all,
    ),
  );
}

function withHeader(input: Input, random: Random): Input {
  const names = Object.keys(input).filter((name) => name.startsWith('header.'));
  const name = pick(random, names);
  return { ...input, [name]: alterText(input[name] ?? '', random) };
}
