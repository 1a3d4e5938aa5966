import { readPemCertificates } from './pemCertificates.ts';
import type { Profile } from './profile.ts';
import type { DocumentTrust } from './verifyDocument.ts';

/**
 * The certificates of a profile against which documents are verified, DER each.
 *
 * @throws UsageError when one is not PEM.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { profileTrust, readProfile } from 'docaxis-client';
 *
 * const profile = readProfile(await readFile('profile.json', 'utf8'));
 * console.log(profileTrust(profile).anchors.length, 'trusted certificates');
 */
export function profileTrust({ trust }: Profile): DocumentTrust {
  return {
    anchors: trust.anchors.flatMap(readPemCertificates),
    intermediates: trust.intermediates.flatMap(readPemCertificates),
    timeStamps: (trust.timeStamps ?? []).flatMap(readPemCertificates),
  };
}
