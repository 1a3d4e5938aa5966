import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxisClient } from '../../client/axisClient.ts';
import { keptWorld } from '../../local/keptWorld.ts';
import type { Axis } from '../../local/runtime/axis.ts';
import { startAssembly } from '../../local/startAssembly.ts';
import { stock } from '../kit/stock.ts';
import { openStores, outputOf, type Stores } from '../kit/stores.ts';
import type { TestAxis } from '../kit/testAxis.ts';

/** The part of a CloudFormation template that tests change. */
export interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>;
}

/** An axis with the sample world enrolled, run from a changed template. */
export interface BrokenTown {
  readonly axis: Axis;
  readonly stores: Stores;
  readonly clients: TestAxis['clients'];
  stop(): Promise<void>;
}

const REGION = 'ap-southeast-1';

/** Starts an axis from a copy of the synthesized template in which something was changed. */
export async function startBrokenTown(change: (template: Template) => void): Promise<BrokenTown> {
  const home = await stock();
  const folder = mkdtempSync(join(tmpdir(), 'docaxis-broken-'));
  const [assembly, data] = [join(folder, 'assembly'), join(folder, 'town')];
  cpSync(join(home, 'assembly'), assembly, { recursive: true });
  cpSync(join(home, 'town'), data, { recursive: true });
  const file = join(assembly, 'docaxis-evaluation.template.json');
  const template: Template = JSON.parse(readFileSync(file, 'utf8'));
  change(template);
  writeFileSync(file, JSON.stringify(template));
  const axis = await startAssembly({ assembly, data, region: REGION });
  const stores = openStores(axis, REGION);
  const now = () => axis.clock.now();
  const { systems } = await keptWorld(data, now());
  const client = (system: string): AxisClient => {
    const key = systems.find(({ systemId }) => systemId === system)?.key;
    if (!key) throw new RangeError(`no system ${system}`);
    return new AxisClient({
      url: axis.url,
      audience: outputOf(axis, 'AxisId'),
      system,
      key,
      now,
      retry: { attempts: 1 },
    });
  };
  return {
    axis,
    stores,
    clients: { 'trung-tam-mau': client('trung-tam-mau'), 'bo-minh-hoa': client('bo-minh-hoa') },
    stop: async () => {
      stores.close();
      await axis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Takes the one resource of a type out of which a text says that it is meant. @throws RangeError if there is not exactly one. */
export function drop(template: Template, type: string, meant: string): void {
  const found = Object.entries(template.Resources).filter(
    ([id, resource]) => resource.Type === type && `${id} ${JSON.stringify(resource.Properties)}`.includes(meant),
  );
  const [only] = found;
  if (!only || found.length > 1) throw new RangeError(`${found.length} resources ${type} with ${meant}`);
  delete template.Resources[only[0]];
}
