import type { Town } from '../refusals/town.ts';

const SENDER = 'trung-tam-mau';

/** What was answered to a message in the body of a request. */
export interface Posted {
  readonly status: number;
  /** The problem, or the answer where it was accepted. */
  readonly problem: Readonly<Record<string, unknown>>;
}

/** Sends a body to `POST /v1/dispatches` as a system does whose program is its own: with these headers beside its token. */
export async function postMessage(
  town: Town,
  body: Buffer,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/edxml' },
): Promise<Posted> {
  const response = await fetch(new URL('/v1/dispatches', town.facts.url), {
    method: 'POST',
    headers: { ...headers, authorization: await town.token(SENDER, town.keyOf(SENDER)) },
    body: new Uint8Array(body),
  });
  return { status: response.status, problem: JSON.parse(await response.text()) as Posted['problem'] };
}

/** How much is kept: what was refused leaves nothing. */
export async function keptIn({ stores }: Town): Promise<{ readonly objects: number; readonly records: number }> {
  return { objects: (await stores.objects()).length, records: (await stores.items('dsp_')).length };
}
