import type { Choice } from './choice.ts';
import { at, pick } from './pick.ts';
import type { Plan, Reference } from './plan.ts';
import { AGENCIES, AGENCY_CODES, type AgencyCode } from './town/places.ts';
import { DAY, HOUR, isHeld, type ModelDelivery, type ModelDispatch, type Town } from './town/town.ts';

const DATE = '2026/03/02';

/** The message that a choice means, about what was sent before; undefined where nothing was. */
export function planOf(choice: Choice, town: Town): Plan | undefined {
  const documents = [...town.dispatches.values()].filter(({ kind }) => kind === 'document');
  if (choice.what === 'letter') return letter(choice, town, documents);
  const likely = documents.filter(({ id }) => isLikely(choice, town, id));
  const about = pick(likely.length > 0 && choice.odds[0] < 70 ? likely : documents, choice.picks[0]);
  if (!about) return undefined;
  if (choice.what === 'again') return again(choice, town);
  const number = nextNumber(town);
  const known = { ...BLANK, number, documentId: `document ${number}`, subject: `${choice.what} ${number}` };
  if (choice.what === 'recall' || choice.what === 'update' || choice.what === 'replace')
    return correction(choice, known, { about, documents });
  return status(choice, known, { about, asked: askedAt(town, about) });
}

const isAsked = ({ recall, revision }: ModelDelivery): boolean =>
  recall?.state === 'requested' || revision?.state === 'requested';

/** The recipients of a document that have something to answer. */
const askedAt = (town: Town, { id }: ModelDispatch): readonly AgencyCode[] =>
  [...town.deliveries.values()].filter((one) => one.dispatch === id && isAsked(one)).map(({ recipient }) => recipient);

/** Answers are worth most where something was asked, and corrections where somebody has the document. */
function isLikely({ what }: Choice, town: Town, dispatch: string): boolean {
  const deliveries = [...town.deliveries.values()].filter((one) => one.dispatch === dispatch);
  if (what === 'answer') return deliveries.some(isAsked);
  return deliveries.some((one) => isHeld(one, town.now) || one.state === 'acknowledged');
}

const BLANK: Plan = {
  kind: 'new',
  from: 'X91.04',
  to: [],
  documentId: '',
  number: '',
  date: DATE,
  subject: '',
  urgent: false,
  expiresIn: undefined,
  about: [],
  code: undefined,
  added: [],
  removed: [],
  at: [],
};

function nextNumber(town: Town): string {
  town.numbers += 1;
  return String(town.numbers);
}

/** Each subset of the agencies but none. */
const subset = (bits: number): readonly AgencyCode[] =>
  AGENCY_CODES.filter((_, place) => (((bits % 15) + 1) >> place) % 2 === 1);

function letter({ picks, odds }: Choice, town: Town, documents: readonly ModelDispatch[]): Plan {
  const from = at(AGENCY_CODES, picks[0]);
  const number = nextNumber(town);
  // A number that was given twice: by it alone nobody can say which one is meant.
  const twin = odds[0] < 10 ? documents.find(({ sender }) => sender === from)?.number : undefined;
  return {
    ...BLANK,
    from,
    to: subset(picks[1]),
    documentId: `document ${number}`,
    number: twin ?? number,
    subject: `letter ${number}`,
    urgent: odds[1] < 25,
    expiresIn: odds[2] < 10 ? 2 * HOUR : odds[2] < 20 ? 3 * DAY : undefined,
  };
}

/** The same bytes once more, or other bytes under the same DocumentId. */
function again({ picks, odds }: Choice, town: Town): Plan | undefined {
  const earlier = pick([...town.dispatches.values()], picks[0])?.plan;
  return earlier && odds[0] < 30 ? { ...earlier, subject: `${earlier.subject}, other words` } : earlier;
}

/** Sometimes under an id of the writer's own: then number and date must do. */
const referenceTo = ({ documentId, number, date, sender }: ModelDispatch, vendor: boolean): Reference => ({
  documentId: vendor ? 'of the vendor' : documentId,
  number,
  date,
  notation: AGENCIES[sender].notation,
});

const CODES = ['01', '02', '03', '03', '04', '05', '06', '07'] as const;

interface About {
  readonly about: ModelDispatch;
  readonly asked: readonly AgencyCode[];
}

function status({ what, picks, odds }: Choice, known: Plan, { about, asked }: About): Plan {
  const stranger = odds[0] < 5 ? at(AGENCY_CODES, picks[2]) : undefined;
  const recipient = at(what === 'answer' && asked.length > 0 ? asked : about.recipients, picks[1]);
  const isOwn = what === 'takeBack';
  const code = isOwn ? '13' : what === 'answer' ? (odds[2] < 50 ? '15' : '16') : at(CODES, picks[2]);
  const reference = referenceTo(about, odds[1] < 5);
  return {
    ...known,
    kind: 'status',
    from: stranger ?? (isOwn ? about.sender : recipient),
    to: [isOwn ? recipient : about.sender],
    documentId: '',
    about: [reference],
    code,
  };
}

interface Context {
  readonly about: ModelDispatch;
  readonly documents: readonly ModelDispatch[];
}

function correction({ what, picks, odds }: Choice, known: Plan, { about, documents }: Context): Plan {
  const from = odds[0] < 4 ? at(AGENCY_CODES, picks[2]) : about.sender;
  const to = odds[1] < 60 ? about.recipients : subset(picks[1]);
  const reference = referenceTo(about, odds[2] >= 95);
  // Writers of updates often keep the DocumentId.
  const documentId = odds[2] < 20 ? about.documentId : known.documentId;
  const shared = { ...known, from, to, documentId, about: [reference], urgent: picks[2] % 4 === 0 };
  if (what === 'recall') return { ...shared, kind: 'recall' };
  if (what === 'update') {
    const removed = picks[1] % 3 === 0 ? [at(AGENCY_CODES, picks[2])] : [];
    const added = picks[1] % 3 === 1 ? [at(AGENCY_CODES, picks[2])] : [];
    return { ...shared, kind: odds[1] % 3 === 0 ? 'amend' : 'update', removed, added };
  }
  // One message may replace two documents at once.
  const other =
    picks[2] % 3 === 0 ? documents.findLast((one) => one.sender === from && one.id !== about.id) : undefined;
  const twice = other && other.documentId !== about.documentId ? [reference, referenceTo(other, false)] : [reference];
  return { ...shared, kind: 'replace', about: twice, at: picks[1] % 4 === 0 ? subset(picks[2]) : about.recipients };
}
