import { evaluate, type Scope } from './evaluate.ts';
import { evaluateCondition } from './evaluateCondition.ts';
import { attributeOf, type Identity, identityRules, plainIdentity, type Surroundings } from './identity.ts';
import {
  isObject,
  type Json,
  type JsonObject,
  Malformed,
  objectAt,
  optionalObject,
  optionalText,
  textAt,
} from './json.ts';
import type { Assembly, StackSource } from './readAssembly.ts';
import { inertTypes, servedTypes } from './resourceTypes.ts';
import { Unsupported } from './unsupported.ts';

/** One resource of a template with its names settled and its properties evaluated. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** Construct path in the CDK app (`Stack/Parent/Child/Resource`), if the template tells it. */
  readonly path: string | undefined;
  readonly ref: string;
  readonly attributes: JsonObject;
  readonly properties: JsonObject;
}

/** An assembly after evaluation: what is to exist, and what the stacks tell about it. */
export interface ResolvedAssembly {
  readonly resources: readonly Resource[];
  /** Stack name → output name → value. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/** Region, account and API endpoints, and values for template parameters that should not have their default. */
export interface ResolveOptions extends Surroundings {
  readonly parameters?: Readonly<Record<string, string>>;
  /** What resources are called that somebody else created, by `stack/logicalId`; the others get names of their own. */
  readonly identities?: ReadonlyMap<string, Identity>;
}

/**
 * Evaluates every stack of an assembly: conditions, parameters, references, exports.
 * @throws Unsupported for a resource type, property or intrinsic that the local axis does not run.
 */
export function resolveAssembly(assembly: Assembly, options: ResolveOptions): ResolvedAssembly {
  const shared: Shared = { options, exports: new Map(), outputs: {} };
  const resources = assembly.stacks.flatMap((source) => new StackResolution(source, shared).resolve());
  return { resources, outputs: shared.outputs };
}

interface Shared {
  readonly options: ResolveOptions;
  readonly exports: Map<string, Json>;
  readonly outputs: Record<string, Record<string, Json>>;
}

class StackResolution {
  readonly #source: StackSource;
  readonly #shared: Shared;
  readonly #resources: JsonObject;
  readonly #identities = new Map<string, Identity>();
  readonly #inProgress = new Set<string>();

  constructor(source: StackSource, shared: Shared) {
    this.#source = source;
    this.#shared = shared;
    this.#resources = optionalObject(source.template.Resources, `${source.name}: Resources`);
  }

  resolve(): Resource[] {
    for (const section of ['Transform', 'Hooks']) {
      if (this.#source.template[section] !== undefined)
        throw new Unsupported(`the section ${section}`, this.#source.name);
    }
    const present = Object.keys(this.#resources).filter((id) => this.#isPresent(this.#resource(id), id));
    const resolved = present.map((id) => this.#resolveResource(id));
    this.#resolveOutputs();
    return resolved;
  }

  #resolveResource(logicalId: string): Resource {
    const where = `${this.#source.name}/${logicalId}`;
    const template = this.#resource(logicalId);
    const type = textAt(template.Type, where);
    const identity = this.#identity(logicalId);
    const metadata = optionalObject(template.Metadata, where);
    return {
      stack: this.#source.name,
      logicalId,
      type,
      path: optionalText(metadata['aws:cdk:path'], where),
      ...identity,
      properties: inertTypes.has(type) ? {} : this.#properties(template, { type, where }),
    };
  }

  #properties(template: JsonObject, { type, where }: { type: string; where: string }): JsonObject {
    const rule = servedTypes.get(type);
    if (rule === undefined) throw new Unsupported(`the resource type ${type}`, where);
    const kept: Record<string, Json | undefined> = {};
    for (const [name, value] of Object.entries(optionalObject(template.Properties, where))) {
      if (rule.honoured.includes(name)) kept[name] = evaluate(value, this.#scope(`${where}.${name}`));
      else if (!rule.ignored.includes(name)) throw new Unsupported(`the property ${name} of ${type}`, where);
    }
    return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  }

  #resolveOutputs(): void {
    const outputs: Record<string, Json> = {};
    this.#shared.outputs[this.#source.name] = outputs;
    for (const [name, value] of Object.entries(
      optionalObject(this.#source.template.Outputs, `${this.#source.name}: Outputs`),
    )) {
      const where = `${this.#source.name}: output ${name}`;
      const output = objectAt(value, where);
      if (!this.#isPresent(output, where)) continue;
      const result = evaluate(output.Value, this.#scope(where));
      if (result === undefined) throw new Malformed('a value', where);
      outputs[name] = result;
      if (output.Export === undefined) continue;
      const exportName = textAt(evaluate(objectAt(output.Export, where).Name, this.#scope(where)), where);
      if (this.#shared.exports.has(exportName))
        throw new Malformed(`an export name that is not taken (${exportName})`, where);
      this.#shared.exports.set(exportName, result);
    }
  }

  #isPresent(entry: JsonObject, where: string): boolean {
    return entry.Condition === undefined || this.#condition(textAt(entry.Condition, where));
  }

  #resource(logicalId: string): JsonObject {
    const where = `${this.#source.name}/${logicalId}`;
    if (!Object.hasOwn(this.#resources, logicalId))
      throw new Malformed(`a resource or parameter ${logicalId}`, this.#source.name);
    return objectAt(this.#resources[logicalId], where);
  }

  #identity(logicalId: string): Identity {
    const known = this.#identities.get(logicalId);
    if (known !== undefined) return known;
    const elsewhere = this.#shared.options.identities?.get(`${this.#source.name}/${logicalId}`);
    if (elsewhere !== undefined) return elsewhere;
    const where = `${this.#source.name}/${logicalId}`;
    if (this.#inProgress.has(logicalId)) throw new Malformed('a name that does not depend on itself', where);
    this.#inProgress.add(logicalId);
    const template = this.#resource(logicalId);
    const type = textAt(template.Type, where);
    if (!servedTypes.has(type) && !inertTypes.has(type)) throw new Unsupported(`the resource type ${type}`, where);
    const properties = optionalObject(template.Properties, where);
    const identity = (identityRules.get(type) ?? plainIdentity)({
      stack: this.#source.name,
      logicalId,
      property: (name) => optionalText(evaluate(properties[name], this.#scope(`${where}.${name}`)), `${where}.${name}`),
      surroundings: this.#shared.options,
    });
    this.#inProgress.delete(logicalId);
    this.#identities.set(logicalId, identity);
    return identity;
  }

  #condition(name: string): boolean {
    const where = `${this.#source.name}: condition ${name}`;
    const conditions = optionalObject(this.#source.template.Conditions, where);
    if (!Object.hasOwn(conditions, name)) throw new Malformed('a condition of this stack', where);
    return evaluateCondition(conditions[name], this.#scope(where));
  }

  #scope(where: string): Scope {
    const { exports, outputs, options } = this.#shared;
    return {
      where,
      region: options.region,
      reference: (name) => this.#reference(name, where),
      attribute: (logicalId, name) => this.#attribute(logicalId, name),
      condition: (name) => this.#condition(name),
      mapping: (map, first, second) => this.#mapping([map, first, second], where),
      exported: (name) => defined(exports.get(name), `an export ${name} of an earlier stack`, where),
      stackOutput: (stack, output) =>
        defined(outputs[stack]?.[output], `an output ${stack}.${output} of an earlier stack`, where),
    };
  }

  #attribute(logicalId: string, name: string): Json {
    const value = attributeOf(this.#identity(logicalId), name);
    if (value !== undefined) return value;
    throw new Unsupported(
      `the attribute ${name} of ${textAt(this.#resource(logicalId).Type, logicalId)}`,
      `${this.#source.name}/${logicalId}`,
    );
  }

  #mapping(keys: readonly string[], where: string): Json {
    let value: Json | undefined = this.#source.template.Mappings;
    for (const key of keys) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return defined(value, `a mapping ${keys.join('.')}`, where);
  }

  #reference(name: string, where: string): Json | undefined {
    if (name === 'AWS::NoValue') return undefined;
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, where);
    const parameters = optionalObject(this.#source.template.Parameters, where);
    return Object.hasOwn(parameters, name)
      ? this.#parameter(name, objectAt(parameters[name], where))
      : this.#identity(name).ref;
  }

  #parameter(name: string, parameter: JsonObject): Json {
    const where = `${this.#source.name}: parameter ${name}`;
    const type = textAt(parameter.Type, where);
    const given = this.#shared.options.parameters?.[name] ?? parameter.Default;
    if (type === 'String' || type === 'Number') return textAt(given, where);
    if (type === 'CommaDelimitedList') return textAt(given, where).split(',');
    throw new Unsupported(`a parameter of type ${type}`, where);
  }

  #pseudoParameter(name: string, where: string): Json {
    const { region, account } = this.#shared.options;
    const stack = this.#source.name;
    const values: Record<string, Json> = {
      'AWS::AccountId': account,
      'AWS::NotificationARNs': [],
      'AWS::Partition': 'aws',
      'AWS::Region': region,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${account}:stack/${stack}/local`,
      'AWS::StackName': stack,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    const value = values[name];
    if (value === undefined) throw new Unsupported(`the pseudo parameter ${name}`, where);
    return value;
  }
}

function defined<Value>(value: Value | undefined, expected: string, where: string): Value {
  if (value === undefined) throw new Malformed(expected, where);
  return value;
}
