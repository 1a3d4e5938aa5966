import { createPublicKey } from 'node:crypto';
import * as z from 'zod/mini';
import type { ReceiptIssuerJwk } from './checkReceipt.ts';
import type { CommandContext, CommandOption, Invocation } from './command.ts';
import { jsonFile } from './jsonFile.ts';
import { UsageError } from './usageError.ts';

/** By which key of the axis something is checked offline. */
export const ISSUER_OPTION: CommandOption = {
  type: 'string',
  value: 'FILE',
  help: "the axis's public key, JWK (default: that of the profile)",
};

/** The axis's public key: in the file that `--issuer` names, else in the profile, which is not looked for otherwise. */
export async function issuerOf(
  invocation: Invocation,
  context: Pick<CommandContext, 'cwd' | 'profile'>,
): Promise<ReceiptIssuerJwk> {
  const file = invocation.text('issuer');
  if (file === undefined) return (await context.profile()).receiptIssuer;
  const jwk = z.record(z.string(), z.unknown()).safeParse(await jsonFile(file, context));
  if (jwk.success && isPublicKey(jwk.data)) return jwk.data;
  throw new UsageError(`${file} is not a JWK`);
}

function isPublicKey(jwk: ReceiptIssuerJwk): boolean {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' }).type === 'public';
  } catch {
    return false;
  }
}
