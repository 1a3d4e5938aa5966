import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Identity } from '../../local/assembly/identity.ts';
import { type Assembly, readAssembly } from '../../local/assembly/readAssembly.ts';
import { resolveAssembly } from '../../local/assembly/resolveAssembly.ts';
import { writeDeployment } from '../kit/deployment.ts';
import { stageApp, stockBundles } from '../kit/synthesizedStage.ts';
import { lambdaFunction, rest } from './awsCall.ts';
import { alterTemplates, CdkCommand } from './cdkDeploy.ts';
import { type Comparison, compareDeployment } from './compareDeployment.ts';
import { type DeployedResource, deployedResources, stackStatus } from './deployedResources.ts';
import { describeDeployment, identitiesOf, withSigningKey } from './describeDeployment.ts';
import type { Implementation } from './implementation.ts';
import { runJourneys } from './journeys.ts';
import { ALTERATIONS, PROPERTIES_IGNORED, TYPES_IGNORED } from './knownGaps.ts';
import { seenProperties } from './seenProperties.ts';

const STACKS = ['docaxis-evaluation-data', 'docaxis-evaluation'] as const;
/** One function whose code is another one after the update. */
const CHANGED = 'view';

/** One deployment from nothing to an update and back; what is not as it should be is collected, not thrown. */
export class DeployTrial {
  readonly #implementation: Implementation;
  readonly #folder: string;
  readonly #cdk: CdkCommand;
  readonly #failures: string[] = [];

  constructor(implementation: Implementation, folder: string) {
    this.#implementation = implementation;
    this.#folder = folder;
    this.#cdk = new CdkCommand(implementation.place, join(folder, 'home'));
  }

  /** @returns what is not as it should be, a sentence each. */
  async run(): Promise<readonly string[]> {
    const { place, name } = this.#implementation;
    say(`deploying to ${name}, account ${place.account}`);
    const first = await this.#synthesize('first', { version: '1.0.0' });
    await this.#cdk.bootstrap(first);
    await this.#cdk.deploy(first);
    const deployed = await this.#deployed();
    await this.#compare(first, deployed);
    await this.#journeys(deployed);
    await this.#update(first, deployed);
    return this.#failures;
  }

  async #synthesize(name: string, { version, bundles }: { version: string; bundles?: string }): Promise<string> {
    const outdir = join(this.#folder, name);
    (await stageApp('evaluation', {}, { outdir, version, ...(bundles === undefined ? {} : { bundles }) })).synth();
    if (!this.#implementation.isKnown) return outdir;
    const altered = alterTemplates(outdir);
    for (const alteration of ALTERATIONS) {
      const { type, property, because } = alteration;
      const count = altered.get(alteration) ?? 0;
      if (count === 0) this.#failures.push(`${type}.${property} is to be altered, and no template has it`);
      else if (name === 'first') say(`altered in the template: ${property} of ${count} ${type}, ${because}`);
    }
    return outdir;
  }

  async #deployed(): Promise<readonly DeployedResource[]> {
    const { place } = this.#implementation;
    return (await Promise.all(STACKS.map((stack) => deployedResources(place, stack)))).flat();
  }

  async #compare(folder: string, deployed: readonly DeployedResource[]): Promise<void> {
    const { place } = this.#implementation;
    const assembly = readAssembly(folder);
    const identities = new Map([...namesOfIgnored(assembly), ...Object.entries(identitiesOf(place, deployed))]);
    const { resources } = resolveAssembly(assembly, { ...place, apiEndpoint: () => '', identities });
    const real = resources.filter(({ type }) => type !== 'AWS::CDK::Metadata');
    const comparison = await compareDeployment({ assembly, resources: real, deployed, readers: seenProperties(place) });
    this.#report(comparison);
  }

  #report({ created, missing, properties, differences }: Comparison): void {
    const { isKnown, name } = this.#implementation;
    const total = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((sum, count) => sum + count, 0);
    const list = (counts: ReadonlyMap<string, number>) =>
      [...counts].map(([type, count]) => `${count} ${type}`).join(', ');
    const gaps = new Map<string, number>();
    for (const { what, where, wanted, found } of differences) {
      gaps.set(what, (gaps.get(what) ?? 0) + 1);
      if (!isKnown || !(what in PROPERTIES_IGNORED))
        this.#failures.push(
          `${where}: ${what} is ${JSON.stringify(found)}, the template says ${JSON.stringify(wanted)}`,
        );
    }
    say(
      `${total(created)} resources created, ${properties} of their properties as in the template but for ${differences.length}: ${list(created)}`,
    );
    if (missing.size > 0)
      say(`${missing.size} types (${total(missing)} resources) not created by ${name}: ${list(missing)}`);
    for (const [what, count] of gaps)
      say(
        `${count} times otherwise than the template: ${what}${what in PROPERTIES_IGNORED ? ` (${PROPERTIES_IGNORED[what]})` : ''}`,
      );
    if (!isKnown) return;
    for (const type of missing.keys())
      if (!TYPES_IGNORED.includes(type)) this.#failures.push(`${type} was not created, and nobody knows of it`);
    for (const type of TYPES_IGNORED)
      if (!missing.has(type)) this.#failures.push(`${type} is said to be ignored, and was created`);
    for (const what of Object.keys(PROPERTIES_IGNORED))
      if (!gaps.has(what)) this.#failures.push(`${what} is said to be otherwise, and is as in the template`);
  }

  async #journeys(deployed: readonly DeployedResource[]): Promise<void> {
    const { place, isKnown } = this.#implementation;
    // The runtime here polls the queues in Lambda's place.
    for (const { physicalId } of deployed.filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping'))
      await rest(place, 'lambda', `/2015-03-31/event-source-mappings/${physicalId}`, { Enabled: false });
    const described = await describeDeployment(place, deployed);
    const file = join(this.#folder, 'deployment.json');
    writeDeployment(file, isKnown ? await withSigningKey(place, described) : described);
    say('the journeys, with functions in the local runtime and everything else there');
    this.#failures.push(...(await runJourneys({ file, folder: this.#folder, isKnown, say })));
  }

  async #update(first: string, before: readonly DeployedResource[]): Promise<void> {
    const bundles = join(this.#folder, 'bundles');
    cpSync(await stockBundles(), bundles, { recursive: true });
    appendFileSync(join(bundles, CHANGED, 'index.mjs'), '\n// another version\n');
    const second = await this.#synthesize('second', { version: '1.0.1', bundles });
    const old = await this.#functionState();
    say('an update: another version, and other code of one function');
    await this.#cdk.deploy(second);
    const updated = await this.#functionState();
    this.#expect(
      updated.versions.join() === '1.0.1',
      `after the update functions have the versions ${updated.versions.join()}`,
    );
    this.#expect(updated.code !== old.code, `the code of ${CHANGED} is the old one after the update`);
    await this.#expectSameData(before);
    say('back: the first version again');
    await this.#cdk.deploy(first);
    const back = await this.#functionState();
    this.#expect(
      back.versions.join() === '1.0.0' && back.code === old.code,
      'going back did not bring the first version back',
    );
    await this.#expectSameData(before);
    for (const stack of STACKS) say(`${stack}: ${await stackStatus(this.#implementation.place, stack)}`);
  }

  async #functionState(): Promise<{ readonly versions: readonly string[]; readonly code: string }> {
    const versions = new Set<string>();
    let code = '';
    for (const { physicalId } of (await this.#deployed()).filter(({ type }) => type === 'AWS::Lambda::Function')) {
      const { Configuration } = await lambdaFunction(this.#implementation.place, physicalId);
      versions.add(Configuration.Environment.Variables.AXIS_VERSION ?? '');
      if (physicalId.endsWith(`-${CHANGED}`)) code = Configuration.CodeSha256;
    }
    return { versions: [...versions], code };
  }

  /** Code deployments never touch data: every resource of the data stack is the one that it was. */
  async #expectSameData(before: readonly DeployedResource[]): Promise<void> {
    const of = (all: readonly DeployedResource[]) =>
      all
        .filter(({ stack }) => stack === STACKS[0])
        .map(({ logicalId, physicalId }) => `${logicalId} ${physicalId}`)
        .toSorted();
    const now = of(await this.#deployed());
    this.#expect(
      now.length > 0 && now.join() === of(before).join(),
      'a code deployment replaced something of the data stack',
    );
  }

  #expect(holds: boolean, otherwise: string): void {
    if (!holds) this.#failures.push(otherwise);
  }
}

function say(line: string): void {
  console.log(`… ${line}`);
}

/** What the implementation writes where a template names something that it did not create. */
const namesOfIgnored = ({ stacks }: Assembly): readonly (readonly [string, Identity])[] =>
  stacks.flatMap(({ name, template }) =>
    Object.entries((template as { Resources: Record<string, { Type: string }> }).Resources)
      .filter(([, { Type }]) => TYPES_IGNORED.includes(Type))
      .map(([logicalId]) => [`${name}/${logicalId}`, { ref: 'None', attributes: {} }] as const),
  );
