import { attachmentBytes } from '../adapters/xml/attachment.ts';
import { createEngine } from '../adapters/xml/engine.ts';
import { profileTrust } from '../client/profileTrust.ts';
import { verifyDocument } from '../client/verifyDocument.ts';
import type { AnswerOf } from '../core/contract/answers.ts';
import { type Actor, exampleFile, type Scene, type Sent, sha256Of } from './demoScene.ts';
import { eventually, expectThat, type StepBook } from './stepBook.ts';

type Leased = AnswerOf<'receive'>['deliveries'][number];

/** The letters arrive: urgent first, byte for byte, verified by the recipient itself, acknowledged by everyone. */
export async function demoReception(
  sent: { letter: Sent; urgent: Sent },
  scene: Scene,
  steps: StepBook,
): Promise<void> {
  const { ministry, centre } = scene;
  const deliveries = await receiveAll(sent, ministry, steps);
  await fetchAll(deliveries, { sent, scene }, steps);
  await acknowledgeAll(deliveries, ministry, steps);
  await steps.step(
    'X91.05 receives the urgent letter through the centre',
    async () => {
      const { deliveries: mine } = await centre.client.receive({ agency: 'X91.05', waitSeconds: 5, links: true });
      const [delivery] = mine;
      expectThat(delivery !== undefined, 'nothing came');
      const bytes = await centre.client.fetchContent(delivery);
      expectThat(bytes.equals(sent.urgent.bytes), 'the bytes differ');
      const request = { leaseToken: delivery.lease.token, sha256: sha256Of(bytes) };
      return centre.client.acknowledge(delivery.deliveryId, request);
    },
    ({ state }) => `${state}: one system serves several agencies, each with its own inbox`,
  );
}

async function receiveAll(
  sent: { letter: Sent; urgent: Sent },
  ministry: Actor,
  steps: StepBook,
): Promise<readonly Leased[]> {
  await eventually(async () => {
    const { items } = await ministry.client.waiting();
    return items.length === 3 ? items : undefined;
  }, 'three deliveries in the inbox of the ministry');
  return await steps.step(
    'the ministry receives',
    async () => {
      const order: Leased[] = [];
      while (order.length < 3) {
        const { deliveries } = await ministry.client.receive({ max: 1, waitSeconds: 5, links: true });
        expectThat(deliveries.length === 1, 'nothing more came');
        order.push(...deliveries);
      }
      const dispatches = order.map(({ dispatchId }) => dispatchId);
      const { dispatchId } = sent.urgent.answer;
      expectThat(dispatches[0] === dispatchId && dispatches[1] === dispatchId, 'the urgent letter did not come first');
      expectThat(dispatches[2] === sent.letter.answer.dispatchId, 'the ordinary letter did not come last');
      return order;
    },
    () => 'the urgent letter overtakes the ordinary one that was sent before it',
  );
}

async function fetchAll(
  deliveries: readonly Leased[],
  { sent, scene }: { readonly sent: { letter: Sent; urgent: Sent }; readonly scene: Scene },
  steps: StepBook,
): Promise<void> {
  const { ministry, now } = scene;
  const contents = await steps.step(
    'it fetches the documents',
    async () => {
      const fetched = [];
      for (const delivery of deliveries) fetched.push(await ministry.client.fetchContent(delivery));
      const expected = [sent.urgent.bytes, sent.urgent.bytes, sent.letter.bytes];
      expectThat(
        fetched.every((bytes, index) => expected[index]?.equals(bytes)),
        'the bytes differ',
      );
      return fetched;
    },
    (fetched) => `${fetched.length} times length and SHA-256 match: byte for byte what was signed`,
  );
  await steps.step(
    'it verifies the letter itself',
    async () => {
      const letter = contents[2] ?? Buffer.alloc(0);
      const verdict = verifyDocument(letter, profileTrust(ministry.profile), new Date(now()));
      expectThat(verdict.ok, 'the signature does not hold');
      const { pdf, subject } = readLetter(letter);
      expectThat(pdf.equals(await exampleFile('official-letter.pdf')), 'the PDF is another one');
      return subject;
    },
    (subject) => `"${subject}", signature holds, its PDF is intact: no trust in the axis needed`,
  );
}

async function acknowledgeAll(deliveries: readonly Leased[], { client }: Actor, steps: StepBook): Promise<void> {
  const items = deliveries.map(({ deliveryId, lease, headline }) => ({
    deliveryId,
    leaseToken: lease.token,
    sha256: headline.sha256,
  }));
  await steps.step(
    'it acknowledges all three, twice',
    async () => {
      const first = await client.acknowledgeBatch({ items });
      const second = await client.acknowledgeBatch({ items });
      const states = [...first.results, ...second.results].map(({ state, refusal }) => state ?? refusal?.code);
      expectThat(
        states.every((state) => state === 'acknowledged'),
        states.join(', '),
      );
      const { items: left } = await client.waiting();
      expectThat(left.length === 0, `${left.length} deliveries are left in the inbox`);
    },
    () => 'the repeat is a success, too, and the inbox is empty',
  );
}

/** What a recipient's software reads from a letter. */
export function readLetter(document: Buffer) {
  const { message, attachments } = createEngine().open(document);
  const [first] = attachments;
  const { Subject = '', ResponseFor } = message.MessageHeader;
  return {
    subject: Subject,
    answers: ResponseFor[0]?.Code ?? '',
    pdf: first === undefined ? Buffer.alloc(0) : attachmentBytes(document, first),
  };
}
