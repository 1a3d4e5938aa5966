import { createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'AQEB';
const UUID_BYTES = 16;
const SEAL_BYTES = 16;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Turns fauxqs's handles into ones that only this cloud can have given out, and only for one queue. */
export interface ReceiptHandles {
  seal(queueName: string, handle: string): string;
  /** The handle inside; undefined if this queue never gave it out. */
  open(queueName: string, receiptHandle: string): string | undefined;
}

/** SQS refuses a handle that it cannot read (ReceiptHandleIsInvalid); fauxqs takes anything. */
export function createReceiptHandles(secret: Buffer): ReceiptHandles {
  const sealOf = (queueName: string, uuid: Buffer) =>
    createHmac('sha256', secret).update(`receipt\n${queueName}\n`).update(uuid).digest().subarray(0, SEAL_BYTES);

  return {
    seal(queueName, handle) {
      if (!UUID.test(handle)) throw new Error('fauxqs gave a receipt handle that is not a UUID');
      const uuid = Buffer.from(handle.replaceAll('-', ''), 'hex');
      return PREFIX + Buffer.concat([uuid, sealOf(queueName, uuid)]).toString('base64url');
    },
    open(queueName, receiptHandle) {
      const bytes = Buffer.from(receiptHandle.slice(PREFIX.length), 'base64url');
      if (!receiptHandle.startsWith(PREFIX) || bytes.length !== UUID_BYTES + SEAL_BYTES) return undefined;
      const uuid = bytes.subarray(0, UUID_BYTES);
      if (!timingSafeEqual(bytes.subarray(UUID_BYTES), sealOf(queueName, uuid))) return undefined;
      return uuid.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
