import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly } from '../../local/assembly/readAssembly.ts';
import { ROOT } from '../kit/stock.ts';
import type { Place } from './awsCall.ts';
import { ALTERATIONS, type Alteration } from './knownGaps.ts';

/** The commands that an operator runs, against an endpoint that is not AWS's and with nothing of this machine's configuration. */
export class CdkCommand {
  readonly #place: Place;
  readonly #home: string;

  constructor(place: Place, home: string) {
    this.#place = place;
    this.#home = home;
    mkdirSync(home, { recursive: true });
  }

  async bootstrap(assembly: string): Promise<void> {
    const { account, region } = this.#place;
    await this.#run(['bootstrap', `aws://${account}/${region}`, '--app', assembly]);
  }

  /** Without change sets and previous parameters: what implementations make of those is not what AWS makes. */
  async deploy(assembly: string): Promise<void> {
    await this.#run([
      'deploy',
      '--all',
      '--method',
      'direct',
      '--previous-parameters=false',
      '--require-approval',
      'never',
      '--app',
      assembly,
    ]);
  }

  async #run(parameters: readonly string[]): Promise<void> {
    const { endpoint, region, credentials } = this.#place;
    const child = spawn(
      join(ROOT, 'node_modules', '.bin', 'cdk'),
      [...parameters, '--no-notices', '--progress', 'events'],
      {
        cwd: this.#home,
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 240_000,
        env: {
          PATH: `${join(ROOT, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
          HOME: this.#home,
          CI: 'true',
          CDK_DISABLE_CLI_TELEMETRY: 'true',
          AWS_ENDPOINT_URL: endpoint,
          // By this name moto tells a path from a bucket.
          AWS_ENDPOINT_URL_S3_FOR_CLOUDFORMATION: endpoint.replace('127.0.0.1', 'localhost'),
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_REGION: region,
          AWS_CONFIG_FILE: '/dev/null',
          AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      },
    );
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed = `${printed}${text}`.slice(-8_192);
      });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    if (code !== 0) throw new Error(`cdk ${parameters[0]} failed (${code ?? 'timed out'}):\n${printed}`);
  }
}

/** Alters in the templates what the implementation cannot create a resource with. @returns how often each was. */
export function alterTemplates(assembly: string): ReadonlyMap<Alteration, number> {
  const altered = new Map<Alteration, number>();
  for (const { name, template } of readAssembly(assembly).stacks) {
    const { Resources } = template as {
      Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
    };
    for (const { Type, Properties = {} } of Object.values(Resources)) {
      for (const alteration of ALTERATIONS) {
        const { type, property, alter } = alteration;
        if (type !== Type || !(property in Properties)) continue;
        Properties[property] = alter(Properties[property]);
        altered.set(alteration, (altered.get(alteration) ?? 0) + 1);
      }
    }
    writeFileSync(join(assembly, `${name}.template.json`), JSON.stringify(template));
  }
  return altered;
}
