import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { OldSdk, type SdkOptions, type Sent } from './oldSdk.ts';
import type { RawAnswer } from './rawExchange.ts';
import type { SdkVersion } from './readAnswer.ts';

/** A centre that an old SDK speaks for, and one agency that it serves. */
export interface Party {
  readonly systemId: string;
  readonly secret: string;
  readonly agency: string;
}

/** An axis to play against: two centres whose agencies may send unsigned messages. */
export interface Target {
  /** Base URL of the operations, without a slash at its end. */
  readonly endpoint: string;
  readonly sender: Party;
  readonly recipient: Party;
}

/** What one check holds in its hands. */
export interface Play {
  readonly version: SdkVersion;
  readonly target: Target;
  /** A service object of its own: nothing travels along from other checks. */
  sdk(party: Party, more?: Partial<SdkOptions>): OldSdk;
  /** A new document from the sender's agency to the recipient's, in the writing of the old library. */
  document(draft?: Partial<Draft>): Buffer;
  /** The recipient's word on a document, as an edXML status message. */
  status(draft: { readonly documentId: string; readonly code: string }): Buffer;
  /** Sends a document that must be taken; answers its `DocId`. */
  send(file: Buffer): Promise<string>;
  /** Sends a document and waits until the recipient's list shows it; answers that item. */
  arrive(file: Buffer): Promise<Item>;
  /** The recipient's list of documents, or of statuses. */
  list(party: Party, messagetype?: 'edoc' | 'status'): Promise<readonly Item[]>;
}

export interface Draft {
  readonly from: string;
  readonly to: string;
  readonly documentId: string;
  readonly subject: string;
}

export type Item = Readonly<Record<string, unknown>>;

/** One thing that an old system relies on. */
export interface Check {
  readonly name: string;
  /** Versions of the SDK that do it; both if absent. */
  readonly versions?: readonly SdkVersion[];
  /** @throws AssertionError with what was expected and what came. */
  run(play: Play): Promise<void>;
}

const SAMPLES = new URL('../samples/edxml/', import.meta.url);
const LETTER = readFileSync(new URL('document-new-no-attachment.edxml', SAMPLES), 'utf8');
const STATUS = readFileSync(new URL('status-03.edxml', SAMPLES), 'utf8');
/** Milliseconds in which something that was accepted must have arrived. */
const PATIENCE = 30_000;
const LOOK_AGAIN = 50;

export function createPlay(target: Target, version: SdkVersion): Play {
  const sdkOf = (party: Party, more: Partial<SdkOptions> = {}): OldSdk =>
    new OldSdk({ version, endpoint: target.endpoint, systemId: party.systemId, secret: party.secret, ...more });
  const list: Play['list'] = async (party, messagetype = 'edoc') => {
    const { result } = await sdkOf(party).post('getReceivedEdocList', { servicetype: 'eDoc', messagetype });
    return itemsOf(result?.data);
  };
  const send: Play['send'] = async (file) => {
    const sent = await sdkOf(target.sender).sendEdoc(file, { from: target.sender.agency, messagetype: 'edoc' });
    return docIdOf(sent);
  };
  return {
    version,
    target,
    sdk: sdkOf,
    list,
    send,
    document: (draft = {}) => letter({ ...usual(target), ...draft }),
    status: ({ documentId, code }) => statusOf(target, documentId, code),
    arrive: async (file) => {
      const sent = await send(file);
      const sdk = sdkOf(target.sender);
      const receiverDocId = await waitFor('the delivery in the sender\u2019s list', async () => {
        const { result } = await sdk.post('getSentEdocList', { servicetype: 'eDoc', messagetype: 'edoc', docId: sent });
        const [item] = itemsOf(result?.data).filter(({ senderDocId }) => senderDocId === sent);
        return item?.receiverDocId === '' ? undefined : item?.receiverDocId;
      });
      return waitFor('the document in the recipient\u2019s list', async () =>
        (await list(target.recipient)).find(({ docId }) => docId === receiverDocId),
      );
    },
  };
}

const usual = ({ sender, recipient }: Target): Draft => ({
  from: sender.agency,
  to: recipient.agency,
  // A message object of the old library starts with a random UUID.
  documentId: randomUUID(),
  subject: 'V/v góp ý dự thảo thử nghiệm',
});

/** The library's own writing (line ends, order, indents) with other values; one recipient. */
function letter({ from, to, documentId, subject }: Draft): Buffer {
  const recipients = /(<edXML:To>[\s\S]*?<\/edXML:To>)(\s*<edXML:To>[\s\S]*?<\/edXML:To>)+/;
  const text = LETTER.replace(recipients, '$1')
    .replace('>X92<', `>${to}<`)
    .replace('>X91.04<', `>${from}<`)
    .replace('>X91.04,2025/03/14,15/STN-VP<', `>${documentId}<`)
    .replace('>V/v góp ý dự thảo thử nghiệm<', `>${subject}<`);
  return Buffer.from(text);
}

function statusOf({ sender, recipient }: Target, documentId: string, code: string): Buffer {
  const text = STATUS.replace('>X92<', `>${recipient.agency}<`)
    .replace('>X91.04<', `>${sender.agency}<`)
    .replace('>X91.04,2025/03/14,15/STN-VP<', `>${documentId}<`)
    .replace('>03<', `>${code}<`)
    // Two statuses of one second must not be one message.
    .replace('Đã vào sổ', `Đã vào sổ ${randomUUID()}`);
  return Buffer.from(text);
}

export function itemsOf(data: unknown): readonly Item[] {
  assert.ok(Array.isArray(data), `a list was expected, the SDK reads ${JSON.stringify(data)}`);
  return data;
}

export function docIdOf({ result, answer }: Sent): string {
  const { status, ErrorCode, DocId } = result ?? {};
  assert.deepEqual([status, ErrorCode], ['OK', '0'], said(answer));
  assert.match(DocId ?? '', SAFE_FILE_NAME, 'DocId becomes a file name on the client');
  return DocId ?? '';
}

/** What the SDK reads as success, whatever the call. */
export function assertDone({ result, answer }: Sent): void {
  assert.deepEqual([result?.status, result?.ErrorCode], ['OK', '0'], said(answer));
  assert.equal(typeof result?.ErrorDesc, 'string');
}

/** What the SDK reads as this failure. */
export function assertRefused({ result, answer }: Sent, codes: readonly string[]): void {
  assert.equal(result?.status, 'FAIL', said(answer));
  assert.ok(codes.includes(result.ErrorCode ?? ''), `ErrorCode ${codes.join(' or ')} was expected: ${said(answer)}`);
  assert.notEqual(result.ErrorDesc ?? '', '', 'a refusal says why');
}

/** No octet above 127, no null, the three members: what every JSON answer of the axis must hold. */
export function assertReadable(answer: RawAnswer | undefined): void {
  assert.ok(answer, 'no answer came');
  assert.ok(
    answer.body.every((octet) => octet < 0x80),
    'the JSON must be ASCII',
  );
  const object: unknown = JSON.parse(answer.body.toString('latin1'));
  assertNoNull(object);
  for (const member of ['status', 'ErrorCode', 'ErrorDesc'])
    assert.equal(typeof (object as Readonly<Record<string, unknown>>)[member], 'string', `${member}: ${said(answer)}`);
}

function assertNoNull(value: unknown): void {
  assert.notEqual(value, null, 'a null makes the SDK drop the list');
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(assertNoNull);
}

export const said = (answer: RawAnswer | undefined): string =>
  answer ? `HTTP ${answer.status} ${answer.body.subarray(0, 500).toString('utf8')}` : 'no answer';

/** No separators, no dots in a row, nothing that Windows forbids. */
const SAFE_FILE_NAME = /^(?!.*\.\.)[\w.-]{1,100}$/;

/** Asks again and again until there is something, for at most half a minute. */
export async function waitFor<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const limit = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(Date.now() < limit, `${what} did not come within ${PATIENCE / 1000} s`);
    await sleep(LOOK_AGAIN);
  }
}
