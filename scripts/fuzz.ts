/**
 * `npm run fuzz -- [--documents N] [--seed S]`: alters documents N times and judges every one: libxml2 must
 * find the same canonical octets in what the engine reads, and what still verifies must say what was signed. With xmlsec1 on the
 * machine, it must accept what the engine accepts. One core; a line a minute; the seed decides everything, so a finding can
 * be had again. Fails when anything was wrong.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../adapters/xml/engine.ts';
import { randomSource } from '../test/adapters/xml/fuzz.ts';
import {
  type Campaign,
  emptyTally,
  respell,
  type SignedOriginal,
  signedCampaign,
  signedOriginals,
  singleByteCampaign,
  type Tally,
  unsignedCampaign,
} from '../test/adapters/xml/fuzzCampaign.ts';

const MINUTE = 60_000;
/** Documents that go to one process of xmlsec1. */
const BATCH = 100;
/** For so many documents one more is altered, and put before xmlsec1 when it verifies. */
const XMLSEC_SHARE = 20;

const { values } = parseArgs({
  options: { documents: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.documents);
const seed = Number(values.seed);

const originals = await signedOriginals();
/** Weights are shares of ten: signed documents are cheap to judge and are what matters. */
const campaigns: readonly (readonly [name: string, weight: number, campaign: Campaign])[] = [
  ['respelled signed', 5, signedCampaign(originals)],
  ['single bytes of signed', 2, singleByteCampaign(originals)],
  ['unsigned', 3, unsignedCampaign()],
];
const turns = campaigns.flatMap(([name, weight, campaign]) => new Array(weight).fill([name, campaign] as const));
const tallies = new Map(campaigns.map(([name]) => [name, emptyTally()]));

const random = randomSource(seed);
let lastWord = Date.now();
for (let count = 1; count <= wanted; count++) {
  const [name, campaign] = turns[count % turns.length]!;
  campaign(random, tallies.get(name) ?? emptyTally());
  if (Date.now() - lastWord >= MINUTE) {
    lastWord = Date.now();
    console.log(`${count} of ${wanted} documents, ${wrongIn(tallies)} wrong so far`);
  }
}

for (const [name, { wrongAccepts, wrongOctets, ...counts }] of tallies) {
  console.log(`${name}: ${JSON.stringify(counts)}`);
  for (const document of [...wrongAccepts, ...wrongOctets].slice(0, 5)) console.log(`  found: ${document}`);
}
console.log(judgedByXmlsec(Math.ceil(wanted / XMLSEC_SHARE)));
const all = [...tallies.values()];
const documents = all.reduce((sum, tally) => sum + tally.documents, 0);
const accepts = all.reduce((sum, tally) => sum + tally.wrongAccepts.length, 0);
const octets = all.reduce((sum, tally) => sum + tally.wrongOctets.length, 0);
console.log(`seed ${seed}: ${documents} documents, ${accepts} wrong accepts, ${octets} wrong octets`);
if (accepts + octets > 0) process.exitCode = 1;

function wrongIn(found: ReadonlyMap<string, Tally>): number {
  return [...found.values()].reduce((sum, tally) => sum + tally.wrongAccepts.length + tally.wrongOctets.length, 0);
}

/** Puts altered documents that the engine verifies before xmlsec1, many to a process, until `tries` were altered. */
function judgedByXmlsec(tries: number): string {
  if (spawnSync('xmlsec1', ['--version']).status !== 0)
    return 'SKIPPED: no xmlsec1 on this machine to be the second judge';
  const engine = createEngine();
  const folder = mkdtempSync(join(tmpdir(), 'docaxis-fuzz-'));
  // KeyInfo is a hint here and not signed, while xmlsec1 reads the certificates in it: documents without, to compare the same.
  const bare = originals.filter(({ bytes }) => !bytes.includes('X509Data'));
  const waiting = new Map<SignedOriginal, string[]>(bare.map((original) => [original, []]));
  let judged = 0;
  try {
    for (let count = 0; count < tries; count++) {
      const original = bare[random(bare.length)]!;
      const bytes = respell(original.bytes, random);
      if (bytes.equals(original.bytes) || !verifies(engine, bytes, original)) continue;
      const files = waiting.get(original) ?? [];
      const file = join(folder, `${count}.xml`);
      writeFileSync(file, bytes);
      files.push(file);
      if (files.length < BATCH) continue;
      judged += askXmlsec(folder, original, files.splice(0));
    }
    for (const [original, files] of waiting) judged += files.length === 0 ? 0 : askXmlsec(folder, original, files);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return `xmlsec1 accepts all ${judged} altered documents that the engine verified, of ${tries} altered`;
}

function verifies(engine: ReturnType<typeof createEngine>, bytes: Buffer, { key }: SignedOriginal): boolean {
  try {
    return engine.open(bytes).verify(key).ok;
  } catch {
    // Outside the profile.
    return false;
  }
}

/** How many it accepted: all of them, or the run ends here. */
function askXmlsec(folder: string, { key }: SignedOriginal, files: readonly string[]): number {
  const pem = join(folder, 'key.pem');
  writeFileSync(pem, key.export({ type: 'spki', format: 'pem' }));
  const { status, stderr } = spawnSync('xmlsec1', ['--verify', '--pubkey-pem', pem, ...files], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`xmlsec1 does not accept what the engine verified: ${stderr}`);
  return files.length;
}
