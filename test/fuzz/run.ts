/**
 * `npm run fuzz:outside -- [--iterations N] [--seed S] [--target NAME] [--keep]`: gives everything that meets the outside so many
 * altered inputs: readers of DER, signatures and messages, and the handlers behind every route. No input may give a 5xx, take
 * long, show the inside of a program, or write into a log what is not its to write; each answer has the shape that is declared.
 * What went wrong is made smaller and printed, and with `--keep` lies in test/fuzz/kept, which the suite replays for ever.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type CampaignResult, campaign, type Finding } from './campaign.ts';
import { openTargets } from './targets/index.ts';

const { values } = parseArgs({
  options: {
    iterations: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log('npm run fuzz:outside -- [--iterations N] [--seed S] [--target NAME]... [--keep]');
else process.exitCode = (await fuzz()) ? 0 : 1;

async function fuzz(): Promise<boolean> {
  const iterations = Number(values.iterations);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(iterations) || iterations < 1 || !Number.isSafeInteger(seed))
    throw new RangeError('--iterations and --seed are whole numbers');
  const { targets, stop } = await openTargets();
  try {
    const names = targets.map(({ name }) => name);
    const unknown = values.target.filter((name) => !names.includes(name));
    if (unknown.length > 0) throw new RangeError(`no target ${unknown.join(', ')}: there are ${names.join(', ')}`);
    const wanted = targets.filter(({ name }) => values.target.length === 0 || values.target.includes(name));
    console.log(`seed ${seed}, ${iterations} inputs for each of ${wanted.map(({ name }) => name).join(', ')}`);
    let findings = 0;
    for (const target of wanted) {
      const onProgress = (inputs: number): void => {
        if (inputs % 10_000 === 0) console.log(`  ${target.name}: ${inputs}`);
      };
      const result = await campaign(target, { iterations, seed, onProgress });
      say(result);
      findings += result.findings.length;
    }
    return findings === 0;
  } finally {
    await stop();
  }
}

function say({ target, inputs, seconds, slowestMs, findings }: CampaignResult): void {
  const speed = `${Math.round(inputs / seconds)} a second, slowest ${Math.round(slowestMs)} ms`;
  console.log(`${target.padEnd(20)} ${inputs} inputs, ${speed}: ${findings.length} wrong`);
  for (const finding of findings) {
    console.log(`  input ${finding.iteration}: ${finding.found}`);
    console.log(`    ${JSON.stringify(finding.input).slice(0, 2000)}`);
    if (values.keep) keep(finding);
  }
}

function keep({ target, iteration, input }: Finding): void {
  const file = new URL(`kept/${target}-${values.seed}-${iteration}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify({ target, input }, null, 2)}\n`);
}
