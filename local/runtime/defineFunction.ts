import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type JsonObject,
  numberAt,
  objectAt,
  optionalNumber,
  optionalObject,
  optionalText,
  textAt,
} from '../assembly/json.ts';
import type { Resource } from '../assembly/resolveAssembly.ts';
import { Unsupported } from '../assembly/unsupported.ts';
import type { FunctionDefinition } from './lambdaFunction.ts';
import { whereOf } from './provision.ts';

/** Reads an `AWS::Lambda::Function`. @throws Unsupported unless it is a Node.js function with a folder as its asset. */
export function defineFunction(
  resource: Resource,
  options: { assets: ReadonlyMap<string, string>; concurrency: number },
): FunctionDefinition {
  const where = whereOf(resource);
  const { properties } = resource;
  const runtime = textAt(properties.Runtime, `${where}.Runtime`);
  if (!/^nodejs\d+\.x$/.test(runtime)) throw new Unsupported(`the runtime ${runtime}`, where);
  if ((properties.PackageType ?? 'Zip') !== 'Zip') throw new Unsupported('a function in a container image', where);
  const handlerSetting = textAt(properties.Handler, `${where}.Handler`);
  const dot = handlerSetting.lastIndexOf('.');
  const folder = assetFolder(objectAt(properties.Code, `${where}.Code`), { assets: options.assets, where });
  return {
    name: resource.ref,
    arn: textAt(resource.attributes.Arn, where),
    stack: resource.stack,
    logicalId: resource.logicalId,
    path: resource.path,
    roleName: roleNameOf(textAt(properties.Role, `${where}.Role`)),
    file: moduleFile(join(folder, handlerSetting.slice(0, dot)), where),
    handler: handlerSetting.slice(dot + 1),
    handlerSetting,
    runtime,
    timeoutSeconds: optionalNumber(properties.Timeout, `${where}.Timeout`) ?? 3,
    memoryMb: optionalNumber(properties.MemorySize, `${where}.MemorySize`) ?? 128,
    concurrency: concurrencyOf(properties, { fallback: options.concurrency, where }),
    variables: variablesOf(properties, where),
    logGroup:
      optionalText(optionalObject(properties.LoggingConfig, where).LogGroup, where) ?? `/aws/lambda/${resource.ref}`,
  };
}

/** The name at the end of a role's ARN. */
export function roleNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

function concurrencyOf(properties: JsonObject, { fallback, where }: { fallback: number; where: string }): number {
  const reserved = properties.ReservedConcurrentExecutions;
  return reserved === undefined ? fallback : Math.min(numberAt(reserved, where), 100);
}

function variablesOf(properties: JsonObject, where: string): Record<string, string> {
  const variables = optionalObject(optionalObject(properties.Environment, where).Variables, where);
  const texts = Object.entries(variables).map(
    ([name, value]) => [name, textAt(value, `${where}: variable ${name}`)] as const,
  );
  const size = texts.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
  // Lambda quotas: 4 KB for all environment variables together
  if (size > 4096) throw new Error(`${where}: ${size} bytes of environment variables, Lambda accepts 4096`);
  return Object.fromEntries(texts);
}

function assetFolder(
  code: JsonObject,
  { assets, where }: { assets: ReadonlyMap<string, string>; where: string },
): string {
  if (code.S3Key === undefined) throw new Unsupported('inline code', where);
  const key = textAt(code.S3Key, `${where}.Code.S3Key`);
  const folder = assets.get(key);
  if (folder === undefined) throw new Error(`${where}: the assembly has no asset ${key}`);
  if (!existsSync(folder))
    throw new Error(`${where}: the asset ${folder} is missing; was the assembly synthesized with bundling?`);
  if (!statSync(folder).isDirectory()) throw new Unsupported('an asset that is not a folder', where);
  return folder;
}

function moduleFile(base: string, where: string): string {
  const file = ['.mjs', '.js', '.cjs']
    .map((extension) => `${base}${extension}`)
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`${where}: no module ${base}.mjs, .js or .cjs`);
  return file;
}
