import type { LocalAxis } from '../local/startLocalAxis.ts';
import { demoEvidence } from './demoEvidence.ts';
import { demoReception, readLetter } from './demoReception.ts';
import { demoRefusals } from './demoRefusals.ts';
import { exampleFile, openScene, type Scene, type Sent, sha256Of } from './demoScene.ts';
import { eventually, expectThat, type StepBook } from './stepBook.ts';

/** The whole walk: submitted, verified, kept, delivered, received, acknowledged, proved; and what must be refused is refused. */
export async function demoWalk(local: LocalAxis, steps: StepBook): Promise<void> {
  const scene = openScene(local);
  await meet(scene, steps);
  const letter = await sendLetter(scene, steps);
  await proveReceipt(letter, scene, steps);
  const urgent = await sendUrgent(scene, steps);
  await demoReception({ letter, urgent }, scene, steps);
  await answerLetter(scene, steps);
  await seeDispatch(urgent, scene, steps);
  await demoRefusals(scene, steps);
  await demoEvidence(letter, scene, steps);
}

async function meet({ centre, ministry }: Scene, steps: StepBook): Promise<void> {
  const ask = () => Promise.all([centre.client.me(), ministry.client.me()]);
  await steps.step('two systems show their keys', ask, (systems) => {
    const served = systems.map(
      ({ name, agencies }) => `${name} serves ${agencies.items.map(({ code }) => code).join(', ')}`,
    );
    return `${served.join('; ')}: the axis knows who calls`;
  });
}

async function sendLetter({ centre }: Scene, steps: StepBook): Promise<Sent> {
  const document = await exampleFile('official-letter.edxml');
  const bytes = await steps.step(
    'X91.04 signs an official letter with a PDF',
    () => centre.sign(document),
    (signed) => `${signed.length} bytes; the axis's own verifier accepts them before they leave`,
  );
  await steps.step(
    'dry run',
    async () => {
      const answer = await centre.client.submit(bytes, { dryRun: true });
      const sent = await centre.client.sent({ agency: 'X91.04' });
      expectThat(answer.outcome === 'would-be-accepted', `the outcome was ${answer.outcome}`);
      expectThat(sent.items.length === 0, 'something was written');
      return answer;
    },
    ({ report }) => `would be accepted after ${report.checks.length} checks, and nothing was written`,
  );
  return await steps.step(
    'submit',
    async () => {
      const answer = await centre.client.submit(bytes);
      expectThat(answer.outcome === 'accepted' && answer.receipt !== undefined, 'there is no receipt');
      return { bytes, answer };
    },
    ({ answer }) =>
      `${answer.dispatchId} accepted for ${answer.recipients.map(({ code }) => code).join(', ')}, receipt signed`,
  );
}

async function proveReceipt({ bytes, answer }: Sent, { centre }: Scene, steps: StepBook): Promise<void> {
  const { receiptIssuer } = centre.profile;
  await steps.step(
    'verify the receipt offline',
    async () => {
      const verdict = centre.client.verifyReceipt(answer, receiptIssuer);
      expectThat(verdict.ok, 'the receipt does not hold');
      expectThat(JSON.stringify(verdict.payload).includes(sha256Of(bytes)), 'the receipt is for other bytes');
      const [header = '', payload = '', signature = ''] = (answer.receipt ?? '').split('.');
      const forged = JSON.stringify(verdict.payload).replace('X92', 'X93');
      expectThat(forged !== Buffer.from(payload, 'base64url').toString(), 'nothing was forged');
      const receipt = [header, Buffer.from(forged).toString('base64url'), signature].join('.');
      expectThat(!centre.client.verifyReceipt({ ...answer, receipt }, receiptIssuer).ok, 'a forged receipt holds');
      return verdict.payload.at;
    },
    (at) => `accepted at ${at} with SHA-256 ${sha256Of(bytes).slice(0, 16)}…; with another recipient it does not hold`,
  );
  await steps.step(
    'submit the same bytes again',
    async () => {
      const again = await centre.client.submit(bytes);
      expectThat(again.outcome === 'again', `the outcome was ${again.outcome}`);
      expectThat(again.receipt === answer.receipt, 'the receipt is another one');
      return again;
    },
    () => 'the very same receipt: a repeat is harmless',
  );
}

async function sendUrgent({ centre }: Scene, steps: StepBook): Promise<Sent> {
  const bytes = await centre.sign(await exampleFile('urgent-letter.edxml'));
  return await steps.step(
    'X91.04 submits an urgent letter to three agencies',
    async () => {
      const answer = await centre.client.submit(bytes);
      expectThat(answer.recipients.length === 3, `there are ${answer.recipients.length} deliveries`);
      return { bytes, answer };
    },
    ({ answer }) => `one delivery each for ${answer.recipients.map(({ code }) => code).join(', ')}`,
  );
}

async function answerLetter({ centre, ministry }: Scene, steps: StepBook): Promise<void> {
  const bytes = await ministry.sign(await exampleFile('reply.edxml'));
  await steps.step(
    'X92 replies, X91.04 receives and acknowledges',
    async () => {
      const { dispatchId } = await ministry.client.submit(bytes);
      const delivery = await eventually(async () => {
        const { deliveries } = await centre.client.receive({ agency: 'X91.04', waitSeconds: 5 });
        return deliveries.find((candidate) => candidate.dispatchId === dispatchId);
      }, 'the reply');
      const received = await centre.client.fetchContent(delivery);
      expectThat(received.equals(bytes), 'the reply is not what was signed');
      const { token: leaseToken } = delivery.lease;
      const { state } = await centre.client.acknowledge(delivery.deliveryId, {
        leaseToken,
        sha256: sha256Of(received),
      });
      expectThat(state === 'acknowledged', `the state is ${state}`);
      return readLetter(received);
    },
    ({ answers }) => `it answers "${answers}": the correspondence is closed`,
  );
}

async function seeDispatch(urgent: Sent, { centre, ministry }: Scene, steps: StepBook): Promise<void> {
  const { dispatchId } = urgent.answer;
  await steps.step(
    'the sender looks at the urgent dispatch',
    async () => {
      const seen = await centre.client.dispatch(dispatchId);
      const states = seen.deliveries.map(({ recipient, state }) => `${recipient} ${state}`);
      expectThat(seen.deliveries.length === 3, `${seen.deliveries.length} deliveries`);
      expectThat(
        seen.deliveries.every(({ state }) => state === 'acknowledged'),
        states.join(', '),
      );
      return { states, events: seen.deliveries.flatMap(({ timeline }) => timeline.entries.map(({ ev }) => ev)) };
    },
    ({ states, events }) => `${states.join(', ')}; timeline ${[...new Set(events)].join(' → ')}`,
  );
  await steps.step(
    'the ministry looks at the same dispatch',
    async () => {
      const seen = (await ministry.client.dispatch(dispatchId)).deliveries.map(({ recipient }) => recipient);
      expectThat(!seen.includes('X91.05'), 'it sees the delivery to X91.05');
      return seen;
    },
    (seen) => `only ${seen.join(' and ')}: nobody sees what is not theirs`,
  );
}
