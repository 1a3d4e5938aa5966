import { LIMITS } from '../../core/contract/limits.ts';
import { stageConfig } from '../../lib/stages.ts';
import { earlierOf, type SampleDocument } from '../../world/documents.ts';
import type { OldSdk } from '../compat/oldSdk.ts';
import { take } from '../kit/reception.ts';
import type { TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';
import { startWebhookReceiver } from '../kit/webhookReceiver.ts';

const DAY = 86_400_000;
let number = 8000;

/** A letter that is told at a webhook, and that its recipient has taken. */
async function taken(town: TestAxis) {
  const letter: SampleDocument = { from: 'X91.04', to: ['X92'], number: ++number, date: '2026/03/02', subject: 'Thử' };
  const { answer } = await town.submitLetter(letter);
  await town.settle();
  await take(town, 'bo-minh-hoa', answer.dispatchId);
  return { about: earlierOf(letter), dispatchId: answer.dispatchId };
}

/** Messages that act on others, by every way in: by DocumentId, and by number where the DocumentId is unknown. */
export async function liveOn(town: TestAxis, old: OldSdk): Promise<void> {
  const ministry = town.clients['bo-minh-hoa'];
  const receiver = await startWebhookReceiver();
  try {
    await ministry.setWebhook(receiver.url);
    // That it had none is believed for a while.
    town.advance((LIMITS.registryCacheSeconds + 1) * 1000);
    const { about } = await taken(town);
    await until(() => receiver.events('delivery.waiting').length > 0, 'the ministry is told that it has mail');
    const unknown = { ...about, documentId: 'as-a-vendor-wrote-it' };
    const report = (code: '01' | '03' | '06', second: number) =>
      town.status({ from: 'X92', about: unknown, code, timestamp: `2026/03/02 10:00:0${second}` });
    await town.submit(await report('01', 1), 'bo-minh-hoa');
    const { submissionId = '' } = await ministry.submit(await report('03', 2), { background: true });
    await ministry.submitted(submissionId);
    await old.sendEdoc(await report('06', 3), { from: 'X92', messagetype: 'status' });
    await town.settle();
    // A reply is linked with what it answers.
    await town.submitLetter({ from: 'X92', to: ['X91.04'], answers: [about] });
    await town.settle();
  } finally {
    await ministry.removeWebhook();
    await receiver.stop();
  }
}

/** The end of what was sent: a hold, content that is deleted, and records whose time is over. */
export async function endLives(town: TestAxis): Promise<void> {
  const { contentDays, recordDays } = stageConfig('evaluation').retention.document;
  const { dispatchId } = (await town.clients['trung-tam-mau'].sent({ agency: 'X91.04' })).items.at(-1) ?? {};
  const hold = (held: boolean) =>
    town.operator.call('holdDispatch', {
      path: { dispatchId: dispatchId ?? '' },
      body: { held, reason: 'standard walk' },
    });
  await hold(true);
  await hold(false);
  // What was set aside or is under way expires first; then everything is over, at last also the records.
  for (const days of [31, contentDays + 1, contentDays + 1, recordDays + 1]) {
    town.advance(days * DAY);
    await town.watch();
  }
}
