/** What the axis does with a signed message before it is kept, without a network: profile, claim, path, signature, report. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificateJudge } from '../../adapters/trust/certificateJudge.ts';
import { signEdxml } from '../../adapters/trust/signEdxml.ts';
import { createTimeStampJudge } from '../../adapters/trust/timeStamp.ts';
import { createDocumentReader } from '../../adapters/xml/documentReader.ts';
import { thumbprintOf } from '../../core/contract/derivedIds.ts';
import type { AgencyId, Sha256, Thumbprint } from '../../core/contract/ids.ts';
import type { AgencyRecord, CertificateClaim } from '../../core/contract/records.ts';
import { type PublishedTrust, TRUST_LIST } from '../../core/contract/trustList.ts';
import { type VerifyPorts, verifySigner } from '../../core/verify/verifySigner.ts';
import { type Authorities, createAuthorities, issueSigner } from '../../world/authorities.ts';
import { childCpu } from './childCpu.ts';
import { letterOfSize } from './shapes.ts';

const AT = new Date('2026-11-22T00:00:00Z');
const CODE = 'X91.04';

export interface WholeCase {
  readonly name: string;
  readonly signed: Buffer;
  /** One verification; throws when the message is not accepted. */
  readonly verify: () => Promise<void>;
  /** CPU of xmlsec1 for the same: certificate path, signature and digest, ms. */
  readonly xmlsecCpu: (folder: string, repeats: number) => number;
}

/** A letter of 8 KB, signed with the certificates of the signer and its issuer in it, by RSA and by P-256. */
export async function wholeCases(): Promise<readonly WholeCase[]> {
  const authorities = await createAuthorities(AT);
  return Promise.all((['rsa-2048', 'p-256'] as const).map((key) => wholeCase(authorities, key)));
}

async function wholeCase(authorities: Authorities, key: 'rsa-2048' | 'p-256'): Promise<WholeCase> {
  const signer = await issueSigner(authorities, { code: CODE, name: 'Sở Thử nghiệm', key, at: AT });
  const signed = await signEdxml(letterOfSize(8192), { key: signer.privateKey, certificates: signer.chain });
  const thumbprint = thumbprintOf(signer.certificate);
  const agencyId = 'agency' as AgencyId;
  const claim: CertificateClaim = {
    thumbprint,
    agencyId,
    der: signer.certificate.toString('base64'),
    notAfter: Number.MAX_SAFE_INTEGER,
    from: 0,
  };
  const anchors = [{ certificate: authorities.root.certificate.toString('base64') }];
  const intermediates = [authorities.issuing.certificate.toString('base64')];
  const list = TRUST_LIST.parse({ v: 1, anchors, intermediates });
  const trust: PublishedTrust = { version: 1, sha256: 'of this list' as Sha256, list };
  return {
    name: key === 'rsa-2048' ? '8 KB, RSA-2048' : '8 KB, P-256',
    signed,
    verify: verifier(signed, senderOf(agencyId, thumbprint), portsOf(claim, trust)),
    xmlsecCpu: (folder, repeats) => xmlsecCpu({ signed, authorities, folder }, repeats),
  };
}

function verifier(bytes: Buffer, sender: AgencyRecord, ports: VerifyPorts): () => Promise<void> {
  const reader = createDocumentReader({ bytes: bytes.length });
  return async () => {
    const opened = reader.open(bytes);
    if (!opened.ok) throw new Error(`refused: ${opened.refusal.code}`);
    const report = await verifySigner({ bytes, opened: opened.value, sender, attachments: 1, at: AT }, ports);
    if (!report.ok) throw new Error(`refused: ${JSON.stringify(report.refusal)}`);
  };
}

function senderOf(agencyId: AgencyId, thumbprint: Thumbprint): AgencyRecord {
  return {
    ...{ v: 1, agencyId, code: CODE, name: 'Sở Thử nghiệm', revision: 1, status: 'active', createdAt: 0 },
    policy: { unsigned: 'refuse' },
    certificates: [thumbprint],
    history: [],
  };
}

function portsOf(claim: CertificateClaim, trust: PublishedTrust): VerifyPorts {
  return {
    directory: { certificate: () => Promise.resolve(claim) },
    trust: { current: () => Promise.resolve(trust) },
    certificates: createCertificateJudge(),
    timeStamps: createTimeStampJudge(),
    detached: {
      read: () => {
        throw new Error('no detached signature here');
      },
    },
    revocation: { current: async () => ({ sources: [], objects: new Map() }) },
  };
}

interface XmlsecWork {
  readonly signed: Buffer;
  readonly authorities: Authorities;
  readonly folder: string;
}

function xmlsecCpu({ signed, authorities, folder }: XmlsecWork, repeats: number): number {
  const paths = {
    document: join(folder, 'whole.xml'),
    root: join(folder, 'root.der'),
    issuing: join(folder, 'ca.der'),
  };
  writeFileSync(paths.document, signed);
  writeFileSync(paths.root, authorities.root.certificate);
  writeFileSync(paths.issuing, authorities.issuing.certificate);
  const trust = ['--trusted-der', paths.root, '--untrusted-der', paths.issuing];
  const options = ['--verify', '--verification-gmt-time', '2026-11-22 00:00:00', ...trust];
  return childCpu('xmlsec1', (repeat) => [...options, '--repeat', String(repeat), paths.document], repeats);
}
