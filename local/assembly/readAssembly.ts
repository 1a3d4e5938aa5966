import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isObject, type JsonObject, listAt, objectAt, optionalObject, optionalText, textAt } from './json.ts';
import { Unsupported } from './unsupported.ts';

/** One stack of an assembly: its name as deployed, and its template. */
export interface StackSource {
  readonly name: string;
  readonly template: JsonObject;
}

/** A cloud assembly as `cdk synth` leaves it. */
export interface Assembly {
  readonly directory: string;
  /** In the order of deployment: a stack comes after those that it depends on. */
  readonly stacks: readonly StackSource[];
  /** Key in the asset bucket → absolute folder or file with the content. */
  readonly assets: ReadonlyMap<string, string>;
}

interface Artifact {
  readonly id: string;
  readonly type: string;
  readonly dependencies: readonly string[];
  readonly properties: JsonObject;
  readonly directory: string;
}

/**
 * Reads a cloud assembly folder, nested assemblies (CDK stages) included.
 * @throws Error naming the folder if there is no assembly in it.
 * @see https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/cloud-assembly-schema (manifest schema)
 */
export function readAssembly(directory: string): Assembly {
  const stacks: StackSource[] = [];
  const assets = new Map<string, string>();
  readInto(resolve(directory), { stacks, assets });
  if (stacks.length === 0) throw new Error(`no stack in the cloud assembly ${directory}`);
  return { directory: resolve(directory), stacks, assets };
}

function readInto(directory: string, found: { stacks: StackSource[]; assets: Map<string, string> }): void {
  for (const artifact of inDependencyOrder(readArtifacts(directory))) {
    const where = `${directory}: ${artifact.id}`;
    if (artifact.type === 'aws:cloudformation:stack') {
      const file = textAt(artifact.properties.templateFile, `${where}.templateFile`);
      const name = optionalText(artifact.properties.stackName, `${where}.stackName`) ?? artifact.id;
      found.stacks.push({ name, template: objectAt(readJson(join(directory, file)), file) });
    } else if (artifact.type === 'cdk:asset-manifest') {
      readAssets(directory, textAt(artifact.properties.file, `${where}.file`), found.assets);
    } else if (artifact.type === 'cdk:cloud-assembly') {
      readInto(join(directory, textAt(artifact.properties.directoryName, `${where}.directoryName`)), found);
    }
  }
}

function readArtifacts(directory: string): Map<string, Artifact> {
  const manifest = objectAt(readJson(join(directory, 'manifest.json')), 'manifest.json');
  const artifacts = new Map<string, Artifact>();
  for (const [id, value] of Object.entries(optionalObject(manifest.artifacts, 'manifest.json: artifacts'))) {
    const artifact = objectAt(value, `manifest.json: ${id}`);
    artifacts.set(id, {
      id,
      type: textAt(artifact.type, `manifest.json: ${id}.type`),
      dependencies: listAt(artifact.dependencies, `manifest.json: ${id}.dependencies`).map((d) => textAt(d, id)),
      properties: optionalObject(artifact.properties, `manifest.json: ${id}.properties`),
      directory,
    });
  }
  return artifacts;
}

function inDependencyOrder(artifacts: ReadonlyMap<string, Artifact>): Artifact[] {
  const ordered: Artifact[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    const artifact = artifacts.get(id);
    if (artifact === undefined || seen.has(id)) return;
    seen.add(id);
    for (const dependency of artifact.dependencies) visit(dependency);
    ordered.push(artifact);
  };
  for (const id of artifacts.keys()) visit(id);
  return ordered;
}

function readAssets(directory: string, file: string, assets: Map<string, string>): void {
  const manifest = objectAt(readJson(join(directory, file)), file);
  for (const [id, value] of Object.entries(optionalObject(manifest.dockerImages, file))) {
    if (value !== undefined) throw new Unsupported('a container image asset', `${file}: ${id}`);
  }
  for (const [id, value] of Object.entries(optionalObject(manifest.files, file))) {
    const asset = objectAt(value, `${file}: ${id}`);
    const source = objectAt(asset.source, `${file}: ${id}.source`);
    // an asset built by a command has no path; it matters only if a function refers to it, which is then refused
    if (source.path === undefined) continue;
    const path = resolve(directory, textAt(source.path, `${file}: ${id}.source.path`));
    for (const destination of Object.values(optionalObject(asset.destinations, `${file}: ${id}.destinations`))) {
      if (isObject(destination)) assets.set(textAt(destination.objectKey, `${file}: ${id}.objectKey`), path);
    }
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new Error(`cannot read ${file}; is it a folder that cdk synth wrote?`, { cause });
  }
}
