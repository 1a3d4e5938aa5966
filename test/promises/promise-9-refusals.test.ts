import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../../core/contract/limits.ts';
import { REFUSALS, type RefusalCode } from '../../core/contract/refusals.ts';
import { type SampleDocument, sampleDocument } from '../../world/documents.ts';
import { refusalOf } from '../kit/outcomes.ts';
import { submitInOneBody } from '../kit/submitInOneBody.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const SECRET = 'Kế hoạch bí mật ZXQ-7731';

describe('Promise 9: A refusal says what is wrong, which rule, and who must act, in English and Vietnamese.', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
    await town.submitLetter({ documentId: 'da-co-1', number: 9001 });
    await town.settle();
  });
  afterAll(() => town.stop());

  const draft = (change: Partial<SampleDocument> = {}): Buffer =>
    sampleDocument({
      ...{ from: 'X91.04', to: ['X92'], number: 9100, date: '2026/03/02', subject: 'Công văn bị từ chối' },
      ...change,
    });

  const left = async () => {
    const items = await town.stores.items();
    const count = (prefix: string): number => items.filter(({ id }) => id.startsWith(prefix)).length;
    return {
      dispatches: count('dsp_'),
      deliveries: count('dlv_'),
      objects: (await town.stores.objects()).length,
      // What a system has spent of its budget is counted for whatever it asks.
      others: items.filter(({ id }) => !/^(?:dsp_|dlv_|refusal#|limits#|memory#)/.test(id)).length,
    };
  };
  const records = async () => await town.stores.items('refusal#');

  const cases: readonly { code: RefusalCode; says: RegExp; make: () => Promise<Buffer> | Buffer; oneBody?: true }[] = [
    { code: 'edxml-malformed', says: /byte \d+/, make: () => Buffer.from('<edXML>') },
    { code: 'edxml-invalid', says: /Subject/, make: () => town.sign(draft({ subject: '' })) },
    { code: 'secret-marked', says: /./, make: () => town.sign(draft({ subject: 'Mật' })) },
    { code: 'sender-not-served', says: /X92/, make: () => town.sign(draft({ from: 'X92', to: ['X91.04'] })) },
    { code: 'signature-required', says: /X91\.04/, make: () => draft() },
    { code: 'signature-invalid', says: /digest/, make: () => altered() },
    { code: 'recipient-unknown', says: /X77\.01/, make: () => town.sign(draft({ to: ['X92', 'X77.01'] })) },
    { code: 'document-conflict', says: /da-co-1/, make: () => town.sign(draft({ documentId: 'da-co-1' })) },
    { code: 'body-too-large', says: /4194304/, make: () => Buffer.alloc(LIMITS.messageBytes + 1, ' '), oneBody: true },
  ];

  async function altered(): Promise<Buffer> {
    const text = (await town.sign(draft())).toString();
    return Buffer.from(text.replace('bị từ chối', 'bị sửa đổi'));
  }

  test.each(cases)(
    '$code says it all and leaves one small record that expires',
    async ({ code, says, make, oneBody }) => {
      const [before, recorded] = [await left(), await records()];
      const bytes = await make();
      const refusal = await refusalOf(oneBody ? submitInOneBody(town, bytes) : town.submit(bytes));
      expect(refusal.code).toBe(code);
      expect(refusal).toMatchObject({ status: REFUSALS[code].status, whoMustAct: REFUSALS[code].who });
      for (const text of [refusal.title, refusal.detail, refusal.vi.title, refusal.vi.detail]) {
        expect(text.length).toBeGreaterThan(5);
        expect(text).not.toMatch(/\{\w+\}|undefined/);
      }
      expect(refusal.detail).toMatch(says);
      expect(refusal.vi.detail).not.toBe(refusal.detail);
      expect(await left()).toEqual(before);
      const now = await records();
      const fresh = now.filter(({ correlationId }) => !recorded.some((old) => old.correlationId === correlationId));
      expect(fresh).toMatchObject([{ system: 'trung-tam-mau', code, route: 'submit' }]);
      const expires = Number(fresh[0]?.expires);
      const inDays = (expires - town.axis.clock.now() / 1000) / 86_400;
      expect(inDays).toBeGreaterThan(LIMITS.refusalRecords.days - 0.1);
      expect(inDays).toBeLessThanOrEqual(LIMITS.refusalRecords.days);
      expect(JSON.stringify(fresh).length).toBeLessThan(500);
      expect(JSON.stringify(fresh)).not.toContain('Công văn');
    },
  );

  test('an anonymous caller and one with a wrong token leave no record', async () => {
    const [before, recorded] = [await left(), await records()];
    const post = (headers: Record<string, string>) =>
      fetch(new URL('/v1/dispatches', town.facts.url), {
        method: 'POST',
        headers: { 'content-type': 'application/edxml', ...headers },
        body: new Uint8Array(draft()),
      });
    for (const headers of [{}, { authorization: 'Bearer a.b.c' }, { authorization: 'nonsense' }]) {
      const response = await post(headers);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ whoMustAct: 'system', vi: { title: expect.any(String) } });
    }
    expect(await left()).toEqual(before);
    expect(await records()).toHaveLength(recorded.length);
  });

  test('every code of the catalogue has its texts in both languages and names who must act', () => {
    for (const [code, { en, vi, who }] of Object.entries(REFUSALS)) {
      expect(en.title && en.detail && vi.title && vi.detail, code).toBeTruthy();
      expect(['sender', 'recipient', 'system', 'operator', 'nobody'], code).toContain(who);
    }
  });

  test('of a message that is marked secret nothing stays anywhere: no table, no bucket, no log', async () => {
    const marked = draft({ subject: SECRET }).toString();
    const bytes = await town.sign(Buffer.from(marked.replace(/(<\w*:?TypeName>)[^<]+/, '$1Tối mật')));
    expect(bytes.toString()).toContain('Tối mật');
    const refusal = await refusalOf(town.submit(bytes));
    expect(refusal.code).toBe('secret-marked');
    const tables = JSON.stringify([await town.stores.items(), await town.stores.registry()]);
    const log = readFileSync(join(town.data, 'axis.log'), 'utf8');
    for (const trace of [SECRET, 'ZXQ-7731', '9100/STN-VP']) {
      expect(tables).not.toContain(trace);
      expect(log).not.toContain(trace);
      expect(JSON.stringify(refusal)).not.toContain(trace);
    }
    for (const key of await town.stores.objects()) {
      expect((await town.stores.object(key)).toString()).not.toContain('ZXQ-7731');
    }
  });

  test(`300 refusals of one system leave at most ${LIMITS.refusalRecords.perSystem} records`, async () => {
    const before = await left();
    const refused = async (): Promise<void> => {
      for (let n = 0; n < 30; n += 1) await refusalOf(town.submit(Buffer.from('không phải XML')));
    };
    await Promise.all(Array.from({ length: 10 }, refused));
    const kept = await records();
    expect(kept.length).toBeGreaterThan(LIMITS.refusalRecords.perSystem / 2);
    expect(kept.length).toBeLessThanOrEqual(LIMITS.refusalRecords.perSystem);
    expect(await left()).toEqual(before);
  });
});
