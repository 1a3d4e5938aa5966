import { createPrivateKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signEdxml } from '../../adapters/trust/signEdxml.ts';
import { readPemCertificates } from '../../client/pemCertificates.ts';
import { type SampleDocument, sampleDocument } from '../../world/documents.ts';
import { sampleTrust } from '../../world/sampleTrust.ts';
import { attackFile, loadAttackSet, runAttackTable } from '../attacks/attackTable.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { refusalCodeOf, refusalOf } from '../kit/outcomes.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

const REASON = 'kiểm thử';

describe('Promise 6: Only what was signed is believed.', () => {
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis();
  });
  afterAll(() => town.stop());

  const draft = (from: SampleDocument['from'], number: number): Buffer =>
    sampleDocument({ from, to: ['X92.03'], number, date: '2026/03/02', subject: 'Trả 100 đồng cho Sở Thử nghiệm' });

  test('an unsigned message is refused unless the operator allows it for that agency', async () => {
    expect(await refusalCodeOf(town.submit(draft('X91.04', 1)))).toBe('signature-required');
    expect(await refusalCodeOf(town.submit(draft('X91.05', 1)))).toBe('signature-required');
  });

  test('an unsigned message that policy allows is marked unsigned in report, receipt, inbox, lease and view', async () => {
    const agencyId = await agencyIdOf(town, 'X91.05');
    await town.operator.call('setPolicy', { path: { agencyId }, body: { unsigned: 'accept', reason: REASON } });
    town.advance(16_000);
    const answer = await town.submit(draft('X91.05', 2));
    await town.settle();
    const verdict = town.clients['trung-tam-mau'].verifyReceipt(answer, town.facts.receiptIssuer);
    expect(verdict).toMatchObject({ ok: true, payload: { signed: 'none' } });
    expect(answer.report).toMatchObject({ signed: 'none' });
    expect(answer.report.signer).toBeUndefined();
    const ministry = town.clients['bo-minh-hoa'];
    const listed = await until(async () => (await ministry.waiting()).items[0], 'the delivery');
    expect(listed.headline.signed).toBe('none');
    expect((await ministry.dispatch(answer.dispatchId)).headline.signed).toBe('none');
    expect((await ministry.lease(listed.deliveryId)).headline.signed).toBe('none');
    expect((await ministry.dispatch(answer.dispatchId)).report.signed).toBe('none');
    // The policy is that agency's alone, and the request must be that of its system.
    expect(await refusalCodeOf(town.submit(draft('X91.04', 2)))).toBe('signature-required');
    expect(await refusalCodeOf(town.submit(draft('X91.05', 3), 'bo-minh-hoa'))).toBe('sender-not-served');
  });

  test.each([
    { what: 'the amount', from: 'Trả 100 đồng', to: 'Trả 900 đồng' },
    { what: 'the recipient', from: 'X92.03', to: 'X91.05' },
    { what: 'the priority', from: '<Priority>0<', to: '<Priority>3<' },
  ])('a message whose $what was altered after signing is refused', async ({ from, to }) => {
    const signed = (await town.sign(draft('X91.04', 10))).toString();
    const start = signed.search(new RegExp(from.replace('<Priority>0<', 'Priority>0<')));
    expect(start).toBeGreaterThan(0);
    const altered = signed.replace(from.replace('<Priority', 'Priority'), to.replace('<Priority', 'Priority'));
    expect(altered).not.toBe(signed);
    const refusal = await refusalOf(town.submit(Buffer.from(altered)));
    expect(refusal.code).toBe('signature-invalid');
    expect(refusal.report?.checks.filter(({ verdict }) => verdict === 'fail')).toMatchObject([{ id: 'digest' }]);
  });

  test('a good signature by the certificate of another agency is refused', async () => {
    const other = town.world.agencies.find(({ code }) => code === 'X92');
    const bytes = await signEdxml(draft('X91.04', 20), {
      key: createPrivateKey(other?.signingKey ?? ''),
      certificates: (other?.certificates ?? []).flatMap(readPemCertificates),
    });
    expect(await refusalCodeOf(town.submit(bytes))).toBe('certificate-not-registered');
  });
});

describe('Promise 6, the attack set through the door', () => {
  const attacks = loadAttackSet();
  let town: TestAxis;
  beforeAll(async () => {
    town = await startTestAxis({ at: Date.parse(attacks.validationTime) });
    const pem = (file: string): string => attackFile(file).toString();
    const anchors = [pem(attacks.trustAnchor)];
    const intermediates = attacks.intermediates.map(pem);
    await town.operator.call('setTrust', { body: { list: sampleTrust({ anchors, intermediates }), reason: REASON } });
    const register = async (code: string, file: string): Promise<void> => {
      const agencyId = await agencyIdOf(town, code);
      const body = { pem: pem(`keys/${file}.cert.pem`), reason: REASON };
      await town.operator.call('addCertificate', { path: { agencyId }, body });
    };
    for (const file of ['signer-rsa2048', 'signer-p256', 'signer-p384', 'signer-expired']) {
      await register(attacks.sender, file);
    }
    await register('X92', 'other-participant');
  });
  afterAll(() => town.stop());

  test('every hostile document gets its verdict from the whole axis, and nothing of it stays', async () => {
    // A dry run makes every check; a kept control document would turn its siblings into conflicts.
    const result = await runAttackTable(attacks.cases, async (document) => {
      const submitted = town.clients['trung-tam-mau'].submit(document, { dryRun: true });
      const accepted = await submitted.then(
        () => true,
        () => false,
      );
      if (accepted) return { verdict: 'accept', reason: 'ok' };
      const reason = await refusalCodeOf(submitted);
      // A status on a document that was never sent here: everything about its signature held.
      return { verdict: reason === 'document-unknown' ? 'accept' : 'refuse', reason };
    });
    console.info(`optional cases judged otherwise:\n  ${result.differing.join('\n  ') || 'none'}`);
    expect(result.wrong).toEqual([]);
    expect(result.run).toBe(attacks.cases.length);
    const reasons = new Set(attacks.cases.map(({ id }) => result.reasons.get(id)));
    expect(reasons).toContain('signature-invalid');
    expect(reasons).toContain('certificate-not-registered');
    expect(await town.stores.objects()).toEqual([]);
    expect(await town.stores.items('dsp_')).toEqual([]);
  });

  test('the control document is kept with what its signature covers, and its twin with an unsigned header is not', async () => {
    const control = attackFile('control-base.xml');
    const answer = await town.submit(control);
    expect(answer.report).toMatchObject({ signed: 'xmldsig' });
    const wrapped = attacks.cases.filter(({ category, expected }) => category === 'wrapping' && expected === 'refuse');
    expect(wrapped.length).toBeGreaterThan(0);
    for (const { file } of wrapped) await refusalOf(town.submit(attackFile(file)));
    expect(await town.stores.items('dsp_')).toHaveLength(1);
  });
});
