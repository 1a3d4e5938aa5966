import { AxisRefusal } from '../client/axisRefusal.ts';
import { signDocument } from '../client/signDocument.ts';
import { sampleDocument } from '../world/documents.ts';
import type { Actor, Scene } from './demoScene.ts';
import { expectThat, type StepBook } from './stepBook.ts';

/** A document that was never sent, from X91.04. */
const freshDocument = (number: number, to: readonly string[]): Buffer =>
  sampleDocument({ from: 'X91.04', to, number, date: '2026/11/18', subject: 'V/v nội dung sẽ bị từ chối' });

/** What must not pass does not pass, says why in both languages, and leaves nothing behind. */
export async function demoRefusals({ centre }: Scene, steps: StepBook): Promise<void> {
  const before = (await centre.client.sent({ agency: 'X91.04' })).items.length;
  const altered = alter(await centre.sign(freshDocument(17, ['X92'])));
  await refused('a document altered after signing', { bytes: altered, code: 'signature-invalid' }, centre, steps);

  const { profile } = centre;
  const wrong = await signDocument(freshDocument(18, ['X92']), profile, { as: 'X91.05' });
  await refused(
    'a document signed by another agency',
    { bytes: wrong, code: 'certificate-not-registered' },
    centre,
    steps,
  );

  const unknown = await centre.sign(freshDocument(19, ['X92', 'X99.99']));
  await refused('a document to nobody known', { bytes: unknown, code: 'recipient-unknown' }, centre, steps);

  await steps.step(
    'what was refused',
    async () => {
      const { items } = await centre.client.sent({ agency: 'X91.04' });
      expectThat(items.length === before, `there are ${items.length} dispatches instead of ${before}`);
    },
    () => 'left no dispatch behind',
  );
}

async function refused(
  title: string,
  { bytes, code }: { readonly bytes: Buffer; readonly code: string },
  { client }: Actor,
  steps: StepBook,
): Promise<void> {
  await steps.step(
    title,
    async () => {
      const answer = await client.submit(bytes).catch((error: unknown) => error);
      expectThat(answer instanceof AxisRefusal, answer instanceof Error ? answer.message : 'it was accepted');
      expectThat(answer.code === code, `it was refused as ${answer.code}: ${answer.detail}`);
      return answer;
    },
    (refusal) => `refused as ${refusal.code}: ${refusal.vi.detail}`,
  );
}

/** Changes one letter of the subject. */
function alter(signed: Buffer): Buffer {
  const bytes = Buffer.from(signed);
  const at = bytes.indexOf('Subject>V/v') + 'Subject>'.length;
  expectThat(at >= 'Subject>'.length, 'the document has no subject to alter');
  bytes.write('B', at);
  return bytes;
}
