import { join } from 'node:path';
import { apiIdOf } from './assembly/identity.ts';
import { isObject, optionalObject } from './assembly/json.ts';
import { type Assembly, readAssembly } from './assembly/readAssembly.ts';
import { type ResolvedAssembly, resolveAssembly } from './assembly/resolveAssembly.ts';
import { startCloud } from './cloud/startCloud.ts';
import type { Cloud } from './contract/cloud.ts';
import type { AssemblyOptions, Axis } from './runtime/axis.ts';
import { AxisClock } from './runtime/axisClock.ts';
import { CallWatch } from './runtime/callWatch.ts';
import { type DataFolder, openDataFolder } from './runtime/dataFolder.ts';
import { defineFunction } from './runtime/defineFunction.ts';
import { HttpGateway } from './runtime/httpGateway.ts';
import { LambdaFunction } from './runtime/lambdaFunction.ts';
import { LogBook } from './runtime/logBook.ts';
import { collectPermissions } from './runtime/permissions.ts';
import { provision } from './runtime/provision.ts';
import { QueuePoller } from './runtime/queuePoller.ts';
import { collectRoles, ofType, type Role } from './runtime/roles.ts';
import { runningAxis } from './runtime/runningAxis.ts';
import { Scheduler } from './runtime/scheduler.ts';
import { type Wiring, wireApi } from './runtime/wireApis.ts';
import { wireQueues } from './runtime/wireQueues.ts';
import { wireSchedules } from './runtime/wireSchedules.ts';

/** Running work gets this long to end when the axis stops. */
const graceMs = 5_000;
/** Longer than any local axis lives, also with its clock years ahead. */
const sessionMs = 100 * 365 * 86_400_000;

/**
 * Runs a synthesized CDK app in this process: its HTTP APIs, functions, queues, schedules, tables, buckets, keys and roles.
 * The time zone of the process becomes UTC.
 * @throws Unsupported if the templates hold something that cannot be run, PortTaken, DataFolderInUse.
 */
export async function startAssembly(options: AssemblyOptions): Promise<Axis> {
  // functions run in UTC on Lambda, and worker threads have the time zone of their process
  process.env.TZ = 'UTC';
  const cleanup = new AsyncDisposableStack();
  try {
    return await new AxisStart(options, cleanup).run();
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
}

/** What the SDK calls a service in the names of variables (its service id). */
const sdkNameOf = (service: string): string => (service === 'logs' ? 'CLOUDWATCH_LOGS' : service.toUpperCase());

/** The steps of a start; each leaves its undoing in `cleanup`, which runs in reverse. */
class AxisStart {
  readonly #options: AssemblyOptions;
  readonly #cleanup: AsyncDisposableStack;
  readonly #region: string;
  readonly #account: string;
  readonly #folder: DataFolder;
  readonly #clock: AxisClock;
  readonly #logs: LogBook;
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #watch: CallWatch;
  readonly #warned = new Set<string>();

  constructor(options: AssemblyOptions, cleanup: AsyncDisposableStack) {
    this.#options = options;
    this.#cleanup = cleanup;
    this.#region = options.region ?? 'ap-southeast-1';
    this.#account = options.account ?? '000000000000';
    const folder = openDataFolder(options.data);
    this.#folder = folder;
    cleanup.defer(() => folder.release());
    const clock = options.clock ?? new AxisClock(folder.clockOffset);
    this.#clock = clock;
    cleanup.defer(clock.onJump(() => folder.keepClockOffset(clock.offset)));
    const file = join(folder.path, 'axis.log');
    this.#logs = new LogBook({ file, ...(options.log === undefined ? {} : { onLine: options.log }) });
    cleanup.defer(() => this.#logs.close());
    this.#watch = new CallWatch({ functions: this.#functions, interfere: options.interfere });
  }

  async run(): Promise<Axis> {
    const assembly = readAssembly(this.#options.assembly);
    const gateways = await this.#listen(assembly);
    const resolved = resolveAssembly(assembly, {
      region: this.#region,
      account: this.#account,
      apiEndpoint: (apiId) => gateways.get(apiId)?.url ?? '',
      ...(this.#options.parameters === undefined ? {} : { parameters: this.#options.parameters }),
      ...(this.#options.elsewhere === undefined ? {} : { identities: this.#options.elsewhere.identities }),
    });
    this.#watch.know(resolved.resources);
    const roles = collectRoles(resolved.resources);
    const cloud = await this.#startCloud();
    for (const { principal, trust } of roles.values()) {
      // services assume roles without a call that could be judged here
      const statements = trust.statements.filter((statement) => statement.Principal.AWS !== undefined);
      if (statements.length > 0) cloud.registerRole(principal, { ...trust, statements });
    }
    if (this.#options.elsewhere === undefined) await provision(resolved.resources, cloud);
    this.#startFunctions(assembly, { resolved, cloud, roles });
    const wiring: Wiring = {
      resources: resolved.resources,
      functions: this.#functions,
      mayInvoke: collectPermissions(resolved.resources),
      region: this.#region,
      account: this.#account,
    };
    this.#openGateways(gateways, { wiring, cloud });
    this.#startPollers(wiring, { cloud, roles });
    const scheduler = this.#startScheduler(wiring, { cloud, roles });
    const functions = [...this.#functions.values()];
    const shared = {
      clock: this.#clock,
      logs: this.#logs,
      watch: this.#watch,
      token: this.#folder.token,
      cleanup: this.#cleanup,
    };
    return await runningAxis({ ...shared, gateways, resolved, cloud, roles, scheduler, functions });
  }

  /** Before anything is evaluated, because the templates' outputs and variables hold the APIs' URLs. */
  async #listen(assembly: Assembly): Promise<ReadonlyMap<string, HttpGateway>> {
    const gateways = new Map<string, HttpGateway>();
    for (const { name, template } of assembly.stacks) {
      for (const [logicalId, resource] of Object.entries(optionalObject(template.Resources, name))) {
        if (!isObject(resource) || resource.Type !== 'AWS::ApiGatewayV2::Api') continue;
        const gateway = await HttpGateway.listen(gateways.size === 0 ? (this.#options.port ?? 0) : 0);
        this.#cleanup.defer(() => gateway.stop(graceMs));
        gateways.set(apiIdOf(name, logicalId), gateway);
      }
    }
    return gateways;
  }

  /** Name of the function that writes into a log group. */
  #functionOf(group: string): string | undefined {
    return [...this.#functions.values()].find(({ definition }) => definition.logGroup === group)?.definition.name;
  }

  async #startCloud(): Promise<Cloud> {
    const cloud = await startCloud({
      dir: this.#folder.cloud,
      clock: this.#clock,
      region: this.#region,
      account: this.#account,
      onCall: (call) => this.#watch.record(call),
      interfere: (call) => this.#watch.judge(call),
      onFault: (where, error) => this.#logFault(where, error),
      logs: {
        has: (group) => this.#functionOf(group) !== undefined,
        lines: (group, from, to) =>
          this.#logs.lines({ function: this.#functionOf(group) ?? '', since: from }).filter(({ at }) => at <= to),
      },
      ...(this.#options.servicePort === undefined ? {} : { port: this.#options.servicePort }),
    });
    this.#cleanup.defer(() => cloud.stop());
    const { elsewhere } = this.#options;
    return elsewhere === undefined ? cloud : { ...cloud, endpoints: elsewhere.endpoints };
  }

  #startFunctions(
    assembly: Assembly,
    parts: { resolved: ResolvedAssembly; cloud: Cloud; roles: ReadonlyMap<string, Role> },
  ): void {
    const { cloud } = parts;
    const { elsewhere } = this.#options;
    const endpoints = {
      ...Object.fromEntries(
        Object.entries(cloud.endpoints).map(([service, url]) => [`AWS_ENDPOINT_URL_${sdkNameOf(service)}`, url]),
      ),
      // Set here and nowhere else: a certificate of a laptop's own authority may point to this machine.
      DOCAXIS_REACH: 'loopback',
    };
    for (const resource of ofType(parts.resolved.resources, 'AWS::Lambda::Function')) {
      const declared = defineFunction(resource, {
        assets: assembly.assets,
        concurrency: this.#options.concurrency ?? 10,
      });
      const definition = { ...declared, variables: elsewhere?.variables.get(declared.name) ?? declared.variables };
      const role = roleNamed(parts.roles, definition.roleName);
      const lambda = new LambdaFunction(definition, {
        clock: this.#clock,
        logs: this.#logs,
        region: this.#region,
        endpoints,
        credentials: () => {
          if (elsewhere !== undefined) return elsewhere.credentials;
          const credentials = cloud.issue(role.principal, { expiresAt: this.#clock.now() + sessionMs });
          this.#watch.begin(credentials.accessKeyId, definition.name);
          return credentials;
        },
        forget: (accessKeyId) => {
          cloud.revoke(accessKeyId);
          this.#watch.end(accessKeyId);
        },
      });
      this.#functions.set(definition.name, lambda);
    }
    this.#cleanup.defer(async () => {
      await Promise.all([...this.#functions.values()].map((lambda) => lambda.stop(graceMs)));
    });
  }

  #openGateways(gateways: ReadonlyMap<string, HttpGateway>, { wiring, cloud }: { wiring: Wiring; cloud: Cloud }): void {
    for (const api of ofType(wiring.resources, 'AWS::ApiGatewayV2::Api')) {
      gateways.get(api.ref)?.open({
        apiId: api.ref,
        region: this.#region,
        account: this.#account,
        routes: wireApi(api, wiring),
        now: () => this.#clock.now(),
        authenticate: (request) => cloud.authenticate(request),
        allows: (principal, action, resource) => cloud.allows(principal, action, resource),
        onJudged: (call) => {
          const at = this.#clock.now();
          this.#watch.record({ at, service: 'execute-api', operation: 'Invoke', bytesOut: 0, ...call });
        },
        warn: (line) => this.#warn(line),
        ...(this.#options.onAnswer === undefined ? {} : { onAnswer: this.#options.onAnswer }),
      });
      // before the functions end, the requests that wait for them do
      this.#cleanup.defer(() => gateways.get(api.ref)?.stop(graceMs));
    }
  }

  #startPollers(wiring: Wiring, { cloud, roles }: { cloud: Cloud; roles: ReadonlyMap<string, Role> }): void {
    for (const mapping of wireQueues(wiring)) {
      const { principal } = roleNamed(roles, mapping.function.definition.roleName);
      const missing = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'].filter(
        (action) => !cloud.allows(principal, action, mapping.queueArn),
      );
      if (missing.length > 0) {
        this.#warn(`${mapping.queueArn} is not polled: the role ${principal.name} lacks ${missing.join(', ')}`);
        continue;
      }
      const poller = new QueuePoller(mapping, {
        clock: this.#clock,
        endpoint: cloud.endpoints.sqs,
        region: this.#region,
        credentials:
          this.#options.elsewhere?.credentials ??
          cloud.issue(
            { ...principal, name: `${principal.name}/lambda-poller` },
            { expiresAt: this.#clock.now() + sessionMs },
          ),
        // A server that goes on with a wait whose caller is gone hands it the next message.
        ...(this.#options.elsewhere === undefined ? {} : { waitSeconds: 1 }),
        warn: (line) => this.#warn(line),
      });
      this.#cleanup.defer(() => poller.stop(graceMs));
    }
  }

  #startScheduler(wiring: Wiring, { cloud, roles }: { cloud: Cloud; roles: ReadonlyMap<string, Role> }): Scheduler {
    const schedules = wireSchedules(wiring, (role, action, resource) =>
      cloud.allows(roleNamed(roles, role).principal, action, resource),
    );
    const scheduler = new Scheduler({
      clock: this.#clock,
      schedules,
      onDemand: this.#options.schedulesOnDemand ?? false,
      warn: (line) => this.#warn(line),
    });
    this.#cleanup.defer(() => scheduler.stop(graceMs));
    return scheduler;
  }

  #logFault(where: string, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#logs.add({ at: this.#clock.now(), function: 'axis', line: `fault in ${where}: ${text}` });
  }

  /** Once per line: a wiring fault repeats with every request. */
  #warn(line: string): void {
    if (this.#warned.has(line) || this.#warned.size > 1_000) return;
    this.#warned.add(line);
    this.#logs.add({ at: this.#clock.now(), function: 'axis', line });
  }
}

function roleNamed(roles: ReadonlyMap<string, Role>, name: string): Role {
  const role = roles.get(name);
  if (role === undefined) throw new Error(`the assembly has no role ${name}`);
  return role;
}
