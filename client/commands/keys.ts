import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AxisRefusal } from '../axisRefusal.ts';
import { type Command, type CommandContext, EXIT, type ExitCode, type Invocation } from '../command.ts';
import { replaceFile } from '../leaseFile.ts';
import { makeSystemKey, publicPart } from '../makeKeys.ts';
import { pemOf, readPemCertificates } from '../pemCertificates.ts';
import type { Profile } from '../profile.ts';
import { UsageError } from '../usageError.ts';

const LOOK_AGAIN_MS = 5000;
const LONGEST_WAIT = 3600;

/** `docaxis keys`: the roll-over of the system's key, and the certificates that come back from an authority. */
export const keysCommand: Command = {
  name: 'keys',
  aliases: [],
  summary: {
    en: "Change the system's key without a gap, or install a certificate",
    vi: 'Thay khóa của hệ thống không gián đoạn, hoặc cài chứng thư',
  },
  usage: 'rotate [--wait SECONDS] | install CERTIFICATE.pem',
  example: 'docaxis keys rotate --wait 600',
  options: {
    wait: {
      type: 'string',
      value: 'SECONDS',
      help: `wait for the new key to be registered (0; up to ${LONGEST_WAIT})`,
    },
  },
  takes: [1, 2],
  run(invocation, context) {
    const [action, file] = invocation.positionals;
    if (action === 'rotate' && file === undefined) return rotate(invocation, context);
    if (action === 'install' && file !== undefined) return install(file, context);
    throw new UsageError('usage: docaxis keys rotate [--wait SECONDS] | install CERTIFICATE.pem');
  },
};

/**
 * The old key stays in use until the axis accepts the new one, so the command can be run again at any time: the first run makes
 * the new key, a later one switches to it.
 */
async function rotate(invocation: Invocation, context: CommandContext): Promise<ExitCode> {
  const waitMs = (invocation.number('wait', { least: 0, most: LONGEST_WAIT }) ?? 0) * 1000;
  const file = await context.profileFile();
  const profile = await context.profile();
  const nextKey = profile.nextKey ?? (await makeSystemKey());
  const publicKey = `${profile.system}.public-key.jwk`;
  if (profile.nextKey === undefined) await saveProfile(file, { ...profile, nextKey });
  await replaceFile(resolve(context.cwd, publicKey), JSON.stringify(publicPart(nextKey), null, 2));
  const until = context.now() + waitMs;
  while (!(await isRegistered(nextKey, profile, context))) {
    if (context.now() + LOOK_AGAIN_MS > until) return sayPending(publicKey, { profile, nextKey }, context);
    await context.pause(LOOK_AGAIN_MS);
  }
  const { nextKey: _, ...rest } = profile;
  await saveProfile(file, { ...rest, key: nextKey });
  context.say(`${context.word('keyInUse')}: ${nextKey.kid}`);
  context.say(`${context.word('operatorRuns')}:\n  docaxis system key retire ${profile.system} ${profile.key.kid}`);
  context.result({ state: 'in-use', kid: nextKey.kid, retire: profile.key.kid });
  return EXIT.done;
}

interface Rotation {
  readonly profile: Profile;
  readonly nextKey: Profile['key'];
}

function sayPending(publicKey: string, { profile, nextKey }: Rotation, context: CommandContext): ExitCode {
  context.say(`${context.word('keyWaits')}: ${nextKey.kid}`);
  context.say(`${context.word('keyWritten')}: ${publicKey}`);
  context.say(`${context.word('operatorRuns')}:\n  docaxis system key add ${profile.system} ${publicKey}`);
  context.say(`${context.word('thenRun')}:\n  docaxis keys rotate`);
  context.result({ state: 'waiting', kid: nextKey.kid, publicKey });
  return EXIT.done;
}

/** Whether the axis knows the key; any other failure, such as a suspension, is the caller's to see. */
async function isRegistered(key: Profile['key'], { url, axis, system }: Profile, context: CommandContext) {
  try {
    await context.connect({ url, audience: axis, system, key }).me({ limit: 1 });
    return true;
  } catch (error) {
    if (error instanceof AxisRefusal && error.code === 'token-invalid') return false;
    throw error;
  }
}

/** Puts a certificate, and the issuers that stand behind it in the file, to the signing key that it was issued for. */
async function install(name: string, context: CommandContext): Promise<ExitCode> {
  const certificates = readPemCertificates(await readFile(resolve(context.cwd, name), 'utf8'));
  const file = await context.profileFile();
  const profile = await context.profile();
  const holders = profile.agencies.filter((agency) => certificates[0] && isFor(certificates[0], agency));
  if (holders.length === 0) throw new UsageError(`${name} was issued for none of the profile's signing keys`);
  const agencies = profile.agencies.map((agency) =>
    holders.includes(agency) ? { ...agency, certificates: certificates.map(pemOf) } : agency,
  );
  await saveProfile(file, { ...profile, agencies });
  const codes = holders.map(({ code }) => code);
  context.say(`${context.word('certificateInstalled')} ${codes.join(', ')}`);
  context.say(`${context.word('operatorRuns')}:`);
  for (const code of codes) context.say(`  docaxis agency cert add ${code} ${name}`);
  context.result({ installed: codes });
  return EXIT.done;
}

function isFor(certificate: Buffer, { signingKey }: Profile['agencies'][number]): boolean {
  if (signingKey === undefined) return false;
  try {
    return new X509Certificate(certificate).publicKey.equals(createPublicKey(createPrivateKey(signingKey)));
  } catch {
    throw new UsageError('the file holds no certificate that can be read');
  }
}

const saveProfile = (file: string, profile: Profile): Promise<void> =>
  replaceFile(file, JSON.stringify(profile, null, 2));
