import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { alterJson } from '../alterJson.ts';
import { alterText } from '../alterText.ts';
import { type Input, latin1, octets, pick, type Random, type Target } from '../input.ts';
import { judgeRequest } from '../outside/judgeRequest.ts';
import { type Place, RECIPIENT } from '../outside/place.ts';
import { filled } from '../outside/send.ts';
import { REQUEST_MS } from './api.ts';

/** How what was altered is signed: with the registered key, so that what is read behind the signature is reached, or wrongly. */
const SIGNINGS = ['right', 'right', 'right', 'none', 'hmac', 'zeros'];

/** Client tokens: header and claims altered in their JSON, the form around them, and signatures of all kinds. */
export function tokenTarget(place: Place): Target {
  const { town } = place;
  const key = town.keyOf(RECIPIENT);
  const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' });
  const header = JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: key.kid });
  // The times are put in when it is sent: an input that was kept is judged on another day.
  const claims = '{"iss":"bo-minh-hoa","aud":"{{axis}}","iat":{{now}},"exp":{{soon}},"jti":"a-token"}';

  function tokenOf({ header: head = '', claims: said = '', signing = '' }: Input): string {
    const now = Math.floor(town.axis.clock.now() / 1000);
    const known = { axis: town.facts.axis, now: String(now), soon: String(now + 200) };
    const texts = [head, latin1(Buffer.from(filled(octets(said).toString('utf8'), known)))];
    const text = texts.map((part) => octets(part).toString('base64url')).join('.');
    return `${text}.${signatureOf(text, signing).toString('base64url')}`;
  }

  function signatureOf(text: string, signing: string): Buffer {
    if (signing === 'none') return Buffer.alloc(0);
    if (signing === 'zeros') return Buffer.alloc(64);
    if (signing === 'hmac') return createHmac('sha256', key.kid).update(text).digest();
    return sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  }

  function alterToken(random: Random): Input {
    const seed = { route: 'me', header, claims, signing: pick(random, SIGNINGS), around: 'Bearer {{token}}' };
    const kind = random(8);
    if (kind < 3) return { ...seed, header: latin1(alterJson(header, random)) };
    // What stands for a time is no JSON yet: it is put in first, as a text of its own.
    if (kind < 6) return { ...seed, claims: latin1(alterClaims(claims, random)) };
    if (kind === 6) return { ...seed, around: alterText(seed.around, random) };
    return { ...seed, header: latin1(alterJson(header, random)), claims: latin1(alterClaims(claims, random)) };
  }

  return {
    name: 'token',
    limitMs: REQUEST_MS,
    make: alterToken,
    judge: async (input) => {
      const authorization = filled(input.around ?? '', { token: tokenOf(input) });
      return judgeRequest({ route: input.route ?? 'me', 'header.authorization': authorization }, place);
    },
  };
}

/** Numbers that are not known yet travel through the JSON as texts. */
function alterClaims(claims: string, random: Random): Buffer {
  const quoted = claims.replaceAll(/(?<=:)\{\{(\w+)\}\}/g, '"{{$1}}"');
  const altered = latin1(alterJson(quoted, random));
  return octets(altered.replaceAll(/"\{\{(now|soon)\}\}"/g, '{{$1}}'));
}
