import { isList, isObject, type Json, type JsonObject, listAt, Malformed, numberAt, objectAt, textAt } from './json.ts';
import { Unsupported } from './unsupported.ts';

/** What the intrinsic functions of one stack may look up. */
export interface Scope {
  /** `stack/logicalId` of what is being evaluated, for messages. */
  readonly where: string;
  /** `Ref`: parameter, pseudo parameter or resource. `undefined` is AWS::NoValue. */
  reference(name: string): Json | undefined;
  attribute(logicalId: string, name: string): Json;
  condition(name: string): boolean;
  mapping(map: string, first: string, second: string): Json;
  exported(name: string): Json;
  stackOutput(stack: string, output: string): Json;
  readonly region: string;
}

type Intrinsic = (argument: Json | undefined, scope: Scope) => Json | undefined;

/**
 * Evaluates the intrinsic functions inside a template value. `undefined` means that the value is removed (AWS::NoValue).
 * @throws Unsupported for an intrinsic outside the table below, Malformed for wrong arguments.
 * @see AWS CloudFormation User Guide, "Intrinsic function reference"
 */
export function evaluate(value: Json | undefined, scope: Scope): Json | undefined {
  if (isList(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== undefined);
  if (!isObject(value)) return value;
  const [name, ...others] = Object.keys(value);
  if (name !== undefined && others.length === 0) {
    const intrinsic = intrinsics.get(name);
    if (intrinsic !== undefined) return intrinsic(value[name], scope);
    if (name.startsWith('Fn::')) throw new Unsupported(`the intrinsic function ${name}`, scope.where);
  }
  return evaluateMembers(value, scope);
}

function evaluateMembers(value: JsonObject, scope: Scope): JsonObject {
  const result: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    const evaluated = evaluate(member, scope);
    if (evaluated !== undefined) result[key] = evaluated;
  }
  return result;
}

const intrinsics: ReadonlyMap<string, Intrinsic> = new Map<string, Intrinsic>([
  ['Ref', (argument, scope) => scope.reference(textAt(argument, `${scope.where}: Ref`))],
  ['Fn::GetAtt', getAttribute],
  ['Fn::Join', join],
  ['Fn::Sub', substitute],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::If', choose],
  ['Fn::ImportValue', (argument, scope) => scope.exported(evaluateText(argument, scope))],
  ['Fn::GetStackOutput', stackOutput],
  ['Fn::FindInMap', findInMap],
  ['Fn::Base64', (argument, scope) => Buffer.from(evaluateText(argument, scope)).toString('base64')],
  ['Fn::GetAZs', (_argument, scope) => ['a', 'b', 'c'].map((zone) => `${scope.region}${zone}`)],
  ['Fn::Length', (argument, scope) => evaluateList(argument, scope).length],
  ['Fn::ToJsonString', (argument, scope) => JSON.stringify(evaluate(argument, scope))],
]);

function getAttribute(argument: Json | undefined, scope: Scope): Json {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot < 0) throw new Malformed('resource.attribute', `${scope.where}: Fn::GetAtt`);
    return scope.attribute(argument.slice(0, dot), argument.slice(dot + 1));
  }
  const [id, name] = argumentsOf('Fn::GetAtt', argument, { count: 2, scope });
  return scope.attribute(textAt(id, scope.where), evaluateText(name, scope));
}

function join(argument: Json | undefined, scope: Scope): string {
  const [separator, parts] = argumentsOf('Fn::Join', argument, { count: 2, scope });
  const texts = evaluateList(parts, scope).map((part) => textAt(part, `${scope.where}: Fn::Join`));
  return texts.join(textAt(separator, scope.where));
}

function substitute(argument: Json | undefined, scope: Scope): string {
  const [pattern, variables] = isList(argument) ? argument : [argument, {}];
  const own = objectAt(variables ?? {}, `${scope.where}: Fn::Sub`);
  return textAt(pattern, `${scope.where}: Fn::Sub`).replace(/\$\{(!?)([^}]+)\}/g, (_match, escaped, name: string) => {
    if (escaped === '!') return `\${${name}}`;
    if (Object.hasOwn(own, name)) return evaluateText(own[name], scope);
    return textAt(
      name.includes('.') ? getAttribute(name, scope) : scope.reference(name),
      `${scope.where}: Fn::Sub ${name}`,
    );
  });
}

function select(argument: Json | undefined, scope: Scope): Json {
  const [index, list] = argumentsOf('Fn::Select', argument, { count: 2, scope });
  const chosen = evaluateList(list, scope)[numberAt(evaluate(index, scope), scope.where)];
  if (chosen === undefined) throw new Malformed('an index within the list', `${scope.where}: Fn::Select`);
  return chosen;
}

function split(argument: Json | undefined, scope: Scope): readonly string[] {
  const [separator, text] = argumentsOf('Fn::Split', argument, { count: 2, scope });
  return evaluateText(text, scope).split(textAt(separator, scope.where));
}

function choose(argument: Json | undefined, scope: Scope): Json | undefined {
  const [condition, yes, no] = argumentsOf('Fn::If', argument, { count: 3, scope });
  return evaluate(scope.condition(textAt(condition, scope.where)) ? yes : no, scope);
}

function stackOutput(argument: Json | undefined, scope: Scope): Json {
  const { StackName: stack, OutputName: output } = objectAt(argument, `${scope.where}: Fn::GetStackOutput`);
  return scope.stackOutput(evaluateText(stack, scope), evaluateText(output, scope));
}

function findInMap(argument: Json | undefined, scope: Scope): Json {
  const [map, first, second] = argumentsOf('Fn::FindInMap', argument, { count: 3, scope });
  return scope.mapping(evaluateText(map, scope), evaluateText(first, scope), evaluateText(second, scope));
}

function argumentsOf(name: string, argument: Json | undefined, want: { count: number; scope: Scope }): readonly Json[] {
  const list = listAt(argument, `${want.scope.where}: ${name}`);
  if (list.length !== want.count) throw new Malformed(`${want.count} arguments`, `${want.scope.where}: ${name}`);
  return list;
}

function evaluateText(value: Json | undefined, scope: Scope): string {
  return textAt(evaluate(value, scope), scope.where);
}

function evaluateList(value: Json | undefined, scope: Scope): readonly Json[] {
  const list = evaluate(value, scope);
  if (!isList(list)) throw new Malformed('a list', scope.where);
  return list;
}
