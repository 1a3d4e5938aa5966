import type { AnswerOf } from '../core/contract/answers.ts';
import type { AxisClient } from './axisClient.ts';
import type { DetachedSignature } from './verifyDocument.ts';

/** The signature that lies beside the document of a delivery, as the axis hands it on; undefined where there is none. */
export async function signatureBeside(
  { dispatchId, headline }: Pick<AnswerOf<'lease'>, 'dispatchId' | 'headline'>,
  client: Pick<AxisClient, 'dispatch'>,
): Promise<DetachedSignature | undefined> {
  if (headline.signed !== 'jws' && headline.signed !== 'both') return undefined;
  const { documentSignature: jws, documentSignatureCertificate } = await client.dispatch(dispatchId);
  // What the axis says is there must be judged: without it, nothing holds.
  return { jws: jws ?? '', certificate: Buffer.from(documentSignatureCertificate ?? '', 'base64') };
}
