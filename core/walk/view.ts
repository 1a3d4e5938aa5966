import type { AnswerOf } from '../contract/answers.ts';
import { deliveryIdOf } from '../contract/derivedIds.ts';
import { viewDelivery, viewHeadline } from '../contract/headlineView.ts';
import type { DispatchId } from '../contract/ids.ts';
import { iso } from '../contract/iso.ts';
import { LIMITS } from '../contract/limits.ts';
import type {
  Clock,
  Deliveries,
  Directory,
  DirectorySearch,
  Dispatches,
  Page,
  PageRequest,
  ReceiptCertificates,
} from '../contract/ports.ts';
import type { AgencyRecord, DeliveryRecord, DispatchRecord, Recipient, SystemRecord } from '../contract/records.ts';
import { accept, type Outcome, refuse } from '../contract/refusals.ts';
import { viewTimeline } from '../contract/timeline.ts';
import { nameKeyOf } from '../view/nameKey.ts';
import { threadOf } from './thread.ts';
import { viewTimeliness } from './viewTimeliness.ts';

export interface ViewPorts {
  readonly clock: Clock;
  readonly directory: Pick<Directory, 'agency' | 'agencyByCode' | 'certificate'>;
  readonly search: DirectorySearch;
  readonly dispatches: Pick<Dispatches, 'find' | 'findMany' | 'thread' | 'sentBy'>;
  readonly deliveries: Pick<Deliveries, 'findMany'>;
  readonly receiptCertificates: ReceiptCertificates;
}

/** A dispatch as its sender sees it: every recipient; as a recipient sees it: its own delivery only. */
export async function viewDispatch(
  caller: SystemRecord,
  wanted: { readonly dispatchId: DispatchId; readonly after?: string | undefined },
  ports: ViewPorts,
): Promise<Outcome<AnswerOf<'dispatch'>>> {
  const dispatch = await ports.dispatches.find(wanted.dispatchId);
  if (!dispatch) return refuse('dispatch-not-found');
  const sender = await ports.directory.agency(dispatch.sender);
  const sent = sender?.route?.system === caller.systemId;
  const start = firstOf(wanted.after);
  const page = dispatch.details.recipients.slice(start, start + LIMITS.pageSize.most);
  const visible = sent ? await deliveriesOf(dispatch, page, ports) : await ownDeliveries(dispatch, caller, ports);
  if (!sent && visible.length === 0) return refuse('dispatch-not-found');
  const now = ports.clock.now();
  const theirs = sent ? [dispatch.sender] : visible.map(({ recipient }) => recipient);
  const more = sent && start + page.length < dispatch.details.recipients.length;
  return accept({
    ...(await viewShared(dispatch, sent, ports)),
    thread: await threadOf(dispatch, theirs, ports),
    deliveries: visible.map((delivery) => ({
      ...viewDelivery(delivery, now),
      timeliness: [...viewTimeliness(dispatch, delivery, now)],
      timeline: viewTimeline(delivery.timeline, delivery.tallies),
    })),
    ...(more ? { next: String(start + page.length) } : {}),
  });
}

const deliveriesOf = (
  { dispatchId }: DispatchRecord,
  recipients: readonly Recipient[],
  ports: ViewPorts,
): Promise<readonly DeliveryRecord[]> =>
  ports.deliveries.findMany(recipients.map(({ agencyId }) => deliveryIdOf(dispatchId, agencyId)));

/**
 * The deliveries of a dispatch that are the caller's: each says itself whose inbox it is in. Those that were the caller's
 * at acceptance are asked first; agencies that moved here since are found by asking all.
 */
async function ownDeliveries(
  dispatch: DispatchRecord,
  caller: SystemRecord,
  ports: ViewPorts,
): Promise<readonly DeliveryRecord[]> {
  const { recipients } = dispatch.details;
  const own = (deliveries: readonly DeliveryRecord[]) => deliveries.filter(({ system }) => system === caller.systemId);
  const then = own(
    await deliveriesOf(
      dispatch,
      recipients.filter(({ system }) => system === caller.systemId),
      ports,
    ),
  );
  const found = then.length > 0 ? then : own(await deliveriesOf(dispatch, recipients, ports));
  return found.slice(0, LIMITS.pageSize.most);
}

/** The place in the recipients' list from which to go on; anything else is the start. */
const firstOf = (after: string | undefined): number =>
  after !== undefined && /^\d{1,4}$/.test(after) ? Number(after) : 0;

async function viewShared(
  dispatch: DispatchRecord,
  sent: boolean,
  ports: ViewPorts,
): Promise<Omit<AnswerOf<'dispatch'>, 'deliveries' | 'thread' | 'next'>> {
  const { details } = dispatch;
  const { documentSigner } = details;
  const signer = documentSigner === undefined ? undefined : await ports.directory.certificate(documentSigner);
  const certificate = sent ? await ports.receiptCertificates.find(dispatch.receiptCertificate) : undefined;
  return {
    dispatchId: dispatch.dispatchId,
    state: dispatch.state,
    headline: viewHeadline(dispatch.headline),
    sender: dispatch.headline.senderCode,
    recipientCount: dispatch.recipientCount,
    ...(sent ? { receipt: dispatch.receipt } : {}),
    ...(certificate ? { receiptCertificate: certificate } : {}),
    ...(details.documentSignature ? { documentSignature: details.documentSignature } : {}),
    ...(signer ? { documentSignatureCertificate: signer.der } : {}),
    report: { ...details.report, checks: [...details.report.checks] },
    ...viewTimes(dispatch),
    timeline: viewTimeline(dispatch.timeline),
  };
}

/** What is due and until when things are kept. */
function viewTimes({
  details,
  content,
  hold,
}: DispatchRecord): Pick<AnswerOf<'dispatch'>, 'dueDate' | 'expiresAt' | 'retention' | 'heldSince'> {
  const { DueDate } = details.message.MessageHeader;
  return {
    ...(DueDate === undefined ? {} : { dueDate: DueDate }),
    ...(details.expiresAt === undefined ? {} : { expiresAt: iso(details.expiresAt) }),
    ...(content ? { retention: { state: content.state, at: iso(content.at) } } : {}),
    ...(hold ? { heldSince: iso(hold.at) } : {}),
  };
}

/** What one of the caller's agencies sent, newest first. A system that serves several says which. */
export async function listSent(
  caller: SystemRecord,
  wanted: PageRequest & { readonly agency?: string | undefined },
  ports: ViewPorts,
): Promise<Outcome<AnswerOf<'sent'>>> {
  const agency = await theAgency(caller, wanted.agency, ports);
  if (!agency.ok) return agency;
  const { items, next } = await ports.dispatches.sentBy(agency.value.agencyId, wanted);
  return accept({
    items: items.map(({ dispatchId, state, headline, recipientCount }) => ({
      dispatchId,
      state,
      headline: viewHeadline(headline),
      recipientCount,
    })),
    ...(next ? { next } : {}),
  });
}

async function theAgency(
  caller: SystemRecord,
  code: string | undefined,
  ports: ViewPorts,
): Promise<Outcome<AgencyRecord>> {
  if (code !== undefined) {
    const agency = await ports.directory.agencyByCode(code.toUpperCase());
    return agency?.route?.system === caller.systemId ? accept(agency) : refuse('agency-not-found', { agency: code });
  }
  const { items } = await ports.search.servedBy(caller.systemId, { limit: 2 });
  const [only] = items;
  if (items.length === 1 && only) return accept(only);
  return refuse('parameter-invalid', {
    parameter: 'agency',
    problem: 'your system serves several agencies or none: name one by its code',
  });
}

const viewAgency = (agency: AgencyRecord): AnswerOf<'agencies'>['items'][number] => ({
  code: agency.code,
  name: agency.name,
  ...(agency.parent ? { parent: agency.parent } : {}),
  connected: agency.route !== undefined,
  suspended: agency.status === 'suspended',
});

const viewPage = ({ items, next }: Page<AgencyRecord>): AnswerOf<'agencies'> => ({
  items: items.map(viewAgency),
  ...(next ? { next } : {}),
});

/** The directory, by the start of a code, by the start of a name (with or without diacritics), or below a parent. */
export async function searchAgencies(
  wanted: PageRequest & {
    readonly code?: string | undefined;
    readonly name?: string | undefined;
    readonly parent?: string | undefined;
  },
  ports: Pick<ViewPorts, 'search'>,
): Promise<AnswerOf<'agencies'>> {
  if (wanted.parent !== undefined) return viewPage(await ports.search.childrenOf(wanted.parent.toUpperCase(), wanted));
  if (wanted.name !== undefined) return viewPage(await ports.search.byName(nameKeyOf(wanted.name), wanted));
  return viewPage(await ports.search.byCode((wanted.code ?? '').toUpperCase(), wanted));
}

export async function viewMe(
  caller: SystemRecord,
  page: PageRequest,
  ports: Pick<ViewPorts, 'search'>,
): Promise<AnswerOf<'me'>> {
  return {
    systemId: caller.systemId,
    name: caller.name,
    agencies: viewPage(await ports.search.servedBy(caller.systemId, page)),
  };
}
