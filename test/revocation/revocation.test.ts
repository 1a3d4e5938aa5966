import { afterAll, beforeAll, expect, test } from 'vitest';
import { RevocationIndexTable } from '../../adapters/aws/revocationIndexTable.ts';
import { AxisRefusal } from '../../client/axisRefusal.ts';
import { revocationText } from '../../client/commands/operator/revocationText.ts';
import { WORDS } from '../../client/words.ts';
import type { RevocationSource } from '../../core/contract/revocation.ts';
import { answerOcsp, issuingDistributionPoint, type OcspDraft } from '../../world/revocation.ts';
import { type NewsServer, startNewsServer } from '../kit/newsServer.ts';
import { enrolRevokingAuthority, type RevokingAuthority } from '../kit/revokingAuthority.ts';
import { outputOf } from '../kit/stores.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const HOUR = 3_600_000;

let town: TestAxis;
let server: NewsServer;
let authority: RevokingAuthority;

beforeAll(async () => {
  town = await startTestAxis();
  server = await startNewsServer();
  authority = await enrolRevokingAuthority(town, server);
});
afterAll(async () => {
  await town?.stop();
  await server?.stop();
});

/** Serves fresh lists of both authorities and lets the axis fetch them. */
async function freshNews(): Promise<void> {
  server.serve.set('/root.crl', authority.rootList());
  server.serve.set('/issuing.crl', authority.list());
  await authority.refresh();
}

async function sourceOf(path: string): Promise<RevocationSource> {
  const index = new RevocationIndexTable(town.stores.dynamo, outputOf(town.axis, 'RegistryTable'));
  const found = (await index.current())?.sources.find(({ address }) => address === `${server.url}${path}`);
  if (!found) throw new Error(`no source ${path}`);
  return found;
}

/** Verdict and reason of the revocation check of a letter that is submitted, or why it was refused. */
async function outcomeOf(bytes: Buffer, documentRevocation?: Buffer): Promise<string> {
  try {
    const { report } = await town.clients['trung-tam-mau'].submit(bytes, { documentRevocation });
    const check = report?.checks.find(({ id }) => id === 'revocation');
    return `${check?.verdict}${check?.reason === undefined ? '' : `: ${check.reason}`}`;
  } catch (error) {
    if (!(error instanceof AxisRefusal)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

test('before anything was fetched a submission is flagged, and says so', async () => {
  expect(await outcomeOf(await authority.letter())).toMatch(
    /^warn: .*CN=Ký thử.*: nothing is known about its revocation/,
  );
});

test('what the trust list and registered certificates point to is fetched, and makes signers good', async () => {
  await freshNews();
  expect(server.asked.filter((line) => line.startsWith('GET')).toSorted()).toEqual([
    'GET /issuing.crl',
    'GET /root.crl',
  ]);
  expect(await outcomeOf(await authority.letter())).toBe('pass');
});

test('a list that is held is asked for anew after an hour only, and then only for what changed', async () => {
  server.asked.length = 0;
  await authority.refresh();
  expect(server.asked).toEqual([]);
  const body = authority.list();
  server.serve.set('/issuing.crl', { status: 200, headers: { etag: '"1"' }, body });
  town.advance(HOUR);
  await authority.refresh();
  const before = await sourceOf('/issuing.crl');
  expect(before.held?.etag).toBe('"1"');
  server.serve.set('/issuing.crl', { status: 304 });
  town.advance(HOUR);
  await authority.refresh();
  expect(server.asked.at(-1)).toMatch(/^GET \/(issuing\.crl "1"|root\.crl)$/);
  expect(server.asked).toContain('GET /issuing.crl "1"');
  const after = await sourceOf('/issuing.crl');
  expect(after).toEqual({ ...before, triedAt: after.triedAt });
});

test('case 14: revoked by a list: refused, with date and reason, in both languages', async () => {
  await freshNews();
  const victim = await authority.another();
  const letter = await authority.letter(victim);
  expect(await outcomeOf(letter)).toBe('pass');
  const at = new Date(town.axis.clock.now());
  server.serve.set('/issuing.crl', authority.list({ revoked: [{ certificate: victim.certificate, at, reason: 1 }] }));
  town.advance(HOUR);
  await authority.refresh();
  expect(await outcomeOf(await authority.letter(victim))).toMatch(
    /^certificate-invalid: .*revocation: .*was revoked at .*Z \(keyCompromise\)/,
  );
  expect(await outcomeOf(await authority.letter())).toBe('pass');
});

test('case 19: revoked after acceptance: what was accepted stays accepted, its receipt holds, its report says as of when', async () => {
  await freshNews();
  const victim = await authority.another();
  const letter = await authority.letter(victim);
  const client = town.clients['trung-tam-mau'];
  const first = await client.submit(letter);
  const revoked = [{ certificate: victim.certificate, at: new Date(town.axis.clock.now() - HOUR), reason: 1 }];
  town.advance(HOUR);
  server.serve.set('/issuing.crl', authority.list({ revoked }));
  await authority.refresh();
  expect(await outcomeOf(await authority.letter(victim))).toMatch(/^certificate-invalid/);
  const again = await client.submit(letter);
  expect(again).toMatchObject({ outcome: 'again', receipt: first.receipt, report: { at: first.report?.at } });
  expect(again.report?.checks.find(({ id }) => id === 'revocation')?.verdict).toBe('pass');
  await town.settle();
  const { receipt, deliveries } = await client.dispatch(first.dispatchId);
  expect(receipt).toBe(first.receipt);
  expect(deliveries).toHaveLength(1);
});

/** Each answer is no news: what is held stays, and the source is failing for this reason. */
test('case 14: a responder that is down, late, empty, forged, old or talks of something else changes nothing that is held', async () => {
  await freshNews();
  const held = (await sourceOf('/issuing.crl')).held;
  const { issuing } = authority.authorities;
  const forged = authority.list({ issuer: { ...issuing, privateKey: authority.signer.privateKey } });
  const old = authority.list({
    thisUpdate: new Date(town.axis.clock.now() - 9 * HOUR),
    nextUpdate: new Date(town.axis.clock.now() - HOUR),
  });
  const older = authority.list({ thisUpdate: new Date(town.axis.clock.now() - 9 * HOUR) });
  const cases = [
    [{ status: 503 }, 'it answers 503'],
    [{ status: 302, headers: { location: 'http://example.org/' } }, 'it answers 302'],
    [Buffer.from('<html>no list here</html>'), 'not the expected DER'],
    [{ status: 200 }, 'its answer is empty'],
    [forged, 'its signature does not verify'],
    [authority.rootList(), 'it is a list of'],
    [authority.list({ extensions: [issuingDistributionPoint({ flags: [2] })] }), 'covers something else'],
    [old, 'what it serves ended at'],
    [older, 'what it serves is older than what is held'],
  ] as const;
  for (const [serving, why] of cases) {
    town.advance(HOUR);
    server.serve.set('/issuing.crl', serving);
    await authority.refresh();
    const source = await sourceOf('/issuing.crl');
    expect(source.failing?.why).toContain(why);
    expect(source.held).toEqual(held);
  }
  expect(await outcomeOf(await authority.letter())).toBe('pass');
});

test('operators see where news come from, how old they are and what fails', async () => {
  await freshNews();
  town.advance(25 * HOUR);
  server.serve.set('/root.crl', authority.rootList());
  server.serve.set('/issuing.crl', { status: 503 });
  await authority.refresh();
  const { sources, leftOut } = await town.operator.call('showRevocation');
  const [first, second] = sources;
  expect(leftOut).toBe(0);
  expect(first).toMatchObject({
    address: `${server.url}/issuing.crl`,
    staleHours: 1,
    failing: { why: 'it answers 503' },
    held: { bytes: expect.any(Number) },
  });
  expect(second).not.toHaveProperty('failing');
  expect(second).not.toHaveProperty('staleHours');
  const text = revocationText({ sources, leftOut }, { word: (name) => WORDS[name].en });
  expect(text.split('\n')).toHaveLength(sources.length);
  expect(text).toMatch(/^!! {2}crl .*stale for 1 h .*issuing\.crl .*failing since .*it answers 503/);
});

test('case 14: stale: flagged with its age for the hours of the policy, then refused', async () => {
  town.advance(24 * HOUR);
  await authority.refresh();
  const flagged = await outcomeOf(await authority.letter());
  expect(flagged).toMatch(/^warn: .*CN=Ký thử.*its revocation list ended at .*Z, \d+ h ago/);
  town.advance(72 * HOUR);
  expect(await outcomeOf(await authority.letter())).toMatch(
    /^certificate-invalid: .*its revocation list ended at .*, \d\d h ago/,
  );
  await freshNews();
  expect(await outcomeOf(await authority.letter())).toBe('pass');
});

test('case 14: an OCSP answer that the sender brings: good, revoked, unknown, forged, old', async () => {
  await freshNews();
  const { issuing } = authority.authorities;
  const signer = await authority.another('responder');
  const now = town.axis.clock.now();
  const base = {
    certificate: signer.certificate,
    issuer: issuing,
    responder: issuing,
    thisUpdate: new Date(now - HOUR),
    nextUpdate: new Date(now + HOUR),
    status: 'good',
  } as const;
  server.serve.set('/issuing.crl', { status: 503 });
  const outcome = async (answer?: Buffer) => outcomeOf(await authority.letter(signer), answer);
  const old = { thisUpdate: new Date(now - 90 * HOUR), nextUpdate: new Date(now - 80 * HOUR) };
  expect(await outcome(answerOcsp({ ...base, status: { revokedAt: new Date(now - HOUR), reason: 1 } }))).toMatch(
    /^certificate-invalid: .*was revoked/,
  );
  // The list of its issuer, which is at hand, knows it.
  expect(await outcome(answerOcsp({ ...base, status: 'unknown' }))).toBe('pass');
  expect(await outcome(answerOcsp(base))).toBe('pass');
  expect(await outcome(answerOcsp({ ...base, ...old }))).toBe('pass');
  expect(await outcome(Buffer.from('no answer'))).toBe('pass');
});

test('case 14: a responder that the axis asks: good, then down and stale, then revoked', async () => {
  await freshNews();
  // Nothing but the responder tells about this one: the list of its issuer is gone and over.
  const signer = await authority.another('responder');
  server.serve.set('/issuing.crl', { status: 404 });
  town.advance(25 * HOUR);
  server.serve.set('/root.crl', authority.rootList());
  const { issuing } = authority.authorities;
  const answerAt = (status: OcspDraft['status'], hours: number) => {
    const now = town.axis.clock.now();
    const times = { thisUpdate: new Date(now), nextUpdate: new Date(now + hours * HOUR) };
    return answerOcsp({ certificate: signer.certificate, issuer: issuing, responder: issuing, status, ...times });
  };
  server.serve.set('/ocsp', answerAt('good', 2));
  await authority.refresh();
  expect(server.asked).toContain('POST /ocsp');
  expect(await outcomeOf(await authority.letter(signer))).toBe('pass');
  town.advance(3 * HOUR);
  server.serve.set('/ocsp', { status: 500 });
  await authority.refresh();
  expect((await sourceOf('/ocsp')).failing?.why).toBe('it answers 500');
  expect(await outcomeOf(await authority.letter(signer))).toMatch(/^warn: .*its OCSP answer ended at .*, 1 h ago/);
  town.advance(HOUR);
  server.serve.set('/ocsp', answerAt({ revokedAt: new Date(town.axis.clock.now()), reason: 1 }, 2));
  await authority.refresh();
  expect(await outcomeOf(await authority.letter(signer))).toMatch(/^certificate-invalid: .*was revoked at/);
});

test('a header that is no base64 is refused before anything is judged', async () => {
  const [client] = Object.values(town.clients);
  await expect(client?.submit(await authority.letter(), { documentRevocation: Buffer.alloc(5000) })).rejects.toThrow(
    /Document-Revocation/,
  );
});
