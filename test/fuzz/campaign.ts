import { randomSource } from '../adapters/xml/fuzz.ts';
import type { Input, Target } from './input.ts';
import { shrink } from './shrink.ts';

export interface Finding {
  readonly target: string;
  readonly iteration: number;
  readonly found: string;
  readonly input: Input;
}

export interface CampaignResult {
  readonly target: string;
  readonly inputs: number;
  readonly seconds: number;
  /** The most processor time that one input took, in milliseconds. */
  readonly slowestMs: number;
  readonly findings: readonly Finding[];
}

export interface CampaignOptions {
  readonly iterations: number;
  readonly seed: number;
  /** Findings after which a campaign ends. */
  readonly most?: number;
  readonly onProgress?: (inputs: number) => void;
}

const PROGRESS = 1000;

/** Gives a target so many altered inputs. The seed decides everything. */
export async function campaign(target: Target, options: CampaignOptions): Promise<CampaignResult> {
  const { iterations, seed, most = 5, onProgress } = options;
  const random = randomSource(seed);
  const start = performance.now();
  const findings: Finding[] = [];
  let slowestMs = 0;
  let inputs = 0;
  while (inputs < iterations && findings.length < most) {
    inputs += 1;
    const input = target.make(random);
    const { found, ms } = await judged(target, input);
    slowestMs = Math.max(slowestMs, ms);
    if (found !== undefined) {
      const smallest = await shrink(target, input, found);
      findings.push({ target: target.name, iteration: inputs, found, input: smallest });
    }
    if (inputs % PROGRESS === 0) onProgress?.(inputs);
  }
  return { target: target.name, inputs, seconds: (performance.now() - start) / 1000, slowestMs, findings };
}

/** Judges one input, its time included: one that was slow is given again, so that no busy machine makes a finding. */
export async function judged(target: Target, input: Input): Promise<{ found: string | undefined; ms: number }> {
  let ms = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 3; tries++) {
    const before = process.cpuUsage();
    const found = await target.judge(input);
    const { user, system } = process.cpuUsage(before);
    ms = Math.min(ms, (user + system) / 1000);
    if (found !== undefined || ms <= target.limitMs) return { found, ms };
  }
  return { found: `slow: ${Math.round(ms)} ms of processor time`, ms };
}
