import { parseArgs } from 'node:util';
import type { Target } from './play.ts';
import { type Played, playAll } from './playAll.ts';
import { startTarget } from './startTarget.ts';

const HELP = `Plays every operation as the SDK of today's document systems puts it on the wire, in both versions.

  npm run compat                      against an axis of its own, in a temporary folder
  npm run compat -- --url URL --sender ID,SECRET,AGENCY --recipient ID,SECRET,AGENCY
                                      against a running axis: two centres and one agency of each, whose policy
                                      lets unsigned messages in

  --url URL          base URL of the operations, such as http://127.0.0.1:8080/vxp
  --sender, --recipient   system id, secret and agency code, with commas between them
  --help             this text

Ends with 0 when every check held, 1 when one did not, 2 when it was called wrongly.
`;

/** A mistake in the call of this command. */
class Usage extends Error {
  override readonly name = 'Usage';
}

function partyOf(name: string, text: string | undefined): Target['sender'] {
  const [systemId, secret, agency, more] = (text ?? '').split(',');
  if (!systemId || !secret || !agency || more !== undefined) throw new Usage(`--${name} wants ID,SECRET,AGENCY`);
  return { systemId, secret, agency };
}

const line = ({ version, group, name, ms, wrong }: Played): string =>
  `${wrong === undefined ? 'ok  ' : 'FAIL'}  ${version}  ${group.padEnd(9)}  ${name} (${Math.round(ms)} ms)${wrong === undefined ? '' : `\n      ${wrong.replaceAll('\n', '\n      ')}`}`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      sender: { type: 'string' },
      recipient: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const own = values.url === undefined ? await startTarget() : undefined;
  const target = own?.target ?? {
    endpoint: (values.url ?? '').replace(/\/$/, ''),
    sender: partyOf('sender', values.sender),
    recipient: partyOf('recipient', values.recipient),
  };
  try {
    const all = await playAll(target, (played) => console.log(line(played)));
    const wrong = all.filter(({ wrong: what }) => what !== undefined).length;
    console.log(`compat: ${all.length} checks, ${all.length - wrong} held, ${wrong} did not`);
    return wrong === 0 ? 0 : 1;
  } finally {
    await own?.stop();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Usage || error instanceof TypeError ? `${error.message}\n\n${HELP}` : error);
  process.exitCode = 2;
}
