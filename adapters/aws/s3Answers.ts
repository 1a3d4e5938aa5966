import { S3ServiceException } from '@aws-sdk/client-s3';

/** A rival that writes the same key is done within moments. */
const TRIES = 4;

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;

/** Without the right to list a bucket, S3 answers 403 for what is not there: nobody learns which keys exist. */
export const isGone = (error: unknown): boolean => [403, 404].includes(statusOf(error) ?? 0);

/**
 * Runs a conditional put: 412 means that its condition does not hold, 409 that a rival is writing the key.
 *
 * @returns whether it was written
 */
export async function conditionalPut(key: string, put: () => Promise<unknown>): Promise<boolean> {
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      await put();
      return true;
    } catch (error) {
      const status = statusOf(error);
      if (status === 412) return false;
      if (status !== 409) throw error;
    }
  }
  throw new Error(`object ${key} is being written by others all the time`);
}
