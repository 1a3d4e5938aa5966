import type { AnswerOf } from '../../../core/contract/answers.ts';
import type { CommandContext } from '../../command.ts';
import { titled } from '../../table.ts';

const lastOf = (history: AnswerOf<'showAgency'>['history']): string => {
  const last = history.at(-1);
  return last ? `${last.at}  ${last.ev}  ${last.by}  ${last.detail ?? ''}`.trimEnd() : '';
};

/** An agency for a person. */
export function agencyText(agency: AnswerOf<'showAgency'>, context: Pick<CommandContext, 'word' | 'now'>): string {
  const { word } = context;
  const ends = (at: string | undefined) => (at === undefined ? '' : ` (${word('until')} ${at})`);
  return titled([
    [word('code'), agency.code],
    [word('name'), agency.name],
    [word('parent'), agency.parent ?? ''],
    [word('state'), word(agency.status)],
    [word('closed'), agency.closedAt ?? ''],
    [word('system'), agency.system ?? ''],
    [word('mail'), agency.mail ?? ''],
    [word('successor'), agency.successor ?? ''],
    [word('aliases'), agency.aliases.map((alias) => `${alias.code}${ends(alias.until)}`).join(', ')],
    [
      word('certificates'),
      certificateRows(agency, context)
        .map((row) => row.join(' ').trim())
        .join(', '),
    ],
    [word('unsigned'), word(agency.policy.unsigned)],
    [word('agencyId'), agency.agencyId],
    [word('lastChange'), lastOf(agency.history)],
  ]);
}

const DAY = 86_400_000;
/** An end that is so near is marked. */
const SOON_DAYS = 60;

/** Certificates of an agency: thumbprint, what is left of it, and when it is retired before that. */
export function certificateRows(
  { certificates, expiries, retirements }: AnswerOf<'showAgency'>,
  { word, now }: Pick<CommandContext, 'word' | 'now'>,
): readonly (readonly [thumbprint: string, left: string, retires: string])[] {
  const ends = new Map(expiries.map((one) => [one.thumbprint, one.notAfter]));
  const retired = new Map(retirements.map((one) => [one.thumbprint, one.until]));
  const left = (notAfter: string | undefined): string => {
    if (notAfter === undefined) return '';
    const days = Math.floor((Date.parse(notAfter) - now()) / DAY);
    if (days < 0) return `! ${word('isOver')} ${notAfter.slice(0, 10)}`;
    return `${days < SOON_DAYS ? '! ' : ''}${notAfter.slice(0, 10)}, ${days} ${word('daysLeft')}`;
  };
  return certificates.map((one) => {
    const until = retired.get(one);
    return [one, left(ends.get(one)), until === undefined ? '' : `(${word('until')} ${until})`];
  });
}

/** A system for a person. */
export function systemText(system: AnswerOf<'showSystem'>, { word }: Pick<CommandContext, 'word'>): string {
  const until = new Map(system.retirements.map((one) => [one.kid, one.until]));
  const keys = system.keys.map((kid) => {
    const end = until.get(kid);
    return end === undefined ? kid : `${kid} (${word('until')} ${end})`;
  });
  const secrets = system.secrets.map(({ secretId, note, from, until: end }) => {
    const about = [note, from, end === undefined ? undefined : `${word('until')} ${end}`];
    return `${secretId} (${about.filter((part) => part !== undefined).join(', ')})`;
  });
  return titled([
    [word('system'), system.systemId],
    [word('name'), system.name],
    [word('state'), word(system.status)],
    [word('keys'), keys.join(', ')],
    [word('secrets'), secrets.join(', ')],
    [word('limits'), limitsText(system.limits, word)],
    [word('refusals'), system.refusals.map(({ at, code, route }) => `${at} ${route} ${code}`).join('; ')],
    [word('lastChange'), lastOf(system.history)],
  ]);
}

const limitsText = ({ requests, bytes }: AnswerOf<'showSystem'>['limits'], word: CommandContext['word']): string =>
  `${requests} ${word('perMinute')} ${Math.ceil(bytes / (1024 * 1024))} ${word('megabytesPerMinute')}`;

/** A secret that was just issued, for a person: there is no second time. */
export function secretText(issued: AnswerOf<'addSecret'>, { word }: Pick<CommandContext, 'word'>): string {
  const { systemId, secretId, secret } = issued;
  const told = titled([
    [word('system'), systemId],
    [word('secretId'), secretId],
    [word('secret'), secret],
  ]);
  return `${told}\n${word('secretOnce')}`;
}
