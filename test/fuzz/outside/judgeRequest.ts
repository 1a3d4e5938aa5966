import { FunctionError } from '../../../local/runtime/functionError.ts';
import type { Input } from '../input.ts';
import { judgeAnswer } from './judgeAnswer.ts';
import { judgeLog } from './judgeLog.ts';
import type { Place } from './place.ts';
import { send } from './send.ts';

/** Sends one request and judges answer and log. */
export async function judgeRequest(input: Input, place: Place): Promise<string | undefined> {
  await place.freshen();
  try {
    const exchange = await send(input, place);
    if (!exchange) return undefined;
    return judgeAnswer(input.route ?? '', exchange) ?? judgeLog(exchange.lines, secretsOf(place));
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    // The gateway answers 413 by itself.
    if (error.failure === 'too-large') return undefined;
    return `function: ${error.failure} ${error.errorType} ${error.message}`;
  }
}

function secretsOf({ known }: Place): readonly string[] {
  const { recipientBearer = '', senderBearer = '', recipientSecret = '', senderSecret = '', leaseToken = '' } = known;
  const signatures = [recipientBearer, senderBearer].map((token) => token.split('.').at(-1) ?? '');
  return [...signatures, recipientSecret, senderSecret, leaseToken];
}
