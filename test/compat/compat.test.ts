import { afterAll, beforeAll, describe, test } from 'vitest';
import { CHECKS } from './checks/checks.ts';
import { createPlay, type Play } from './play.ts';
import { VERSIONS } from './playAll.ts';
import { startTarget } from './startTarget.ts';

let own: Awaited<ReturnType<typeof startTarget>>;
beforeAll(async () => {
  own = await startTarget();
});
afterAll(() => own.stop());

/** The newer version does all that the older one does; `npm run compat` plays both. */
describe.each(VERSIONS.slice(-1))('what the SDK %s puts on the wire', (version) => {
  let play: Play;
  beforeAll(() => {
    play = createPlay(own.target, version);
  });

  describe.each(Object.entries(CHECKS))('%s', (_group, checks) => {
    const played = checks.filter(({ versions = VERSIONS }) => versions.includes(version));
    test.each(played)('$name', ({ run }) => run(play));
  });
});
