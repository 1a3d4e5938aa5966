import { referenceTo, type WantedAct, type WantedTarget, wantedAct } from '../act/wantedAct.ts';
import type { AgencyId, DispatchId } from '../contract/ids.ts';
import type { Act, ActOn, How, Link } from '../contract/life.ts';
import { LIMITS } from '../contract/limits.ts';
import type { Directory } from '../contract/ports.ts';
import type { AgencyRecord, DispatchRecord, Recipient } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { type Check, warned } from '../contract/report.ts';
import { normalizeAgencyCode } from '../edxml/agencyCode.ts';
import type { EdxmlMessage, ResponseFor } from '../edxml/message.ts';
import { correctionsOf, type FindPorts, findDocument, nameOf } from './findDocument.ts';

export interface ResolvePorts extends FindPorts {
  readonly directory: Pick<Directory, 'agencies' | 'agenciesByCode' | 'codeHolders'>;
}

export interface ActingMessage {
  readonly message: EdxmlMessage;
  readonly sender: AgencyRecord;
  readonly recipients: readonly Recipient[];
}

/** Warnings of one kind that a report holds. */
const SHOWN = 10;

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
      fits: async (dispatch) =>
        (await recipientIds([dispatch], [sender.agencyId], ports))(dispatch, sender.agencyId).length > 0,
    },
    ports,
  );
  if (!found.ok) return found;
  const idsAt = await recipientIds([found.value], [sender.agencyId], ports);
  const [agencyId = sender.agencyId] = idsAt(found.value, sender.agencyId);
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
    const concernedOnes = await concerned(target, acting, ports);
    const reached = await reach(found.value, concernedOnes, ports);
    for (const recipient of concernedOnes) {
      const how = howOf(wanted, recipient);
      const acted = reached(recipient.agencyId);
      for (const one of acted) on.push({ how, ...one, recipient: recipient.agencyId });
      if (acted.length > 0) never.delete(recipient);
      else if (how === 'recall' || how === 'remove')
        strangers.push(`${recipient.code} was no recipient of ${nameOf(reference)}`);
    }
  }
  const recipients = acting.recipients.filter((one) => !never.has(one));
  if (recipients.length === 0 || (wanted.as === 'status' && on.length === 0))
    return refuse('document-unknown', { document: few(strangers).join('; ') });
  return accept({
    recipients,
    act: { ...factsOf(wanted), on },
    links,
    warnings: few(strangers).map((text) => warned('message-fields', text)),
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

/** As many as a person reads. */
const few = (texts: readonly string[]): readonly string[] =>
  texts.length <= SHOWN ? texts : [...texts.slice(0, SHOWN), `and ${texts.length - SHOWN} more`];

type Reach = Pick<ActOn, 'dispatchId' | 'agencyId'>;

/**
 * Which deliveries of a document each of some agencies has: under its own id or that of an agency which was merged into it; where an
 * update added it, those of the newest update that it was a recipient of.
 */
async function reach(
  document: DispatchRecord,
  recipients: readonly Recipient[],
  ports: ResolvePorts,
): Promise<(agency: AgencyId) => readonly Reach[]> {
  const wanted = recipients.map(({ agencyId }) => agencyId);
  const idsAt = await recipientIds([document], wanted, ports);
  const added = wanted.filter((agency) => idsAt(document, agency).length === 0);
  const updates = added.length === 0 ? [] : await correctionsOf(document.sender, document.headline.documentId, ports);
  const idsAtUpdates = await recipientIds(updates, added, ports);
  return (agency) => {
    const holder = [document, ...updates].find(
      (one) => (one === document ? idsAt : idsAtUpdates)(one, agency).length > 0,
    );
    if (!holder) return [];
    const ids = (holder === document ? idsAt : idsAtUpdates)(holder, agency);
    return ids.map((agencyId) => ({ dispatchId: holder.dispatchId, agencyId }));
  };
}

/**
 * Under which ids of a dispatch's recipients an agency is meant: its own, and those of agencies that were merged into it since. The
 * directory is asked only where an agency does not find itself, once for all.
 */
async function recipientIds(
  dispatches: readonly DispatchRecord[],
  agencies: readonly AgencyId[],
  { directory }: ResolvePorts,
): Promise<(dispatch: DispatchRecord, agency: AgencyId) => readonly AgencyId[]> {
  const ids = new Set(dispatches.flatMap(({ details }) => details.recipients.map(({ agencyId }) => agencyId)));
  const heirs = new Map<AgencyId, AgencyId>();
  if (agencies.some((agency) => !ids.has(agency)) || ids.size > agencies.length) {
    let open: readonly AgencyId[] = [...ids];
    for (let hop = 0; hop < LIMITS.successors && open.length > 0; hop++) {
      const found = await directory.agencies(open);
      for (const agency of found) if (agency?.successor) heirs.set(agency.agencyId, agency.successor);
      open = found.flatMap((agency) => (agency?.successor && !heirs.has(agency.successor) ? [agency.successor] : []));
    }
  }
  const heirOf = (id: AgencyId): AgencyId => {
    let heir = id;
    for (let hop = 0; hop < LIMITS.successors; hop++) heir = heirs.get(heir) ?? heir;
    return heir;
  };
  const byDispatch = new Map<DispatchId, Map<AgencyId, AgencyId[]>>();
  for (const { dispatchId, details } of dispatches) {
    const meant = new Map<AgencyId, AgencyId[]>();
    for (const { agencyId } of details.recipients)
      for (const agency of new Set([agencyId, heirOf(agencyId)]))
        meant.set(agency, [...(meant.get(agency) ?? []), agencyId]);
    byDispatch.set(dispatchId, meant);
  }
  return ({ dispatchId }, agency) => byDispatch.get(dispatchId)?.get(agency) ?? [];
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
