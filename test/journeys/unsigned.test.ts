import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { DispatchTable } from '../../adapters/aws/dispatchTable.ts';
import { ObjectStore } from '../../adapters/aws/objectStore.ts';
import { unpackJson } from '../../adapters/aws/packedJson.ts';
import { PublishedTrustLists } from '../../adapters/aws/publishedTrustLists.ts';
import { createLenientReader } from '../../adapters/lenient/lenientReader.ts';
import { createCertificateJudge } from '../../adapters/trust/certificateJudge.ts';
import { detachedSignatures } from '../../adapters/trust/detachedSignatures.ts';
import { createTimeStampJudge } from '../../adapters/trust/timeStamp.ts';
import { createDocumentReader } from '../../adapters/xml/documentReader.ts';
import { contentKeyOf, sha256Of } from '../../core/contract/derivedIds.ts';
import type { SystemId, Thumbprint } from '../../core/contract/ids.ts';
import type { SystemRecord } from '../../core/contract/records.ts';
import { UNSIGNED_MARK } from '../../core/contract/unsignedMark.ts';
import { type SubmitPorts, submit } from '../../core/walk/submit.ts';
import { systemProfile } from '../../local/profiles.ts';
import { sampleDocument } from '../../world/documents.ts';
import { openDesk } from '../client/commandRun.ts';
import { OldSdk } from '../compat/oldSdk.ts';
import { itemsOf } from '../compat/play.ts';
import { agencyIdOf } from '../kit/enrolment.ts';
import { refusalCodeOf } from '../kit/outcomes.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';
import { until } from '../kit/until.ts';

const SECRET = 'tk-9f83b2-cua-he-thong-cu';
const REASON = 'hệ thống cũ chưa ký số';
let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
  const agencyId = await agencyIdOf(town, 'X91.05');
  await town.operator.call('setPolicy', { path: { agencyId }, body: { unsigned: 'accept', reason: REASON } });
  town.advance(16_000);
});
afterAll(() => town.stop());

const draft = (from: 'X91.04' | 'X91.05', number: number): string =>
  sampleDocument({ from, to: ['X92.03'], number, date: '2026/03/02', subject: 'Công văn hệ thống cũ' }).toString();

/** What one provincial axis puts into every message: its password, where a signature would be. */
const BLOCK = `<edXML:Signature><edXML:KeyInfo><edXML:Token>${SECRET}</edXML:Token></edXML:KeyInfo></edXML:Signature>`;
const withBlock = (text: string): Buffer =>
  Buffer.from(text.replace('<edXML:MessageHeader>', `<edXML:MessageHeader>${BLOCK}<edXML:Note>${SECRET}</edXML:Note>`));

/** Every item, log line and object that says the secret; packed details are unpacked. */
async function whereIsTheSecret(): Promise<readonly string[]> {
  const unpacked = (_: string, value: unknown) =>
    value instanceof Uint8Array ? JSON.stringify(unpackJson(value)) : value;
  const items = [...(await town.stores.items()), ...(await town.stores.registry())];
  const keys = await town.stores.objects();
  const objects = await Promise.all(keys.map(async (key) => ({ key, bytes: await town.stores.object(key) })));
  return [
    ...items.filter((item) => JSON.stringify(item, unpacked).includes(SECRET)).map(({ id }) => id),
    ...town.axis.logs().flatMap((line) => (JSON.stringify(line).includes(SECRET) ? [JSON.stringify(line)] : [])),
    ...objects.filter(({ bytes }) => bytes.includes(SECRET)).map(({ key }) => key),
  ];
}

describe('a message with a signature block that no verifier recognises', () => {
  test('is refused where a signature is asked for, and nothing of the block stays anywhere', async () => {
    expect(await refusalCodeOf(town.submit(withBlock(draft('X91.04', 1))))).toBe('signature-required');
    expect(await refusalCodeOf(town.submit(withBlock(draft('X91.05', 1).replace('CodeNotation>', 'X>'))))).toBe(
      'edxml-malformed',
    );
    expect(await whereIsTheSecret()).toEqual([]);
  });

  test('counts as unsigned, is marked so everywhere, and keeps its secret in the content alone', async () => {
    const bytes = withBlock(draft('X91.05', 2));
    const answer = await town.submit(bytes);
    await town.settle();
    expect(answer.report.signed).toBe('none');
    expect(answer.report.checks.filter(({ verdict }) => verdict === 'warn')).toMatchObject([
      { id: 'signature-structure', reason: expect.stringContaining('not verified, has no effect') },
      { id: 'signature-value', reason: expect.stringContaining(UNSIGNED_MARK.en) },
      ...answer.report.checks.filter(({ id, verdict }) => verdict === 'warn' && id === 'message-fields'),
    ]);
    const ministry = town.clients['bo-minh-hoa'];
    const [listed] = (await ministry.waiting()).items;
    expect(listed?.headline.signed).toBe('none');
    const seen = await ministry.dispatch(answer.dispatchId);
    expect(seen.timeline.entries[0]).toMatchObject({ ev: 'SubmissionAcceptance', detail: UNSIGNED_MARK.en });
    expect(seen.deliveries[0]?.timeline.entries[0]).toMatchObject({
      ev: 'ContentConsignment',
      detail: UNSIGNED_MARK.en,
    });
    expect(JSON.stringify([answer, listed, seen])).not.toContain(SECRET);
    expect(await whereIsTheSecret()).toEqual([`${contentKeyOf(seen.dispatchId as never, sha256Of(bytes))}`]);
  });
});

describe('the command', () => {
  test('says of an unsigned message wherever it shows one that it is for reference only, in the language of its reader', async () => {
    const desk = await openDesk(() => town.axis.clock.now());
    for (const name of ['trung-tam-mau', 'bo-minh-hoa'] as const) {
      await desk.writeProfile(name, systemProfile(name, town.world, town.facts));
    }
    const runAs = (profile: string, ...argv: readonly string[]) =>
      desk.run(...argv, '--profile', profile).then(({ out, err }) => `${out}${err}`);
    await writeFile(join(desk.cwd, 'old.edxml'), draft('X91.05', 7));
    const { en, vi } = UNSIGNED_MARK;
    const sent = await runAs('trung-tam-mau', 'submit', 'old.edxml', '--receipt', 'receipt.json');
    expect(sent).toContain(en);
    expect(await runAs('trung-tam-mau', 'verify', '--receipt', 'receipt.json')).toContain(`The receipt holds.\n${en}`);
    expect(await runAs('trung-tam-mau', 'verify', 'old.edxml', '--lang', 'vi')).toContain(vi);
    await town.settle();
    const dispatchId = /dsp_\w+/.exec(sent)?.[0] ?? '';
    const followed = await runAs('bo-minh-hoa', 'follow', dispatchId, '--once', '--lang', 'vi');
    expect(followed.startsWith(`${vi}\n`)).toBe(true);
    expect(followed).toMatch(new RegExp(`ContentConsignment .*${en}`));
    expect(await runAs('bo-minh-hoa', 'inbox', '--lang', 'vi')).toContain(`  ${vi}  `);
    expect(await runAs('bo-minh-hoa', 'receive', '--max', '10')).toContain(`  ${en}  `);
    await desk.remove();
  });
});

describe('a message that only the lenient reader reads', () => {
  const clock = { now: () => town.axis.clock.now() };
  const portsOf = (): SubmitPorts => {
    const { dynamo, s3, table, bucket } = town.stores;
    const unused = async () => Promise.reject(new Error('not expected here'));
    const directory = new CachedDirectory(dynamo, outputOf(town.axis, 'RegistryTable'), clock);
    const objects = new ObjectStore(s3, bucket, clock);
    return {
      axis: town.facts.axis,
      clock,
      directory,
      trust: new PublishedTrustLists(directory, objects),
      reader: createDocumentReader({ bytes: 1_000_000 }),
      lenient: createLenientReader({ bytes: 1_000_000 }),
      certificates: createCertificateJudge(),
      timeStamps: createTimeStampJudge(),
      detached: detachedSignatures,
      revocation: { current: async () => ({ sources: [], objects: new Map() }) },
      dispatches: new DispatchTable(dynamo, table),
      objects,
      uploads: { findMany: unused },
      uploadsBucket: 'none',
      // Left to the watchman, which reads the record as any other.
      fanOut: { enqueue: async () => undefined },
      receipts: { sign: async () => ({ jws: 'e30.e30.AA', thumbprint: 'none' as Thumbprint, certificate: '' }) },
      receiptCertificates: { find: unused },
      trouble: () => undefined,
    };
  };
  const caller: SystemRecord = {
    v: 1,
    systemId: 'trung-tam-mau' as SystemId,
    name: '',
    revision: 1,
    status: 'active',
    createdAt: 0,
    keys: [],
    history: [],
  };
  const old = (text: string): Buffer => Buffer.from(`\uFEFF<!-- v1 -->${text.replace(/^<\?xml[^>]*>\s*/, '')}`);
  const send = (bytes: Buffer, more: Partial<SubmitPorts> = {}, documentSignature?: string) =>
    submit({ caller, bytes, dryRun: false, documentSignature }, { ...portsOf(), ...more });

  test('arrives, says what was forgiven, and its attachments are cut out of the bytes as received', async () => {
    const bytes = old(draft('X91.05', 3));
    const sent = await send(bytes);
    if (!sent.ok) throw new Error(sent.refusal.code);
    const { dispatchId, report } = sent.value;
    expect(report.signed).toBe('none');
    expect(report.checks.filter(({ verdict }) => verdict === 'warn').slice(0, 4)).toMatchObject([
      { id: 'xml-profile' },
      { id: 'leniency', reason: 'a byte order mark at the start' },
      { id: 'leniency', reason: 'a comment between elements' },
      { id: 'signature-value' },
    ]);
    town.advance(130_000);
    await town.watch();
    await town.settle();
    const ministry = town.clients['bo-minh-hoa'];
    const listed = await until(
      async () => (await ministry.waiting()).items.find((item) => item.dispatchId === dispatchId),
      'the delivery',
    );
    expect(listed.headline).toMatchObject({ signed: 'none', subject: 'Công văn hệ thống cũ' });
    const leased = await ministry.lease(listed.deliveryId);
    expect((await ministry.fetchContent(leased)).equals(bytes)).toBe(true);
    const [file] = (await ministry.attachments(leased)).items;
    expect(file).toMatchObject({ contentType: 'application/pdf' });
    expect(file?.bytes).toBeGreaterThan(100);
  });

  test('comes in by the old face, which marks it in words that a clerk sees on both sides', async () => {
    const sdkOf = async (systemId: string) => {
      const { secret } = await town.operator.call('addSecret', { path: { systemId }, body: { reason: REASON } });
      return new OldSdk({ version: '2.0.1', endpoint: `${town.facts.url}/vxp`, systemId, secret });
    };
    const [sender, recipient] = [await sdkOf('trung-tam-mau'), await sdkOf('bo-minh-hoa')];
    const bytes = old(draft('X91.05', 8));
    const sent = await sender.sendEdoc(bytes, { from: 'X91.05', messagetype: 'edoc' });
    expect(sent.result).toMatchObject({ status: 'OK', ErrorCode: '0' });
    expect(sent.answer?.body.toString()).toContain('"note"');
    await town.settle();
    const list = async (sdk: OldSdk, operation: string) =>
      itemsOf((await sdk.post(operation, { servicetype: 'eDoc', messagetype: 'edoc' })).result?.data);
    const mine = (await list(sender, 'getSentEdocList')).find(({ senderDocId }) => senderDocId === sent.result?.DocId);
    expect(mine?.sendStatusDesc).toBe(`Đã phát tới bên nhận; ${UNSIGNED_MARK.vi}`);
    const theirs = (await list(recipient, 'getReceivedEdocList')).find(({ docId }) => docId === mine?.receiverDocId);
    expect(theirs?.status_desc).toBe(`Chờ nhận; ${UNSIGNED_MARK.vi}`);
  });

  test('needs the policy of its sender: who must sign hears what the profile asks', async () => {
    expect(await send(old(draft('X91.04', 3)))).toMatchObject({
      ok: false,
      refusal: { code: 'edxml-malformed', more: { rule: 'encoding', position: 0 } },
    });
  });

  test('is refused where nobody may read leniently, and beside any signature', async () => {
    const bytes = old(draft('X91.05', 4));
    expect(await send(bytes, { lenient: undefined as never })).toMatchObject({ refusal: { code: 'edxml-malformed' } });
    expect(await send(bytes, {}, 'a..b')).toMatchObject({ refusal: { code: 'edxml-malformed' } });
    expect(await refusalCodeOf(town.submit(bytes))).toBe('edxml-malformed');
  });

  test('is never a signed one: neither a good nor a broken signature becomes none', async () => {
    const signed = (await town.sign(Buffer.from(draft('X91.05', 5)))).toString();
    expect(await send(Buffer.from(signed.replace('Công văn', 'Công báo')))).toMatchObject({
      refusal: { code: 'signature-invalid' },
    });
    const strictly = await send(Buffer.from(signed));
    expect(strictly.ok && strictly.value.report.signed).toBe('xmldsig');
    // Also where the lenient reader would forgive the rest: the answer is what the strict one says.
    expect(await send(old(signed))).toMatchObject({ refusal: { code: 'edxml-malformed', more: { rule: 'encoding' } } });
    expect(await send(Buffer.from(signed.replace('<edXML:From>', '<!-- --><edXML:From>')))).toMatchObject({
      refusal: { code: 'edxml-malformed', more: { rule: 'comment' } },
    });
  });

  test('without its mandatory fields is refused by their names', async () => {
    const blank = old(draft('X91.05', 6))
      .toString()
      .replace(/<edXML:Subject>[^<]*<\/edXML:Subject>/, '');
    expect(await send(Buffer.from(blank))).toMatchObject({
      refusal: {
        code: 'edxml-invalid',
        more: { problems: [expect.objectContaining({ path: 'MessageHeader.Subject' })] },
      },
    });
  });
});
