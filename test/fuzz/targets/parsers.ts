import { X509Certificate } from 'node:crypto';
import { certificateInspector } from '../../../adapters/trust/inspectCertificate.ts';
import { readPem } from '../../../adapters/trust/readPem.ts';
import { revocationReader } from '../../../adapters/trust/revocationReader.ts';
import { createTimeStampValidator } from '../../../adapters/trust/timeStamp.ts';
import { createAuthorities } from '../../../world/authorities.ts';
import { issueTimeStamper, stampTime } from '../../../world/timeStamps.ts';
import { at } from '../../adapters/trust/pathKit.ts';
import { makeRevocationKit, type RevocationKit } from '../../adapters/trust/revocationKit.ts';
import { alterDer } from '../alterDer.ts';
import { alterText } from '../alterText.ts';
import { latin1, octets, pick, type Target } from '../input.ts';

/** What a reader says of octets: undefined is well, a text is wrong, and a throw is wrong as well. */
type Look = (bytes: Buffer, originals: readonly Buffer[]) => string | undefined;

const LIMIT_MS = 500;
/** Of a question to a responder; what it leaves out is no harm. */
const NONCE = Buffer.alloc(16, 1);

/** A target of DER alone. */
function ofDer(name: string, originals: readonly Buffer[], look: Look): Target {
  return {
    name,
    limitMs: LIMIT_MS,
    make: (random) => ({ der: latin1(alterDer(pick(random, originals), random)) }),
    judge: async ({ der = '' }) => unlessThrown(() => look(octets(der), originals)),
  };
}

/** What was found, or that something was thrown that nobody declares. */
export function unlessThrown(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    return `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
}

const isOneOf = (bytes: Buffer, originals: readonly Buffer[]): boolean => originals.some((one) => one.equals(bytes));

/** Every reader of DER that meets what strangers wrote: an altered input is never believed, and nothing is thrown. */
export async function parserTargets(): Promise<readonly Target[]> {
  const kit = await makeRevocationKit();
  return [certificates(kit), pems(kit), lists(kit), answers(kit), await timeStamps()];
}

function certificates(kit: RevocationKit): Target {
  const originals = [kit.signer.certificate, kit.authorityBelow.certificate, kit.withLeaf({}).leaf];
  return ofDer('certificate', originals, (bytes) => {
    certificateInspector.inspect(bytes);
    revocationReader.pointers(bytes);
    const { ok } = kit.judge({}, { signer: { ...kit.signer, certificate: bytes } });
    return ok && !isOneOf(bytes, originals) ? 'believed: an altered certificate' : undefined;
  });
}

const pemOf = (der: Buffer): string => new X509Certificate(der).toString();

function pems(kit: RevocationKit): Target {
  const pem = pemOf(kit.signer.certificate);
  const wrapped = (der: Buffer): string =>
    `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`;
  return {
    name: 'pem',
    limitMs: LIMIT_MS,
    make: (random) => ({
      pem: random(2) === 0 ? alterText(pem, random) : wrapped(alterDer(kit.signer.certificate, random)),
    }),
    judge: async (input) => unlessThrown(() => void readPem(input.pem ?? '')),
  };
}

function lists(kit: RevocationKit): Target {
  const revoked = [{ certificate: kit.signer.certificate, at, reason: 1 }];
  const originals = [kit.list(), kit.list({ revoked }), kit.rootList];
  const authorities = [kit.root.certificate, kit.authorityBelow.certificate];
  const issuer = 'CN=Sub, C=VN';
  return ofDer('revocation-list', originals, (bytes) => {
    const checked = revocationReader.checkList(bytes, { authorities, at: at.getTime(), issuer });
    const verdict = kit.check({ crls: [bytes] });
    const isBelieved = checked.ok || verdict === 'pass';
    return isBelieved && !isOneOf(bytes, originals) ? `believed: an altered list, ${verdict}` : undefined;
  });
}

/** Certificates beside the signed part may go or come: what was signed must stay what it was. */
function answers(kit: RevocationKit): Target {
  const revokedAt = at;
  const originals = [
    kit.answer(),
    kit.answer({ chain: [kit.authorityBelow.certificate] }),
    kit.answer({ idHash: 'sha256', by: 'key' }),
    kit.answer({ status: { revokedAt, reason: 4 } }),
    kit.answer({ status: 'unknown' }),
  ];
  const authorities = [kit.root.certificate, kit.authorityBelow.certificate];
  const certificate = kit.signer.certificate;
  const words = new Set(originals.map((one) => said(one)));
  function said(bytes: Buffer): string {
    const checked = revocationReader.checkAnswer(bytes, {
      certificate,
      authorities,
      at: at.getTime(),
      nonce: NONCE,
    });
    return JSON.stringify([checked, kit.check({ ocsp: [bytes] })]);
  }
  return ofDer('ocsp', originals, (bytes) => {
    const verdict = said(bytes);
    const isBelieved = verdict.startsWith('[{"ok":true') || verdict.endsWith('"pass"]');
    return isBelieved && !words.has(verdict) ? `believed: other words, ${verdict}` : undefined;
  });
}

async function timeStamps(): Promise<Target> {
  const authorities = await createAuthorities(at);
  const stamper = await issueTimeStamper(authorities, at);
  const digest = Buffer.alloc(32, 7);
  const originals = [{}, { accuracySeconds: 2 }, { nonce: Buffer.from('abcd1234', 'hex') }].map((more) =>
    stampTime(stamper, { hash: 'sha256', digest, at, ...more }),
  );
  const validate = createTimeStampValidator({ anchors: [authorities.root.certificate] });
  const later = new Date(at.getTime() + 3_600_000);
  return ofDer('time-stamp', originals, (bytes) => {
    const verdict = validate({ token: bytes, imprint: () => digest }, { now: later });
    return verdict.ok && verdict.time.getTime() !== at.getTime()
      ? `believed: ${verdict.time.toISOString()}`
      : undefined;
  });
}
