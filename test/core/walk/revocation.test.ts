import { expect, test } from 'vitest';
import { thumbprintOf } from '../../../core/contract/derivedIds.ts';
import type { AgencyId, Sha256 } from '../../../core/contract/ids.ts';
import { LIMITS } from '../../../core/contract/limits.ts';
import type {
  CheckedNews,
  Fetched,
  FetchRequest,
  RevocationPointers,
  RevocationRecord,
} from '../../../core/contract/revocation.ts';
import { TRUST_LIST } from '../../../core/contract/trustList.ts';
import { type RefreshPorts, refreshRevocation } from '../../../core/walk/revocation.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const anchor = Buffer.alloc(64, 1);
const stampAnchor = Buffer.alloc(64, 2);

/** A round's surroundings in memory: certificates are texts, news are texts that say when they end. */
function surroundings(registered: Readonly<Record<string, Partial<RevocationPointers>>>) {
  const state = {
    now: NOW,
    trust: 1,
    record: undefined as RevocationRecord | undefined,
    asked: [] as FetchRequest[],
    stored: new Map<string, Buffer>(),
    answer: (_: FetchRequest): Fetched => ({ what: 'new', bytes: newsUntil(NOW + 24 * HOUR) }),
    looks: 0,
  };
  const pointersOf = (der: Buffer): RevocationPointers | undefined => {
    const found = registered[der.toString()];
    return found && { issuer: 'CA', crl: [], ocsp: [], ...found };
  };
  const check = (bytes: Buffer): CheckedNews => {
    const [thisUpdate = 0, nextUpdate = 0] = bytes.toString().split(' ').map(Number);
    return nextUpdate > 0 ? { ok: true, thisUpdate, nextUpdate } : { ok: false, why: 'not signed' };
  };
  const ports: RefreshPorts = {
    clock: { now: () => state.now },
    trust: {
      current: async () => ({
        version: state.trust,
        sha256: 'x' as Sha256,
        list: TRUST_LIST.parse({
          v: 1,
          anchors: [{ certificate: anchor.toString('base64') }],
          timeStamps: { anchors: [stampAnchor.toString('base64')] },
        }),
      }),
    },
    listing: {
      inForce: async () => {
        state.looks++;
        const items = Object.keys(registered).map((name) => {
          const der = Buffer.from(name);
          return {
            thumbprint: thumbprintOf(der),
            agencyId: 'a' as AgencyId,
            der: der.toString('base64'),
            from: 0,
            notAfter: 0,
          };
        });
        return { items };
      },
    },
    index: {
      current: async () => state.record,
      replace: async (record, seen) => {
        if (state.record !== seen) return false;
        state.record = record;
        return true;
      },
    },
    objects: {
      read: async () => undefined,
      write: async (sha256, bytes) => void state.stored.set(sha256, bytes),
    },
    web: {
      fetch: async (request) => {
        state.asked.push(request);
        return state.answer(request);
      },
    },
    reader: {
      pointers: pointersOf,
      checkList: check,
      question: (certificate) =>
        certificate.toString() === 'orphan' ? undefined : Buffer.from(`about ${certificate}`),
      checkAnswer: check,
    },
    nonce: () => Buffer.alloc(16),
  };
  const round = async (later = 0) => {
    state.now += later;
    state.asked.length = 0;
    return refreshRevocation(ports);
  };
  return { state, ports, round };
}

const newsUntil = (nextUpdate: number, thisUpdate = NOW): Buffer => Buffer.from(`${thisUpdate} ${nextUpdate}`);

test('lists are asked once each, whoever names them; responders only for certificates that name no list', async () => {
  const { state, round } = surroundings({
    one: { crl: ['http://a/1.crl'], ocsp: ['http://o/'] },
    two: { crl: ['http://a/1.crl'] },
    three: { ocsp: ['http://o/'] },
    four: { ocsp: ['http://o/'] },
    plain: {},
  });
  expect(await round()).toMatchObject({ sources: 3, asked: 3, renewed: 3, failing: 0, stale: 0, leftOut: 0 });
  expect(state.asked.map(({ address, post }) => `${address} ${post?.body.toString() ?? ''}`).toSorted()).toEqual([
    'http://a/1.crl ',
    'http://o/ about four',
    'http://o/ about three',
  ]);
  expect(state.stored.size).toBe(1);
});

test('each issuer has a list of its own at an address, and the authorities of time-stamps are asked about too', async () => {
  const { state, ports, round } = surroundings({
    stranger: { crl: ['http://a/1.crl'], issuer: 'Stranger' },
    one: { crl: ['http://a/1.crl'] },
  });
  const checkList: RefreshPorts['reader']['checkList'] = (bytes, { issuer, authorities }) =>
    issuer === 'CA' && authorities.some((der) => der.equals(stampAnchor))
      ? ports.reader.checkAnswer(bytes, { certificate: anchor, authorities, at: 0, nonce: anchor })
      : { ok: false, why: 'of another' };
  await round();
  expect(state.record?.sources.map(({ issuer }) => issuer)).toEqual(['Stranger', 'CA']);
  state.record = undefined;
  await refreshRevocation({ ...ports, reader: { ...ports.reader, checkList } });
  expect(state.record).toMatchObject({
    sources: [
      { issuer: 'Stranger', failing: { why: 'of another' } },
      { issuer: 'CA', held: { nextUpdate: NOW + 24 * HOUR } },
    ],
  });
});

test('a round in which nothing is due asks nobody, looks at nothing and writes nothing', async () => {
  const { state, round } = surroundings({ one: { crl: ['http://a/1.crl'] } });
  await round();
  const before = state.record;
  expect(await round(5 * MINUTE)).toMatchObject({ asked: 0, renewed: 0 });
  expect(state.looks).toBe(1);
  expect(state.record).toBe(before);
});

test('another trust list is looked through at once', async () => {
  const { state, round } = surroundings({ one: { crl: ['http://a/1.crl'] } });
  await round();
  state.trust = 2;
  await round(MINUTE);
  expect(state.looks).toBe(2);
  expect(state.record?.trust).toBe(2);
});

test('what fails is asked each round; what was held stays, and since when it fails is remembered', async () => {
  const { state, round } = surroundings({ one: { crl: ['http://a/1.crl'] } });
  await round();
  const held = state.record?.sources[0]?.held;
  state.answer = () => ({ what: 'failed', why: 'it answers 503' });
  expect(await round(HOUR)).toMatchObject({ asked: 1, failing: 1, stale: 0 });
  const since = state.now;
  expect(await round(5 * MINUTE)).toMatchObject({ asked: 1, failing: 1 });
  expect(state.record?.sources[0]).toMatchObject({ held, failing: { since, why: 'it answers 503' } });
  expect(await round(48 * HOUR)).toMatchObject({ failing: 1, stale: 1 });
  expect((await round())?.staleHours).toBeCloseTo(25.08, 1);
  state.answer = () => ({ what: 'new', bytes: newsUntil(state.now + HOUR) });
  expect(await round(5 * MINUTE)).toMatchObject({ failing: 0, stale: 0, renewed: 1, troubles: [] });
});

test('a source that never gave any news is stale since it first failed', async () => {
  const { state, round } = surroundings({ one: { crl: ['http://a/1.crl'] } });
  state.answer = () => ({ what: 'new', bytes: Buffer.from('forged') });
  expect(await round()).toMatchObject({
    failing: 1,
    stale: 1,
    staleHours: 0,
    troubles: [{ address: 'http://a/1.crl', issuer: 'CA', why: 'not signed' }],
  });
  expect(await round(3 * HOUR)).toMatchObject({ staleHours: 3 });
});

test('older news, and "nothing changed" about news that are over, are no news', async () => {
  const { state, round } = surroundings({ one: { crl: ['http://a/1.crl'] } });
  await round();
  state.answer = () => ({ what: 'new', bytes: newsUntil(NOW + 99 * HOUR, NOW - HOUR) });
  await round(HOUR);
  expect(state.record?.sources[0]?.failing?.why).toContain('older than what is held');
  state.answer = () => ({ what: 'same' });
  await round(48 * HOUR);
  expect(state.record?.sources[0]?.failing?.why).toContain('what it serves ended at');
});

test('a certificate that nobody of the trust list issued is not asked about', async () => {
  const { state, round } = surroundings({ orphan: { ocsp: ['http://o/'] } });
  await round();
  expect(state.asked).toEqual([]);
  expect(state.record?.sources[0]?.failing?.why).toContain('not in the trust list');
});

test('sources are bounded, lists first, and what is left out is told', async () => {
  const many = Array.from({ length: LIMITS.revocation.sources + 10 }, (_, n) => [
    `${n}`,
    { crl: [`http://a/${n}.crl`] },
  ]);
  const { round } = surroundings(Object.fromEntries([...many, ['last', { ocsp: ['http://o/'] }]]));
  expect(await round()).toMatchObject({ sources: LIMITS.revocation.sources, leftOut: 11 });
});

test('one certificate cannot take up the room of all', async () => {
  const many = Array.from({ length: LIMITS.revocation.sources }, (_, n) => `http://a/${n}.crl`);
  const { round } = surroundings({ greedy: { crl: many }, honest: { crl: ['http://b/1.crl'] } });
  expect(await round()).toMatchObject({ sources: 5, leftOut: 0 });
});

test('responders are bounded on their own', async () => {
  const many = Array.from({ length: LIMITS.revocation.responders + 10 }, (_, n) => [`${n}`, { ocsp: ['http://o/'] }]);
  const { round } = surroundings(Object.fromEntries(many));
  expect(await round()).toMatchObject({ sources: LIMITS.revocation.responders, leftOut: 10 });
});

test('all news together are bounded', async () => {
  const names = Array.from({ length: 10 }, (_, n) => [`${n}`, { crl: [`http://a/${n}.crl`] }]);
  const { state, round } = surroundings(Object.fromEntries(names));
  state.answer = ({ address }) => ({
    what: 'new',
    bytes: Buffer.concat([
      newsUntil(NOW + HOUR),
      Buffer.from(` ${address} `),
      Buffer.alloc(LIMITS.revocationBytes.list - 100),
    ]),
  });
  expect(await round()).toMatchObject({ renewed: 5, failing: 5 });
  expect(state.record?.sources.at(-1)?.failing?.why).toContain('all news together');
});

test('of two rounds at once one commits', async () => {
  const { ports } = surroundings({ one: { crl: ['http://a/1.crl'] } });
  const both = await Promise.all([refreshRevocation(ports), refreshRevocation(ports)]);
  expect(both.filter((round) => round !== undefined)).toHaveLength(1);
});
