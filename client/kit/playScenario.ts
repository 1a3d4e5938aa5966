import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Profile } from '../profile.ts';
import type { KitDocumentName, Play } from './behaviour.ts';
import { LATER_EXIT } from './checks.ts';
import { KitAxis } from './kitAxis.ts';
import { type KitDocument, sha256Of } from './kitDocuments.ts';
import type { KitReceipts } from './kitReceipts.ts';
import type { ClientRun, HandedFile, Observation } from './observation.ts';
import { runClient } from './runClient.ts';

/** What all scenarios of one run of the kit share. */
export interface KitStage {
  /** Id that the kit's axis goes by: the audience of tokens. */
  readonly axis: string;
  readonly profile: Profile;
  readonly receipts: KitReceipts;
  readonly documents: Readonly<Record<KitDocumentName, KitDocument>>;
  readonly command: readonly string[];
  readonly cwd: string;
  /** Folder of the kit, for itself alone. */
  readonly folder: string;
  /** How long the client is told to wait for an answer, in milliseconds. */
  readonly answerMs: number;
  /** How long the kit is silent where it should answer, in milliseconds. */
  readonly silenceMs: number;
  /** How long one run of the client may take, in milliseconds. */
  readonly runMs: number;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** A client that ends with `LATER_EXIT` is run again, but not for ever. */
const MOST_RUNS = 4;

/** Lets the client meet one variant of one behaviour, and says what was seen. */
export async function playScenario(name: string, play: Play, stage: KitStage): Promise<Observation> {
  const { axis, profile, receipts, documents, answerMs } = stage;
  const sent = documents[play.sends ?? 'letter'];
  const offered = (play.offers ?? []).map((one) => documents[one]);
  const kit = await KitAxis.start({
    axis,
    profile,
    receipts,
    offers: offered,
    mischief: play.mischief ?? [],
    clockAheadMs: play.clockAheadMs ?? 0,
    firstTokenIsOver: play.firstTokenIsOver ?? false,
    silenceMs: stage.silenceMs,
  });
  try {
    const place = await openPlace(join(stage.folder, name), sent);
    const profileFile = join(place.folder, 'profile.json');
    await writeFile(profileFile, JSON.stringify(kitProfile(stage, kit.url)), { mode: 0o600 });
    if (play.command === 'status') kit.truth.accept(sent);
    const argument = { send: place.letter, receive: place.inbox, status: kit.truth.dispatches[0]?.dispatchId ?? '' };
    const runs = await runAgain(play, kit, () =>
      runClient({
        command: [...stage.command, play.command, argument[play.command]],
        cwd: stage.cwd,
        env: { DOCAXIS_URL: kit.url, DOCAXIS_PROFILE: profileFile, DOCAXIS_TIMEOUT_MS: String(answerMs) },
        limitMs: stage.runMs,
        signal: stage.signal,
      }),
    );
    const { handed, strays } = await lookAround(place, profileFile);
    return { exchanges: kit.exchanges, runs, kit: kit.truth, handed, strays, sent, offered };
  } finally {
    await kit.stop();
  }
}

/** As a scheduler would: once, again after a wait while the client says "later", and as often as the behaviour needs. */
async function runAgain(play: Play, kit: KitAxis, run: () => Promise<ClientRun>): Promise<readonly ClientRun[]> {
  const runs: ClientRun[] = [];
  const wanted = play.offersFromRun ?? 1;
  for (let n = 1; n <= MOST_RUNS; n += 1) {
    kit.truth.inbox.isOpen = n >= wanted;
    const ended = await run();
    runs.push(ended);
    if (n >= wanted && ended.exit !== LATER_EXIT) break;
    kit.truth.inbox.lapse();
    await sleep(Math.max(0, ...kit.exchanges.map(({ retryAfterMs = 0 }) => retryAfterMs)));
  }
  return runs;
}

/** The profile as it was given, for the kit's axis; what signs documents stays where it is. */
const kitProfile = ({ profile, axis, receipts }: KitStage, url: string): Profile => ({
  ...profile,
  url,
  axis,
  receiptIssuer: receipts.issuer,
  agencies: profile.agencies.map(({ code, name, certificates }) => ({
    code,
    name,
    ...(certificates && { certificates }),
  })),
});

interface Place {
  readonly folder: string;
  readonly letter: string;
  readonly inbox: string;
}

/** The inbox lies deep enough that whoever climbs out of it is still within the folder of the scenario. */
async function openPlace(folder: string, { bytes }: KitDocument): Promise<Place> {
  const inbox = join(folder, 'client', 'work', 'inbox');
  await mkdir(inbox, { recursive: true, mode: 0o700 });
  const letter = join(folder, 'letter.edxml');
  await writeFile(letter, bytes);
  return { folder, letter, inbox };
}

/** Files that are still being written do not count: `*.part`, `*.tmp`, and hidden ones. */
const isUnfinished = (name: string): boolean => /(?:^|[\\/])\.|\.(?:part|tmp)$/.test(name);

async function lookAround({ folder, letter, inbox }: Place, profileFile: string) {
  const handed: HandedFile[] = [];
  const strays: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || path === letter || path === profileFile) continue;
    if (!path.startsWith(inbox)) strays.push(path);
    else if (!isUnfinished(entry.name)) handed.push({ name: entry.name, sha256: sha256Of(await readFile(path)) });
  }
  return { handed, strays };
}
