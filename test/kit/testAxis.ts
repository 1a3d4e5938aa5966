import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxisClient } from '../../client/axisClient.ts';
import type { SystemKey } from '../../client/bearerTokens.ts';
import type { RetryPolicy } from '../../client/retryPolicy.ts';
import { signDocument } from '../../client/signDocument.ts';
import type { AnswerOf } from '../../core/contract/answers.ts';
import type { OperatorRole } from '../../core/contract/routes.ts';
import { Operator } from '../../local/operator.ts';
import { systemProfile } from '../../local/profiles.ts';
import type { Axis } from '../../local/runtime/axis.ts';
import { type LocalAxis, startLocalAxis } from '../../local/startLocalAxis.ts';
import { type SampleDocument, type SampleStatus, sampleDocument, sampleStatus } from '../../world/documents.ts';
import { type PlaceCode, placeOf, type WorldSystemName } from '../../world/places.ts';
import { addBreaches, failOnBreaches } from './contractBreaches.ts';
import { breachesOf } from './contractWatch.ts';
import { emptiedDeployment } from './deployment.ts';
import { folderAt, ROOT, stockDataFolder } from './stock.ts';
import { openStores, type Stores } from './stores.ts';
import { until } from './until.ts';

export interface TestAxisOptions {
  /** Folder of an axis that was stopped, to go on where it was; a new temporary folder if absent. */
  readonly data?: string;
  /** When the world is enrolled, in milliseconds, for documents of another time; a few minutes ago if absent. */
  readonly at?: number;
  /** Changes the assembly, whose folder it is given, before the axis starts; tables follow it only with `at`. */
  readonly change?: (assembly: string) => void;
  /** Schedules fire only when they are asked to: the watchman comes by `watch` alone. */
  readonly schedulesOnDemand?: boolean;
  /** Attempts of the clients; 1 if absent, so that a test sees every failure. */
  readonly attempts?: number;
}

/** What `submitLetter` needs to be told; the rest is filled in. */
export type Letter = Partial<SampleDocument> & { readonly as?: WorldSystemName };

export interface SentLetter {
  readonly bytes: Buffer;
  readonly answer: AnswerOf<'submit'>;
}

/** A running local axis with the sample world enrolled, and what tests do with one again and again. */
export interface TestAxis extends LocalAxis {
  readonly axis: Axis;
  readonly data: string;
  readonly stores: Stores;
  /** One client for each system of the sample world. */
  readonly clients: Readonly<Record<WorldSystemName, AxisClient>>;
  /** A client of the system with this id, by its own key; for systems that a test enrolled itself. */
  clientOf(systemId: string, key: SystemKey, retry?: Partial<RetryPolicy>): AxisClient;
  /** Calls the admin API in one role, whether or not it may. */
  operatorAs(role: OperatorRole): Operator;
  /** A signed document. Each has a number of its own unless told otherwise. */
  letter(letter?: Letter): Promise<Buffer>;
  status(status: SampleStatus): Promise<Buffer>;
  /** Signs a document as its sender. */
  sign(bytes: Buffer): Promise<Buffer>;
  submitLetter(letter?: Letter): Promise<SentLetter>;
  submit(bytes: Buffer, as?: WorldSystemName): Promise<AnswerOf<'submit'>>;
  /** Waits until no dispatch waits for its fan-out. */
  settle(): Promise<void>;
  /** Moves the clock of the axis; `ms` may be hours or days. */
  advance(ms: number): void;
  /** Fires the watchman now and waits for it. */
  watch(): Promise<void>;
  /** Stops the axis; the folder goes too unless it is kept. */
  stop(keep?: 'keep'): Promise<void>;
}

let numbers = 0;

/** Starts an axis for a test on a folder of its own. About a second. */
export async function startTestAxis(options: TestAxisOptions = {}): Promise<TestAxis> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'docaxis-test-'));
  const deployment = await emptiedDeployment();
  const enrolAt = options.at ?? (deployment && Date.now());
  await (enrolAt === undefined ? stockDataFolder(data) : folderAt(data, enrolAt));
  options.change?.(join(data, 'assembly'));
  const local = await startLocalAxis({
    root: ROOT,
    data,
    port: 0,
    elsewhere: deployment,
    schedulesOnDemand: options.schedulesOnDemand ?? false,
    onAnswer: (answer) => addBreaches(breachesOf(answer)),
  });
  const { axis, facts, world } = local;
  const stores = openStores(axis, facts.region);
  const now = () => axis.clock.now();
  const retry = { attempts: options.attempts ?? 1 };
  const clientOf: TestAxis['clientOf'] = (system, key, policy = retry) =>
    new AxisClient({ url: facts.url, audience: facts.axis, system, key, now, retry: policy });
  const profiles = {
    'trung-tam-mau': systemProfile('trung-tam-mau', world, facts),
    'bo-minh-hoa': systemProfile('bo-minh-hoa', world, facts),
  };
  const clients = {
    'trung-tam-mau': clientOf('trung-tam-mau', profiles['trung-tam-mau'].key),
    'bo-minh-hoa': clientOf('bo-minh-hoa', profiles['bo-minh-hoa'].key),
  };
  const everyone = {
    ...profiles['trung-tam-mau'],
    agencies: Object.values(profiles).flatMap(({ agencies }) => agencies),
  };
  const sign = (bytes: Buffer) => signDocument(bytes, everyone);
  const letter = ({ as: _, ...draft }: Letter = {}) => sign(sampleDocument({ ...usualLetter(), ...draft }));
  const submit = (bytes: Buffer, as: WorldSystemName = 'trung-tam-mau') => clients[as].submit(bytes);
  return {
    ...local,
    data,
    stores,
    clients,
    clientOf,
    operatorAs: (role) => {
      const credentials = facts.operators[role];
      const all = { viewer: credentials, operator: credentials, security: credentials };
      return new Operator({ url: facts.url, region: facts.region, credentials: all, now });
    },
    letter,
    sign,
    submit,
    status: (status) => sign(sampleStatus(status)),
    submitLetter: async (draft = {}) => {
      const bytes = await letter(draft);
      return { bytes, answer: await submit(bytes, draft.as ?? systemOf(draft.from)) };
    },
    settle: async () => {
      await until(
        async () => (await stores.items('dsp_')).every(({ state }) => state === 'dispatched'),
        'every dispatch is dispatched',
      );
    },
    advance: (ms) => axis.clock.advance(ms),
    watch: async () => void (await axis.invoke('docaxis-evaluation-watch', { task: 'watch' })),
    stop: async (keep) => {
      stores.close();
      await axis.stop();
      if (keep === undefined) rmSync(data, { recursive: true, force: true });
      // What was answered between tests, or in a run that is no test.
      failOnBreaches();
    },
  };
}

function usualLetter(): SampleDocument {
  numbers += 1;
  return { from: 'X91.04', to: ['X92'], number: numbers, date: '2026/03/02', subject: `Công văn thử số ${numbers}` };
}

const systemOf = (code: PlaceCode = 'X91.04'): WorldSystemName => placeOf(code).system;
