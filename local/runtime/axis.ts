import type { Identity } from '../assembly/identity.ts';
import type { Json } from '../assembly/json.ts';
import type { Resource } from '../assembly/resolveAssembly.ts';
import type { Cloud, EmbeddedService } from '../contract/cloud.ts';
import type { Interference, PendingCall } from '../contract/cloudCall.ts';
import type { Credentials, Principal } from '../contract/principal.ts';
import type { AxisClock } from './axisClock.ts';
import type { InterferenceRule, RecordedCall, Strikes } from './callBook.ts';
import type { GatewayAnswer } from './httpReply.ts';
import type { FunctionCounts, FunctionDefinition } from './lambdaFunction.ts';
import type { LogLine } from './logBook.ts';

/** A deployment of the same assembly at services outside this process; what the local axis adds is Lambda and the gateway. */
export interface Elsewhere {
  readonly endpoints: Readonly<Record<EmbeddedService, string>>;
  /** Of every function and poller. */
  readonly credentials: Credentials;
  /** What the deployment created, by `stack/logicalId`. */
  readonly identities: ReadonlyMap<string, Identity>;
  /** The environment that the deployment gave each function, by its name. */
  readonly variables: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** How to start a cloud assembly as a local axis. */
export interface AssemblyOptions {
  /** Folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** Folder for all state; created if absent. */
  readonly data: string;
  /** Port of the first HTTP API on 127.0.0.1; absent or 0: the system chooses. Further APIs get ports of their own. */
  readonly port?: number;
  /** `ap-southeast-1` if absent. */
  readonly region?: string;
  /** Twelve digits; `000000000000` if absent. */
  readonly account?: string;
  /** Absent: the machine's time plus what the data folder remembers. */
  readonly clock?: AxisClock;
  /** Values for template parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Absent: the embedded services, with everything that the assembly declares. Calls that go elsewhere are neither judged nor recorded. */
  readonly elsewhere?: Elsewhere | undefined;
  /** Most environments at once per function without reserved concurrency; 10 if absent. */
  readonly concurrency?: number;
  /** First of six consecutive ports of the embedded services; absent: the system chooses. */
  readonly servicePort?: number;
  /** Schedules fire only when they are asked to (`fire`), not by the clock. */
  readonly schedulesOnDemand?: boolean;
  /** Asked before every call to an embedded service, after the rules of {@link Axis.interfere}. */
  readonly interfere?: (call: PendingCall) => Interference | Promise<Interference>;
  /** Told every answer of the HTTP APIs before it goes out. */
  readonly onAnswer?: (answer: GatewayAnswer) => void;
  /** Receives every log line; they are kept in `axis.log` of the data folder in any case. */
  readonly log?: (line: LogLine) => void;
}

/** A function of the running axis. */
export interface AxisFunction extends FunctionDefinition {
  counts(): FunctionCounts;
  /** Forgets the highest use of memory, so that what comes next is measured by itself. */
  forgetPeak(): void;
  /** Environments that exist now. */
  environments(): number;
  /** Invocations under way, those that wait for an environment included. */
  running(): number;
  /** Ends all of its environments at once. */
  recycle(): Promise<void>;
  /** Lets the clock of its environments differ from the axis clock by so many milliseconds. */
  skew(ms: number): void;
  /** Ends invocations after so many real milliseconds; absent: after the time-out of the template. */
  limit(ms?: number): void;
}

/** A running local axis. */
export interface Axis {
  /** Base URL of the first HTTP API; empty if the assembly has none. */
  readonly url: string;
  /** Base URLs by `stack/logicalId` of each HTTP API. */
  readonly urls: Readonly<Record<string, string>>;
  readonly control: { readonly url: string; readonly token: string };
  /** Stack name → output name → value. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly functions: readonly AxisFunction[];
  readonly resources: readonly Resource[];
  readonly cloud: Cloud;
  readonly clock: AxisClock;
  /** Calls to the embedded services after the given number (0: all that are kept). */
  calls(since?: number): readonly RecordedCall[];
  /** `principal service:Operation` → how often since the start. */
  callCounts(): Readonly<Record<string, number>>;
  logs(filter?: { function?: string; since?: number }): readonly LogLine[];
  /** Replaces the interference rules; the answer tells how often these have struck. */
  interfere(rules: readonly InterferenceRule[]): Strikes;
  /** Invokes a function by physical name, logical id or construct path. @throws FunctionError */
  invoke(name: string, event: unknown): Promise<unknown>;
  /** Fires a rule or schedule now and waits for its function. @throws FunctionError */
  fire(name: string): Promise<unknown>;
  /** The principal of a role, by physical name, logical id or construct path. */
  rolePrincipal(name: string): Principal;
  /** Stops taking work, lets running work end (at most five seconds), and closes everything. Safe to call twice. */
  stop(): Promise<void>;
  /** Resolves when the axis has stopped, whoever asked for it. */
  readonly stopped: Promise<void>;
}
