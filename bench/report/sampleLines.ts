import { dispatchIdOf } from '../../core/contract/derivedIds.ts';
import type { AgencyId } from '../../core/contract/ids.ts';
import type { DeliveryLine, ReportLine } from '../../core/contract/reportLine.ts';
import type { ReportPeriod } from '../../core/report/period.ts';
import { dayOf, isWorkingDay, startOfDay } from '../../core/timeliness/workingTime.ts';
import { type Chance, chanceOf } from './chance.ts';

/** Lines of a country that does not exist: 64 organisations, some hundred agencies, office hours, and some who are always late. */
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ORGANISATIONS = 64;
const BELOW = [
  'Văn phòng',
  'Sở Nội vụ',
  'Sở Tài chính',
  'Sở Y tế',
  'Sở Giáo dục và Đào tạo',
  'Sở Xây dựng',
  'Sở Nông nghiệp và Môi trường',
];

interface Agency {
  readonly agencyId: AgencyId;
  readonly code: string;
  readonly name: string;
  readonly system: string;
  /** From 0, always in time, to 1. */
  readonly slowness: number;
}

/** About so many agencies of all organisations, eight of each at least, by the organisation that each belongs to. */
export function sampleAgencies(seed: number, wanted: number): readonly (readonly Agency[])[] {
  const chance = chanceOf(seed);
  const below = Math.max(BELOW.length, Math.ceil(wanted / ORGANISATIONS) - 1);
  return Array.from({ length: ORGANISATIONS }, (_, n) => {
    const isMinistry = n < 22;
    const top = `${isMinistry ? 'G' : 'H'}${String(isMinistry ? n + 10 : n - 21).padStart(2, '0')}`;
    const whole = isMinistry ? `Bộ mẫu số ${n + 1}` : `Ủy ban nhân dân tỉnh mẫu số ${n - 21}`;
    return Array.from({ length: below + 1 }, (__, place) => ({
      agencyId: `0192f0a0-0000-7000-8000-${String(n * 10_000 + place).padStart(12, '0')}` as AgencyId,
      code: place === 0 ? top : `${top}.${codeBelow(place)}`,
      name: place === 0 ? whole : `${nameBelow(place - 1, isMinistry)}, ${whole}`,
      system: `he-thong-${top.toLowerCase()}`,
      slowness: chance.part() ** 3,
    }));
  });
}

/** Groups have two or three characters: from the hundredth on there is one more level. */
const codeBelow = (place: number): string =>
  place < 100
    ? String(place).padStart(2, '0')
    : `${String(Math.floor(place / 100)).padStart(2, '0')}.${String(place % 100).padStart(2, '0')}`;

function nameBelow(place: number, isMinistry: boolean): string {
  const name = BELOW[place % BELOW.length] ?? '';
  const kind = isMinistry ? name.replace('Sở', 'Cục') : name;
  return place < BELOW.length ? kind : `${kind} số ${Math.floor(place / BELOW.length) + 1}`;
}

export interface SampleQuestion {
  readonly seed: number;
  readonly period: ReportPeriod;
  readonly agencies: readonly (readonly Agency[])[];
  /** About so many deliveries. */
  readonly deliveries: number;
}

/** The lines of one part of the whole, the same again and again. */
export function* sampleLines(
  { seed, period, agencies, deliveries }: SampleQuestion,
  part: string,
): Iterable<ReportLine> {
  const chance = chanceOf(seed);
  const days = workingDays(period);
  for (let made = 0, n = 0; made < deliveries; n++) {
    const line = lineOf({ chance, agencies, at: momentIn(period, days, chance), id: `${part}${n}` });
    made += line.deliveries.length;
    yield line;
    if (line.steering === '2') yield* reportsOn(line, chance);
  }
}

/** Most of those who were asked report, some of them late. */
function* reportsOn(directive: ReportLine, chance: Chance): Iterable<ReportLine> {
  const due = Date.parse(`${(directive.dueDate ?? '').replaceAll('/', '-')}T17:00:00+07:00`);
  for (const { recipient, code, name } of directive.deliveries) {
    const at = due - 2 * DAY + chance.around(2 * DAY, 1) - (chance.is(0.7) ? 2 * DAY : 0);
    if (chance.is(0.06) || at <= Date.parse(directive.acceptedAt)) continue;
    const documentId = `${directive.dispatchId} report`;
    yield {
      dispatchId: dispatchIdOf({ sender: recipient as AgencyId, kind: 'document', documentId }),
      acceptedAt: iso(at),
      kind: 'document',
      business: 0,
      sender: recipient,
      senderCode: code,
      senderName: name,
      system: `he-thong-${code.slice(0, 3).toLowerCase()}`,
      signed: 'xmldsig',
      urgent: false,
      stampedAt: iso(at - HOUR),
      steering: '3',
      answers: [directive.dispatchId],
      deliveries: [],
    };
  }
}

function workingDays({ from, to }: ReportPeriod): readonly number[] {
  const first = dayOf(from);
  return Array.from({ length: (to - from) / DAY }, (_, n) => first + n).filter(isWorkingDay);
}

/** Before and after lunch of a working day, seldom at another time. */
function momentIn({ from, to }: ReportPeriod, days: readonly number[], chance: Chance): number {
  if (chance.is(0.04)) return from + chance.below(to - from);
  const day = startOfDay(days[chance.below(days.length)] ?? dayOf(from));
  const middle = chance.is(0.55) ? 9.5 * HOUR : 15 * HOUR;
  return Math.floor(day + middle + (chance.part() + chance.part() - 1) * 2 * HOUR);
}

interface Draft {
  readonly chance: Chance;
  readonly agencies: readonly (readonly Agency[])[];
  readonly at: number;
  readonly id: string;
}

const iso = (at: number): string => new Date(Math.floor(at)).toISOString();
function lineOf({ chance, agencies, at, id }: Draft): ReportLine {
  const own = agencies[Math.floor(chance.part() ** 1.7 * agencies.length)] ?? [];
  const sender = oneOf(own, chance);
  const dispatchId = dispatchIdOf({ sender: sender.agencyId, kind: 'document', documentId: id });
  const about = { dispatchId, acceptedAt: iso(at), sender: sender.agencyId, senderCode: sender.code };
  const common = {
    ...about,
    senderName: sender.name,
    system: sender.system,
    signed: chance.is(0.86) ? 'xmldsig' : 'none',
  } as const;
  if (chance.is(0.25)) return { ...common, kind: 'status', statusCode: '03', urgent: false, deliveries: [] };
  const signedAt = iso(at - chance.around(50 * MINUTE, 1.2));
  const directive = chance.is(0.03);
  const due =
    directive || chance.is(0.1)
      ? {
          dueDate: iso(at + (4 + chance.below(20)) * DAY)
            .slice(0, 10)
            .replaceAll('-', '/'),
        }
      : {};
  return {
    ...common,
    kind: 'document',
    business: chance.is(0.96) ? 0 : 1 + chance.below(3),
    urgent: chance.is(0.08),
    ...(common.signed === 'none' ? {} : chance.is(0.4) ? { stampedAt: signedAt } : { claimedTime: signedAt }),
    promulgationDate: iso(at - (chance.is(0.9) ? 0 : 2 * DAY) + 7 * HOUR)
      .slice(0, 10)
      .replaceAll('-', '/'),
    ...due,
    ...(directive ? { steering: '2' as const } : {}),
    deliveries: recipientsOf({ sender, own }, agencies, chance).map((recipient) => deliveryOf(recipient, at, chance)),
  };
}

function oneOf<T>(all: readonly T[], chance: Chance): T {
  const one = all[chance.below(all.length)];
  if (one === undefined) throw new TypeError('nobody to choose from');
  return one;
}

/** Mostly one or a few, now and then a circular; more than half inside the organisation. */
function recipientsOf(
  { sender, own }: { readonly sender: Agency; readonly own: readonly Agency[] },
  agencies: readonly (readonly Agency[])[],
  chance: Chance,
): readonly Agency[] {
  const many = chance.is(0.05) ? 10 + chance.below(40) : 1 + chance.below(4);
  const found = Array.from({ length: many }, () => oneOf(chance.is(0.55) ? own : oneOf(agencies, chance), chance));
  const others = new Set(found.filter((one) => one !== sender));
  return others.size > 0 ? [...others] : [oneOf(oneOf(agencies, chance), chance)];
}

function deliveryOf({ agencyId, code, name, slowness }: Agency, at: number, chance: Chance): DeliveryLine {
  const about = { recipient: agencyId, code, name };
  const deliveredAt = at + 800 + chance.below(2500);
  const queued = { state: 'queued' as const, at: iso(deliveredAt) };
  if (chance.is(0.002)) return { ...about, states: [queued], deliveredAt: queued.at };
  const pickedUpAt = deliveredAt + chance.around(4 * MINUTE * (1 + 8 * slowness), 1.2);
  const taken = { ...about, deliveredAt: queued.at, pickedUpAt: iso(pickedUpAt) };
  if (chance.is(0.004)) {
    const end = iso(pickedUpAt + 20 * MINUTE);
    return { ...taken, states: [queued, { state: 'rejected', at: end }], over: end };
  }
  const confirmedAt = pickedUpAt + chance.around(20_000, 0.8);
  const settled = {
    ...taken,
    states: [queued, { state: 'acknowledged' as const, at: iso(confirmedAt) }],
    confirmedAt: iso(confirmedAt),
  };
  if (chance.is(0.03 + 0.2 * slowness)) return settled;
  const registeredAt = confirmedAt + chance.around(HOUR * (1 + 22 * slowness), 1.1);
  if (!chance.is(0.7)) return { ...settled, registeredAt: iso(registeredAt) };
  const finishedAt = iso(registeredAt + chance.around(2.5 * DAY * (1 + slowness), 0.9));
  return { ...settled, registeredAt: iso(registeredAt), finishedAt };
}
