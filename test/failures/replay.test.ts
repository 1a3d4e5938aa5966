import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BearerTokens } from '../../client/bearerTokens.ts';
import { systemProfile } from '../../local/profiles.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const MINUTE = 60_000;
let town: TestAxis;
beforeAll(async () => {
  town = await startTestAxis();
});
afterAll(() => town.stop());

/** A submission as it goes over the wire, for somebody who recorded it. */
async function recorded(bytes: Buffer): Promise<() => Promise<Response>> {
  const { key, system } = systemProfile('trung-tam-mau', town.world, town.facts);
  const token = await new BearerTokens({
    system,
    key,
    audience: town.facts.axis,
    now: () => town.axis.clock.now(),
  }).token();
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' };
  return () => fetch(`${town.facts.url}/v1/dispatches`, { method: 'POST', headers, body: new Uint8Array(bytes) });
}

const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { code?: unknown }).code;

describe('20: a valid request that was recorded', () => {
  test('played again in its window says what it said, and does nothing', async () => {
    const play = await recorded(await town.letter());
    const first = await play();
    const again = await play();
    expect([first.status, again.status]).toEqual([201, 200]);
    const [{ receipt }, repeated] = [await first.json(), await again.json()] as [{ receipt: string }, unknown];
    expect(repeated).toMatchObject({ outcome: 'again', receipt });
  });

  test('played after its window is refused, whatever it carries', async () => {
    const play = await recorded(await town.letter());
    expect((await play()).status).toBe(201);
    town.advance(7 * MINUTE);
    const late = await play();
    expect([late.status, await codeOf(late)]).toEqual([401, 'token-expired']);
  });

  test('its document, sent by another system, is not that system’s to send', async () => {
    const bytes = await town.letter();
    await expect(town.submit(bytes, 'bo-minh-hoa')).rejects.toMatchObject({ code: 'sender-not-served' });
  });

  test('its document, turned to another recipient, is not what was signed', async () => {
    const bytes = await town.letter({ to: ['X92'] });
    const turned = Buffer.from(bytes.toString('utf8').replace('>X92<', '>X91.05<'));
    expect(turned.equals(bytes)).toBe(false);
    await expect(town.submit(turned)).rejects.toMatchObject({ code: 'signature-invalid' });
  });

  test('its token is of no use at another axis', async () => {
    const { key, system } = systemProfile('trung-tam-mau', town.world, town.facts);
    const elsewhere = new BearerTokens({
      system,
      key,
      audience: 'axis-of-strangers',
      now: () => town.axis.clock.now(),
    });
    const headers = { authorization: `Bearer ${await elsewhere.token()}` };
    const answer = await fetch(`${town.facts.url}/v1/me`, { headers });
    expect([answer.status, await codeOf(answer)]).toEqual([401, 'token-invalid']);
  });
});
