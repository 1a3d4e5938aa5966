import { isDeepStrictEqual } from 'node:util';
import type { Assembly } from '../../local/assembly/readAssembly.ts';
import type { Resource } from '../../local/assembly/resolveAssembly.ts';
import type { DeployedResource } from './deployedResources.ts';
import type { Seen } from './seenProperties.ts';

export interface Difference {
  /** `stack/logicalId`. */
  readonly where: string;
  /** `type.property`, the form of a known gap. */
  readonly what: string;
  readonly wanted: unknown;
  readonly found: unknown;
}

export interface Comparison {
  /** Resources that exist, by type. */
  readonly created: ReadonlyMap<string, number>;
  /** Resources of the template that do not, by type. */
  readonly missing: ReadonlyMap<string, number>;
  /** Properties that were compared. */
  readonly properties: number;
  readonly differences: readonly Difference[];
}

export interface Deployed {
  readonly assembly: Assembly;
  /** The template's resources under the names that the deployment gave them. */
  readonly resources: readonly Resource[];
  readonly deployed: readonly DeployedResource[];
  readonly readers: Readonly<Record<string, (resource: DeployedResource, wanted: Seen) => Promise<Seen>>>;
}

/** Asks the services themselves for every resource of the template, and compares each property that they tell. */
export async function compareDeployment({ assembly, resources, deployed, readers }: Deployed): Promise<Comparison> {
  const existing = new Map(deployed.map((each) => [`${each.stack}/${each.logicalId}`, each]));
  const created = new Map<string, number>();
  const missing = new Map<string, number>();
  const differences: Difference[] = [];
  let properties = 0;
  for (const resource of resources) {
    const where = `${resource.stack}/${resource.logicalId}`;
    const found = existing.get(where);
    const counts = found ? created : missing;
    counts.set(resource.type, (counts.get(resource.type) ?? 0) + 1);
    const read = readers[resource.type];
    if (!found || !read) continue;
    const wanted = wantedProperties(assembly, resource);
    for (const [name, value] of Object.entries(await read(found, wanted))) {
      if (!(name in wanted)) continue;
      properties++;
      if (!isDeepStrictEqual(plain(wanted[name]), plain(value)))
        differences.push({ where, what: `${resource.type}.${name}`, wanted: wanted[name], found: value });
    }
  }
  return { created, missing, properties, differences };
}

/** What the template says: evaluated where the local axis evaluates it, else as it is written. */
function wantedProperties(
  assembly: Assembly,
  { stack, logicalId, properties }: Resource,
): Readonly<Record<string, unknown>> {
  const template = assembly.stacks.find(({ name }) => name === stack)?.template as {
    Resources: Record<string, { Properties?: Record<string, unknown> }>;
  };
  return { ...template.Resources[logicalId]?.Properties, ...properties };
}

/** Without the order of names and of lists of named things, in which services differ. */
function plain(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(plain).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([name, member]) => [name, plain(member)]),
  );
}
