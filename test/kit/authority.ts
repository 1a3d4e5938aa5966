import { randomBytes } from 'node:crypto';
import { signEdxml } from '../../adapters/trust/signEdxml.ts';
import { pemOf } from '../../client/pemCertificates.ts';
import {
  authorityExtensions,
  type Issued,
  issueCertificate,
  makeKeys,
  signerExtensions,
} from '../../world/certificates.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import { agencyIdOf } from './enrolment.ts';
import type { TestAxis } from './testAxis.ts';

const REASON = 'for a test';
const YEAR = 365 * 86_400_000;

/** From when to when, in milliseconds from now. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

export interface TestAuthority {
  /** Issues a signing certificate and registers it for an agency. */
  enrol(code: string, validity: Validity): Promise<Issued>;
  sign(bytes: Buffer, signer: Issued): Promise<Buffer>;
}

/** An authority that the axis comes to trust beside its own, for certificates that a test makes itself. */
export async function openTestAuthority(town: TestAxis): Promise<TestAuthority> {
  const now = () => town.axis.clock.now();
  const name = [['CN', `Tổ chức chứng thực ${randomBytes(4).toString('hex')}`]] as const;
  const root = issueCertificate({
    name,
    keys: await makeKeys('p-256'),
    notBefore: new Date(now() - YEAR),
    notAfter: new Date(now() + YEAR),
    extensions: authorityExtensions(),
  });
  const { anchors, intermediates } = town.world;
  const list = sampleTrust({ anchors: [...anchors, pemOf(root.certificate)], intermediates });
  await town.operator.call('setTrust', { body: { list, reason: REASON } });
  town.advance(15_000);
  return {
    enrol: async (code, { from, until }) => {
      const issued = issueCertificate({
        name: [['CN', `Người ký của ${code}`]],
        keys: await makeKeys('p-256'),
        issuer: root,
        notBefore: new Date(now() + from),
        notAfter: new Date(now() + until),
        extensions: signerExtensions(),
      });
      const path = { agencyId: await agencyIdOf(town, code) };
      await town.operator.call('addCertificate', { path, body: { pem: pemOf(issued.certificate), reason: REASON } });
      return issued;
    },
    sign: (bytes, { privateKey, certificate }) => signEdxml(bytes, { key: privateKey, certificates: [certificate] }),
  };
}
