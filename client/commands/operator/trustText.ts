import { certificateInspector } from '../../../adapters/trust/inspectCertificate.ts';
import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { CommandContext } from '../../command.ts';
import { titled } from '../../table.ts';

/** A trust list for a person: who published it, whose signatures it lets in, by which rules. */
export function trustText(view: AnswerOf<'showTrust'>, { word }: Pick<CommandContext, 'word'>): string {
  const { list } = view;
  if (!list) return word('trustListNone');
  const named = (certificate: string): string => {
    const facts = certificateInspector.inspect(Buffer.from(certificate, 'base64'));
    if (typeof facts === 'string') return facts;
    return `${facts.subject} (${word('until')} ${new Date(facts.notAfter).toISOString().slice(0, 10)})`;
  };
  return titled([
    [word('version'), `${view.version}  ${view.sha256 ?? ''}`],
    [word('lastChange'), [view.at, view.by, view.reason].filter(Boolean).join('  ')],
    ...list.anchors.map(
      ({ certificate, agencies }) =>
        ['anchors', `${named(certificate)}${agencies ? `: ${agencies.join(', ')}` : ''}`] as const,
    ),
    ...list.intermediates.map((certificate) => ['intermediates', named(certificate)] as const),
    ...list.timeStamps.anchors.map((certificate) => ['timeStamps', named(certificate)] as const),
    ['signatureAlgorithms', list.signatureAlgorithms.join(', ')],
    ['keySizes', `RSA ${list.keySizes.rsa}, ${list.keySizes.curves.join(', ')}`],
    ['policies', JSON.stringify(list.policies)],
    ['revocation', `${list.revocation.whenStale}, ${list.revocation.hours} h`],
    [
      'xmlSignature',
      [list.xmlSignature.usual, ...list.xmlSignature.except.map(({ agency, demand }) => `${agency}: ${demand}`)].join(
        ', ',
      ),
    ],
    ['attachments', list.attachments],
  ]);
}
