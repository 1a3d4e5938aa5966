import { createPrivateKey } from 'node:crypto';
import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { certificationRequest } from '../../adapters/trust/certificationRequest.ts';
import { Oid } from '../../adapters/trust/oids.ts';
import { type Command, type CommandContext, EXIT, type Invocation } from '../command.ts';
import { PROFILE_FOLDER_NAME } from '../findProfile.ts';
import { replaceFile } from '../leaseFile.ts';
import { makeSigningKey, makeSystemKey, publicPart } from '../makeKeys.ts';
import { pemBlock, pemOf, readPemCertificates } from '../pemCertificates.ts';
import type { Profile } from '../profile.ts';
import { UsageError } from '../usageError.ts';

const SYSTEM = /^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$/;
const AGENCY = /^([A-Za-z0-9.]{3,35})=(.{1,200})$/;
const COUNTRY = '2.5.4.6';
const ORGANISATION = '2.5.4.10';

/** `docaxis init`: makes the keys of a system and of its agencies, what others need of them, and the profile. */
export const initCommand: Command = {
  name: 'init',
  aliases: [],
  summary: {
    en: 'Make keys, certificate requests and the profile of a new system',
    vi: 'Tạo khóa, yêu cầu cấp chứng thư và hồ sơ kết nối cho hệ thống mới',
  },
  usage: '--url URL --system ID --name NAME [--agency CODE=NAME]...',
  example: 'docaxis init --url https://truc.example --system so-vi-du --name "Sở Ví dụ" --agency "X91.07=Sở Ví dụ"',
  options: {
    url: { type: 'string', value: 'URL', help: 'where the axis is' },
    system: { type: 'string', value: 'ID', help: 'id of the system, as agreed with the operator' },
    name: { type: 'string', value: 'NAME', help: 'its name for people' },
    agency: {
      type: 'string',
      multiple: true,
      value: 'CODE=NAME',
      help: 'an agency that it serves; as often as needed',
    },
    anchors: { type: 'string', multiple: true, value: 'FILE', help: 'certificates to trust in documents, PEM' },
    out: { type: 'string', value: 'FILE', help: `the profile (default: .docaxis/${PROFILE_FOLDER_NAME}/ID.json)` },
  },
  takes: [0, 0],
  async run(invocation, context) {
    const wanted = wantedSystem(invocation);
    const out = invocation.text('out') ?? join('.docaxis', PROFILE_FOLDER_NAME, `${wanted.system}.json`);
    const file = resolve(context.cwd, out);
    // Keys that were registered somewhere must never be lost to a second run.
    if (await exists(file)) throw new UsageError(`${out} is there already; its keys are not replaced`);
    const profile = await makeProfile(wanted, context);
    const publicKey = `${wanted.system}.public-key.jwk`;
    const requests = profile.agencies.map(({ code }) => ({ agency: code, file: `${code}.csr.pem` }));
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await replaceFile(file, JSON.stringify(profile, null, 2));
    await replaceFile(resolve(context.cwd, publicKey), JSON.stringify(publicPart(profile.key), null, 2));
    for (const agency of profile.agencies) {
      await replaceFile(resolve(context.cwd, `${agency.code}.csr.pem`), requestOf(agency));
    }
    const made = { profile: relative(context.cwd, file), publicKey, kid: profile.key.kid, requests };
    sayWhatNext(made, profile, context);
    context.result(made);
    return EXIT.done;
  },
};

interface WantedSystem {
  readonly url: string;
  readonly system: string;
  readonly name: string;
  readonly agencies: readonly { readonly code: string; readonly name: string }[];
  readonly anchors: readonly string[];
}

function wantedSystem(invocation: Invocation): WantedSystem {
  const [url, system, name] = ['url', 'system', 'name'].map((option) => invocation.text(option)?.trim() ?? '');
  if (!url || !system || !name) throw new UsageError('--url, --system and --name are needed');
  if (!SYSTEM.test(system)) throw new UsageError('--system has 3 to 40 small letters, digits or hyphens');
  const agencies = invocation.texts('agency').map((text) => {
    const [, code, agencyName] = AGENCY.exec(text) ?? [];
    if (code === undefined || agencyName === undefined) throw new UsageError('--agency is CODE=NAME');
    return { code: code.toUpperCase(), name: agencyName };
  });
  return { url, system, name, agencies, anchors: invocation.texts('anchors') };
}

async function makeProfile(wanted: WantedSystem, context: CommandContext): Promise<Profile> {
  const { url, system, name } = wanted;
  const key = await makeSystemKey();
  const texts = await Promise.all(wanted.anchors.map((file) => readFile(resolve(context.cwd, file), 'utf8')));
  const { axis, receiptIssuer } = await context.connect({ url, audience: 'unknown', system, key }).axis();
  return {
    version: 1,
    kind: 'system',
    url,
    axis,
    system,
    name,
    key,
    agencies: wanted.agencies.map((agency) => ({ ...agency, signingKey: makeSigningKey() })),
    trust: { anchors: texts.flatMap(readPemCertificates).map(pemOf), intermediates: [] },
    receiptIssuer,
  };
}

function requestOf({ name, signingKey }: Profile['agencies'][number]): string {
  const subject = [
    [COUNTRY, 'VN'],
    [ORGANISATION, name],
    [Oid.commonName, name],
  ] as const;
  return pemBlock('CERTIFICATE REQUEST', certificationRequest({ subject, key: createPrivateKey(signingKey ?? '') }));
}

interface Made {
  readonly profile: string;
  readonly publicKey: string;
  readonly requests: readonly { readonly agency: string; readonly file: string }[];
}

function sayWhatNext(
  { profile, publicKey, requests }: Made,
  { system, name, agencies }: Profile,
  context: CommandContext,
) {
  const { say, word } = context;
  say(`${word('profileWritten')}: ${profile}`);
  say(`${word('keyWritten')}: ${publicKey}`);
  for (const { agency, file } of requests) say(`${word('requestWritten')}: ${file} (${agency})`);
  say(`${word('operatorRuns')}:`);
  say(`  docaxis system add ${system} --name ${quoted(name)}`);
  say(`  docaxis system key add ${system} ${publicKey}`);
  for (const { code, name: agencyName } of agencies) {
    say(`  docaxis agency add ${code} --name ${quoted(agencyName)} --system ${system}`);
  }
  say(`${word('thenRun')}:`);
  if (requests.length > 0) say('  docaxis keys install CERTIFICATE.pem');
  say(`  docaxis me --profile ${profile.startsWith('.docaxis') ? system : profile}`);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
