import { referenceTo, type WantedAct, type WantedTarget, wantedAct } from '../act/wantedAct.ts';
import type { AgencyId } from '../contract/ids.ts';
import type { Act, ActOn, How, Link } from '../contract/life.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Directory } from '../contract/ports.ts';
import type { AgencyRecord, DispatchRecord, Recipient } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { type Check, warned } from '../contract/report.ts';
import { normalizeAgencyCode } from '../edxml/agencyCode.ts';
import type { EdxmlMessage, ResponseFor } from '../edxml/message.ts';
import { type FindPorts, findDocument, nameOf } from './findDocument.ts';

export interface ResolvePorts extends FindPorts {
  readonly directory: Pick<Directory, 'agencies' | 'agenciesByCode' | 'codeHolders'>;
}

export interface ActingMessage {
  readonly message: EdxmlMessage;
  readonly sender: AgencyRecord;
  readonly recipients: readonly Recipient[];
}

/** What a message acts on and refers to, all of it found and allowed. */
export interface ResolvedAct {
  /** Without agencies that an update takes off a list on which they never were. */
  readonly recipients: readonly Recipient[];
  readonly act?: Act;
  readonly links: readonly Link[];
  readonly warnings: readonly Check[];
}

/**
 * Finds the deliveries that a message acts on. Who may act follows from the records and not from the message's word: a status comes from
 * a recipient of the document, a take-back, recall, update or replacement from its sender.
 */
export async function resolveAct(acting: ActingMessage, ports: ResolvePorts): Promise<Outcome<ResolvedAct>> {
  const wanted = wantedAct(acting.message);
  if (wanted === undefined)
    return accept({ recipients: acting.recipients, links: await answeredBy(acting, ports), warnings: [] });
  if (wanted.targets.length > LIMITS.actTargets)
    return refuse('acts-too-many', { count: wanted.targets.length, limit: LIMITS.actTargets });
  return wanted.as === 'status' && wanted.code !== '13'
    ? resolveReport(wanted, acting, ports)
    : resolveCorrection(wanted, acting, ports);
}

/** A recipient's report on a document of the agency that ResponseFor names. */
async function resolveReport(
  wanted: WantedAct,
  acting: ActingMessage,
  ports: ResolvePorts,
): Promise<Outcome<ResolvedAct>> {
  const { message, sender, recipients } = acting;
  const [about] = message.MessageHeader.ResponseFor;
  const [to] = recipients;
  const [target] = wanted.targets;
  if (!about || !to || !target) return refuse('document-unknown', { document: '' });
  const found = await findDocument(
    {
      reference: target.reference,
      senders: await ownersOf(about, to, ports),
      fits: async (dispatch) => (await recipientOf(dispatch, sender.agencyId, ports)) !== undefined,
    },
    ports,
  );
  if (!found.ok) return found;
  const agencyId = (await recipientOf(found.value, sender.agencyId, ports)) ?? sender.agencyId;
  const own: ActOn = { how: 'status', dispatchId: found.value.dispatchId, agencyId, recipient: to.agencyId };
  return accept({
    recipients,
    act: { ...factsOf(wanted), on: answered(wanted, found.value, own) },
    links: [{ dispatchId: found.value.dispatchId, as: 'status' }],
    warnings: [],
  });
}

/** An answer may name the recall or update itself instead of the document: then it answers what that one asked. */
function answered({ code }: WantedAct, { details }: DispatchRecord, own: ActOn): readonly ActOn[] {
  const asked = code === '15' || code === '16' ? (details.act?.on ?? []) : [];
  const on = asked.filter(({ recipient }) => recipient === own.agencyId);
  return [own, ...on.map(({ dispatchId, agencyId }) => ({ ...own, how: 'answer' as const, dispatchId, agencyId }))];
}

/** The sender's own act on its earlier documents. */
async function resolveCorrection(
  wanted: WantedAct,
  acting: ActingMessage,
  ports: ResolvePorts,
): Promise<Outcome<ResolvedAct>> {
  const senders = [acting.sender.agencyId];
  const on: ActOn[] = [];
  const links: Link[] = [];
  const strangers: string[] = [];
  const never = new Set(acting.recipients.filter((one) => howOf(wanted, one) === 'remove'));
  for (const target of wanted.targets) {
    const { reference } = target;
    const found = await findDocument({ reference, senders, fits: () => true }, ports);
    if (!found.ok) return found;
    const { dispatchId } = found.value;
    links.push({ dispatchId, as: wanted.as });
    for (const recipient of await concerned(target, acting, ports)) {
      const agencyId = await recipientOf(found.value, recipient.agencyId, ports);
      const how = howOf(wanted, recipient);
      if (agencyId) {
        on.push({ how, dispatchId, agencyId, recipient: recipient.agencyId });
        never.delete(recipient);
      }
      if (!agencyId && (how === 'recall' || how === 'remove'))
        strangers.push(`${recipient.code} was no recipient of ${nameOf(reference)}`);
    }
  }
  const recipients = acting.recipients.filter((one) => !never.has(one));
  if (recipients.length === 0 || (wanted.as === 'status' && on.length === 0))
    return refuse('document-unknown', { document: strangers.join('; ') });
  return accept({
    recipients,
    act: { ...factsOf(wanted), on },
    links,
    warnings: strangers.map((text) => warned('message-fields', text)),
  });
}

function howOf({ as, removed, contentStays }: WantedAct, { code }: Recipient): How {
  if (as === 'update') {
    if (removed.includes(code)) return 'remove';
    return contentStays ? 'amend' : 'update';
  }
  return as === 'replace' ? 'replace' : 'recall';
}

/** The recipients of the acting message that a target concerns. */
async function concerned(
  { only }: WantedTarget,
  { recipients }: ActingMessage,
  ports: ResolvePorts,
): Promise<readonly Recipient[]> {
  if (only === undefined) return recipients;
  const named = new Set((await ports.directory.agenciesByCode(only)).map((agency) => agency?.agencyId));
  return recipients.filter(({ agencyId }) => named.has(agencyId));
}

/** Under which id an agency was a recipient: its own, or that of an agency which was merged into it since. */
async function recipientOf(
  { details }: DispatchRecord,
  agency: AgencyId,
  ports: ResolvePorts,
): Promise<AgencyId | undefined> {
  const ids = details.recipients.map(({ agencyId }) => agencyId);
  if (ids.includes(agency)) return agency;
  const then = await ports.directory.agencies(ids);
  return then.find((recipient) => recipient?.successor === agency)?.agencyId;
}

/** The agency that a code means now, and the one that held it before it was merged: documents stay under the id that sent them. */
async function ownersOf(
  { OrganId }: ResponseFor,
  now: Pick<Recipient, 'agencyId'>,
  { directory }: ResolvePorts,
): Promise<readonly AgencyId[]> {
  const [holder] = await directory.codeHolders([normalizeAgencyCode(OrganId ?? '')]);
  return [...new Set([now.agencyId, ...(holder ? [holder] : [])])];
}

/** Documents that a new one answers and that its sender is a party to. What is not found here stays a text of the message. */
async function answeredBy({ message, sender }: ActingMessage, ports: ResolvePorts): Promise<readonly Link[]> {
  const answers = message.MessageHeader.ResponseFor.filter(({ OrganId }) => OrganId !== undefined).slice(
    0,
    LIMITS.links,
  );
  const owners = await ports.directory.agenciesByCode(answers.map(({ OrganId = '' }) => normalizeAgencyCode(OrganId)));
  const found = await Promise.all(
    answers.map(async (answer, place) => {
      const owner = owners[place];
      if (!owner) return undefined;
      const isParty = (dispatch: DispatchRecord) =>
        dispatch.sender === sender.agencyId ||
        dispatch.details.recipients.some(({ agencyId }) => agencyId === sender.agencyId);
      const senders = await ownersOf(answer, owner, ports);
      const document = await findDocument({ reference: referenceTo(answer), senders, fits: isParty }, ports);
      return document.ok ? document.value.dispatchId : undefined;
    }),
  );
  return [...new Set(found)].flatMap((dispatchId) => (dispatchId ? [{ dispatchId, as: 'reply' as const }] : []));
}

const factsOf = ({ code, reason }: WantedAct): Omit<Act, 'on'> => ({
  ...(code === undefined ? {} : { code }),
  ...(reason === undefined ? {} : { reason }),
});
