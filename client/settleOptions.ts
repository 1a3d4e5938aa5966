import { resolve } from 'node:path';
import type { CommandContext, CommandOption, Invocation } from './command.ts';
import { RECEIVED_FOLDER, readLease } from './leaseFile.ts';

/** Options of the commands that settle a lease. */
export const SETTLE_OPTIONS: Readonly<Record<string, CommandOption>> = {
  out: { type: 'string', value: 'DIR', help: `where receive put the lease (default: ${RECEIVED_FOLDER})` },
  token: { type: 'string', value: 'TOKEN', help: 'the lease token, if receive did not save it' },
};

/** The folder of received documents that an invocation means. */
export const receivedFolder = (invocation: Invocation, { cwd }: Pick<CommandContext, 'cwd'>): string =>
  resolve(cwd, invocation.text('out') ?? RECEIVED_FOLDER);

/** The lease token of a delivery: as typed, else as `receive` saved it. */
export async function leaseToken(deliveryId: string, invocation: Invocation, context: CommandContext): Promise<string> {
  const typed = invocation.text('token');
  if (typed !== undefined) return typed;
  return (await readLease(receivedFolder(invocation, context), deliveryId)).lease.token;
}
