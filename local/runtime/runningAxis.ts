import type { ResolvedAssembly } from '../assembly/resolveAssembly.ts';
import type { Cloud } from '../contract/cloud.ts';
import type { Axis, AxisFunction } from './axis.ts';
import type { AxisClock } from './axisClock.ts';
import type { CallWatch } from './callWatch.ts';
import { ControlServer } from './controlServer.ts';
import { findByName } from './findByName.ts';
import type { HttpGateway } from './httpGateway.ts';
import type { LambdaFunction } from './lambdaFunction.ts';
import type { LogBook } from './logBook.ts';
import { whereOf } from './provision.ts';
import { ofType, type Role } from './roles.ts';
import type { Scheduler } from './scheduler.ts';

/** The started parts that an {@link Axis} is the face of. */
export interface AxisParts {
  /** By API id. */
  readonly gateways: ReadonlyMap<string, HttpGateway>;
  readonly resolved: ResolvedAssembly;
  readonly cloud: Cloud;
  readonly roles: ReadonlyMap<string, Role>;
  readonly functions: readonly LambdaFunction[];
  readonly scheduler: Scheduler;
  readonly clock: AxisClock;
  readonly logs: LogBook;
  readonly watch: CallWatch;
  /** Bearer token of the control server. */
  readonly token: string;
  /** Undoes the start, in reverse. */
  readonly cleanup: AsyncDisposableStack;
}

/** Starts the control server and gives the running axis its face. */
export async function runningAxis(parts: AxisParts): Promise<Axis> {
  const { resolved, scheduler, watch } = parts;
  const functions = parts.functions.map((lambda) => ({ ...lambda.definition, lambda }));
  const roles = namedRoles(parts.roles);
  const axis: Omit<Axis, 'control'> = {
    ...addresses(parts),
    ...stopping(parts.cleanup),
    outputs: resolved.outputs,
    resources: resolved.resources,
    functions: parts.functions.map(describeFunction),
    cloud: parts.cloud,
    clock: parts.clock,
    calls: (since = 0) => watch.calls.since(since),
    callCounts: () => watch.calls.counts,
    logs: (filter) => parts.logs.lines(filter),
    interfere: (rules) => watch.rules.set(rules),
    invoke: async (name, event) => await findByName(functions, name).lambda.invoke(event),
    fire: async (name) => await scheduler.fire(findByName(scheduler.schedules, name)),
    rolePrincipal: (name) => findByName(roles, name).principal,
  };
  return { ...axis, control: await startControl(axis, parts) };
}

function stopping(cleanup: AsyncDisposableStack): Pick<Axis, 'stop' | 'stopped'> {
  const ended = Promise.withResolvers<void>();
  // who waits for `stopped` sees a failure; nobody has to
  ended.promise.catch(() => {});
  let asked = false;
  const stop = (): Promise<void> => {
    if (!asked) cleanup.disposeAsync().then(ended.resolve, ended.reject);
    asked = true;
    return ended.promise;
  };
  return { stop, stopped: ended.promise };
}

async function startControl(
  axis: Omit<Axis, 'control'>,
  { token, watch, clock, cleanup }: AxisParts,
): Promise<Axis['control']> {
  const control = await ControlServer.listen({
    token,
    now: () => clock.now(),
    advance: (ms) => clock.advance(ms),
    set: (ms) => clock.set(ms),
    calls: (since) => ({ calls: axis.calls(since), counts: axis.callCounts(), total: watch.calls.total }),
    fire: axis.fire,
    interfere: axis.interfere,
    logs: axis.logs,
    resources: () => ({ urls: axis.urls, outputs: axis.outputs, resources: axis.resources.map(describeResource) }),
    stop: () => void axis.stop(),
  });
  cleanup.defer(() => control.stop());
  return { url: control.url, token };
}

function addresses({ gateways, resolved }: AxisParts): Pick<Axis, 'url' | 'urls'> {
  const apis = ofType(resolved.resources, 'AWS::ApiGatewayV2::Api');
  const urls = Object.fromEntries(apis.map((api) => [whereOf(api), gateways.get(api.ref)?.url ?? '']));
  return { url: Object.values(urls)[0] ?? '', urls };
}

interface NamedRole {
  readonly name: string;
  readonly logicalId: string;
  readonly path: string | undefined;
  readonly principal: Role['principal'];
}

function namedRoles(roles: ReadonlyMap<string, Role>): readonly NamedRole[] {
  return [...roles].map(([name, { principal, resource }]) => ({
    name,
    logicalId: resource.logicalId,
    path: resource.path,
    principal,
  }));
}

function describeFunction(lambda: LambdaFunction): AxisFunction {
  return {
    ...lambda.definition,
    counts: () => lambda.counts,
    forgetPeak: () => lambda.forgetPeak(),
    environments: () => lambda.environments,
    running: () => lambda.running,
    recycle: () => lambda.recycle(),
    skew: (ms) => lambda.skew(ms),
    limit: (ms) => lambda.limit(ms),
  };
}

function describeResource(resource: ResolvedAssembly['resources'][number]): Record<string, unknown> {
  const { stack, logicalId, type, path, ref, attributes } = resource;
  return { stack, logicalId, type, path, ref, attributes };
}
