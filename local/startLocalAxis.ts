import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { ANSWERS } from '../core/contract/answers.ts';
import type { OperatorRole } from '../core/contract/routes.ts';
import { enrol } from './enrol.ts';
import { type KeptWorld, keptWorld } from './keptWorld.ts';
import { Operator } from './operator.ts';
import { type AxisFacts, type ProfileFiles, writeProfiles } from './profiles.ts';
import { readIfThere, replaceFile } from './replaceFile.ts';
import type { AssemblyOptions, Axis } from './runtime/axis.ts';
import { openDataFolder } from './runtime/dataFolder.ts';
import { PortTaken } from './runtime/portTaken.ts';
import { startAssembly } from './startAssembly.ts';
import { synthesize } from './synthesize.ts';

/** Region whose names the local axis uses; nothing leaves this machine. */
const REGION = 'ap-southeast-1';
const MARKER = 'docaxis.json';
/** Outputs of the template that hold the operators' roles. */
const ROLE_OUTPUTS: Readonly<Record<OperatorRole, string>> = {
  viewer: 'ViewerRole',
  operator: 'OperatorRole',
  security: 'SecurityRole',
};

/** A deployment elsewhere, and its account. */
export type Deployment = Required<Pick<AssemblyOptions, 'account' | 'elsewhere'>>;

export interface LocalAxisOptions {
  /** The project's folder. */
  readonly root: string;
  /** Folder of all state. */
  readonly data: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** Services outside this process that hold a deployment; the embedded ones if absent. */
  readonly elsewhere?: Deployment | undefined;
  /** Forget everything that the folder holds. */
  readonly fresh?: boolean;
  /** Schedules fire only when they are asked to, not by the clock. */
  readonly schedulesOnDemand?: boolean;
  /** Told every answer before it goes out. */
  readonly onAnswer?: Required<AssemblyOptions>['onAnswer'];
  readonly signal?: AbortSignal;
  /** One line a stage that takes time. */
  readonly onStage?: (stage: string) => void;
}

export interface LocalAxis {
  readonly axis: Axis;
  readonly facts: AxisFacts;
  readonly world: KeptWorld;
  readonly profiles: ProfileFiles;
  readonly operator: Operator;
}

/** The folder holds something else than the state of a local axis. */
export class NotAnAxisFolder extends Error {
  override readonly name = 'NotAnAxisFolder';

  constructor(data: string) {
    super(`${data} is not the data folder of a local axis; choose another one with --data`);
  }
}

/**
 * Starts the local axis: synthesizes what changed, runs it, enrols the sample world at the first start, writes the profiles.
 *
 * @throws NotAnAxisFolder, SynthesisFailed, PortTaken, DataFolderInUse
 */
export async function startLocalAxis(options: LocalAxisOptions): Promise<LocalAxis> {
  const { root, port, signal, onStage, onAnswer, schedulesOnDemand = false } = options;
  const data = resolve(options.data);
  // Before anything is deleted or made, which takes time and would be in vain.
  await checkPort(port);
  prepareFolder(data, options.fresh === true);
  const onSynthesis = (): void => onStage?.('synthesizing the stack (only after a change of the sources)');
  const assembly = await synthesize({ root, data, signal, onSynthesis });
  onStage?.('starting the axis');
  const place = { data, port, region: REGION, schedulesOnDemand, ...(onAnswer === undefined ? {} : { onAnswer }) };
  const axis = await startAssembly({ assembly, ...place, ...options.elsewhere });
  try {
    return await settle(axis, { ...options, data });
  } catch (error) {
    await axis.stop();
    throw error;
  }
}

async function settle(axis: Axis, { data, onStage }: LocalAxisOptions): Promise<LocalAxis> {
  const world = await keptWorld(data, axis.clock.now());
  const facts = await factsOf(axis);
  const { url, region, operators: credentials } = facts;
  const operator = new Operator({ url, region, credentials, now: () => axis.clock.now() });
  const steps = await enrol(data, world, operator);
  if (steps > 0) onStage?.(`enrolled the sample world (${steps} steps)`);
  const profiles = writeProfiles(data, world, facts);
  return { axis, facts, world, profiles, operator };
}

/** @throws PortTaken */
async function checkPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new PortTaken(port) : error),
    );
    probe.listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}

/** Deletes only what an axis made: a folder without the marker is left alone, whatever is in it. */
function prepareFolder(data: string, fresh: boolean): void {
  const marker = join(data, MARKER);
  const isOurs = readIfThere(marker) !== undefined;
  if (!isOurs && existsSync(data) && readdirSync(data).length > 0) throw new NotAnAxisFolder(data);
  // Throws when an axis runs on it, before its assembly is replaced or its state deleted.
  if (isOurs) openDataFolder(data).release();
  if (fresh && isOurs) rmSync(data, { recursive: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (!isOurs || fresh) replaceFile(marker, JSON.stringify({ kind: 'data of a local docaxis', version: 1 }));
}

async function factsOf(axis: Axis): Promise<AxisFacts> {
  const about = z.parse(ANSWERS.axis, await (await fetch(new URL('/v1', axis.url))).json());
  const operators = {
    viewer: axis.cloud.issue(axis.rolePrincipal(roleOf('viewer', axis))),
    operator: axis.cloud.issue(axis.rolePrincipal(roleOf('operator', axis))),
    security: axis.cloud.issue(axis.rolePrincipal(roleOf('security', axis))),
  };
  const { axis: id, receiptIssuer } = about;
  return { url: axis.url, axis: id, region: REGION, receiptIssuer, operators, control: axis.control };
}

/** The name of an operator role, from the output that holds its name or ARN. */
function roleOf(role: OperatorRole, axis: Axis): string {
  for (const outputs of Object.values(axis.outputs)) {
    const value = outputs[ROLE_OUTPUTS[role]];
    if (typeof value === 'string') return value.split('/').at(-1) ?? value;
  }
  throw new Error(`the template has no output ${ROLE_OUTPUTS[role]}`);
}
