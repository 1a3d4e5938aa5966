import { randomUUID } from 'node:crypto';
import { functionNameOf } from '../assembly/identity.ts';
import { type JsonObject, listAt, numberAt, objectAt, optionalText, textAt } from '../assembly/json.ts';
import type { Resource } from '../assembly/resolveAssembly.ts';
import { Unsupported } from '../assembly/unsupported.ts';
import { roleNameOf } from './defineFunction.ts';
import { whereOf } from './provision.ts';
import { ofType } from './roles.ts';
import { parseSchedule } from './scheduleExpression.ts';
import type { Schedule } from './scheduler.ts';
import { functionAt, type Wiring } from './wireApis.ts';

/** Whether a role may do something, by its name. */
export type RoleMay = (roleName: string, action: string, resource: string) => boolean;

/** Reads `AWS::Events::Rule` and `AWS::Scheduler::Schedule`. @throws Unsupported for targets that are not functions of the assembly. */
export function wireSchedules(wiring: Wiring, roleMay: RoleMay): readonly Schedule[] {
  return [
    ...ofType(wiring.resources, 'AWS::Events::Rule').flatMap((rule) => ruleSchedules(rule, wiring)),
    ...ofType(wiring.resources, 'AWS::Scheduler::Schedule').map((schedule) =>
      schedulerSchedule(schedule, { wiring, roleMay }),
    ),
  ];
}

function ruleSchedules(rule: Resource, wiring: Wiring): Schedule[] {
  const where = whereOf(rule);
  const arn = textAt(rule.attributes.Arn, where);
  return listAt(rule.properties.Targets, where).map((entry) => {
    const target = targetOf(entry, where, ['Arn', 'Id', 'Input', 'RetryPolicy']);
    const base = scheduleOf(rule, { target, wiring });
    const { name } = base.function.definition;
    const caller = { service: 'events.amazonaws.com', sourceArn: arn, account: wiring.account };
    const input = optionalText(target.Input, where);
    return {
      ...base,
      ...(wiring.mayInvoke(name, caller)
        ? {}
        : { refusal: `rule ${rule.logicalId}: the function ${name} does not permit it to invoke it` }),
      event: (at) => (input === undefined ? scheduledEvent(at, { arn, wiring }) : JSON.parse(input)),
    };
  });
}

function schedulerSchedule(schedule: Resource, { wiring, roleMay }: { wiring: Wiring; roleMay: RoleMay }): Schedule {
  const where = whereOf(schedule);
  const target = targetOf(schedule.properties.Target, where, ['Arn', 'Input', 'RetryPolicy', 'RoleArn']);
  const base = scheduleOf(schedule, { target, wiring });
  const { arn, name } = base.function.definition;
  const permitted = roleMay(roleNameOf(textAt(target.RoleArn, where)), 'lambda:InvokeFunction', arn);
  const input = optionalText(target.Input, where);
  return {
    ...base,
    ...(permitted ? {} : { refusal: `schedule ${schedule.logicalId}: its role may not invoke the function ${name}` }),
    event: () => (input === undefined ? {} : JSON.parse(input)),
  };
}

function scheduleOf(
  resource: Resource,
  { target, wiring }: { target: JsonObject; wiring: Wiring },
): Omit<Schedule, 'event'> {
  const where = whereOf(resource);
  const expression = textAt(resource.properties.ScheduleExpression, `${where}.ScheduleExpression`);
  const invoked = functionAt(textAt(target.Arn, where), { wiring, where });
  return {
    name: resource.ref,
    logicalId: resource.logicalId,
    path: resource.path,
    expression,
    enabled: (resource.properties.State ?? 'ENABLED') === 'ENABLED',
    function: invoked,
    nextDue: parseSchedule(expression, {
      timezone: optionalText(resource.properties.ScheduleExpressionTimezone, where),
      where,
    }),
    retries: retriesOf(invoked.definition.name, wiring),
  };
}

function targetOf(value: unknown, where: string, known: readonly string[]): JsonObject {
  const target = objectAt(value, where);
  const unknown = Object.keys(target).find((property) => !known.includes(property));
  if (unknown !== undefined) throw new Unsupported(`the target property ${unknown}`, where);
  return target;
}

function retriesOf(functionName: string, wiring: Wiring): number {
  const config = ofType(wiring.resources, 'AWS::Lambda::EventInvokeConfig').find(
    (resource) => functionNameOf(textAt(resource.properties.FunctionName, whereOf(resource))) === functionName,
  );
  const retries = config?.properties.MaximumRetryAttempts;
  return retries === undefined ? 2 : numberAt(retries, functionName);
}

function scheduledEvent(at: number, { arn, wiring }: { arn: string; wiring: Wiring }): Record<string, unknown> {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: wiring.account,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: wiring.region,
    resources: [arn],
    detail: {},
  };
}
