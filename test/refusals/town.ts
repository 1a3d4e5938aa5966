import { generateKeyPairSync } from 'node:crypto';
import { AwsV4Signer } from 'aws4fetch';
import { BearerTokens, type SystemKey } from '../../client/bearerTokens.ts';
import type { OperatorRole } from '../../core/contract/routes.ts';
import type { Credentials } from '../../local/contract/principal.ts';
import { startTestAxis, type TestAxis } from '../kit/testAxis.ts';

const REASON = 'refusal table';

/** A system that a test enrolled, with one agency. */
export interface EnrolledSystem {
  readonly systemId: string;
  readonly key: SystemKey;
  readonly code: string;
  readonly agencyId: string;
}

/** A test axis with three more systems: one that has nothing to do with the rest, a suspended one, one whose agency is suspended. */
export interface Town extends TestAxis {
  readonly foreign: EnrolledSystem;
  readonly suspended: EnrolledSystem;
  readonly ofSuspendedAgency: EnrolledSystem;
  readonly keyOf: (systemId: string) => SystemKey;
  /** A bearer token; `late` dates it back by so many milliseconds. */
  token(
    systemId: string,
    key: SystemKey,
    options?: { readonly audience?: string; readonly late?: number },
  ): Promise<string>;
  /** Signs a request with AWS IAM, as an operator's tools do. */
  signed(request: PlainRequest, credentials: Credentials): Promise<Response>;
  send(request: PlainRequest, authorization?: string): Promise<Response>;
}

export interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly type?: string;
  readonly body?: string | Buffer;
}

/** A private P-256 JWK of its own. */
export function newKey(kid: string): SystemKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), kid };
}

/** Registers a system with a key and an agency, as the operators do. */
export async function enrolSystem(axis: TestAxis, systemId: string, code: string): Promise<EnrolledSystem> {
  const key = newKey(`key-of-${systemId}`);
  const { d: _, ...jwk } = key;
  await axis.operator.call('addSystem', { body: { systemId, name: `Hệ thống ${systemId}`, reason: REASON } });
  await axis.operator.call('addKey', { path: { systemId }, body: { jwk, reason: REASON } });
  const body = { code, name: `Cơ quan ${code}`, system: systemId, reason: REASON };
  const { agencyId } = await axis.operator.call('addAgency', { body });
  return { systemId, key, code, agencyId };
}

export async function startTown(): Promise<Town> {
  const axis = await startTestAxis();
  const { url, axis: audience, region } = axis.facts;
  const now = () => axis.axis.clock.now();
  const foreign = await enrolSystem(axis, 'he-thong-khac', 'X94.01');
  const suspended = await enrolSystem(axis, 'he-thong-ngung', 'X94.02');
  const ofSuspendedAgency = await enrolSystem(axis, 'he-thong-co-quan-ngung', 'X94.03');
  const send: Town['send'] = ({ method, path, type, body }, authorization) =>
    fetch(new URL(path, url), {
      method,
      redirect: 'manual',
      headers: { ...(type ? { 'content-type': type } : {}), ...(authorization ? { authorization } : {}) },
      body: body === undefined ? null : new Uint8Array(Buffer.from(body)),
    });
  return {
    ...axis,
    foreign,
    suspended,
    ofSuspendedAgency,
    keyOf: (systemId) => {
      const found = axis.world.systems.find((system) => system.systemId === systemId);
      if (!found) throw new RangeError(`the sample world has no system ${systemId}`);
      return found.key;
    },
    token: async (system, key, { audience: other = audience, late = 0 } = {}) =>
      `Bearer ${await new BearerTokens({ audience: other, system, key, now: () => now() - late }).token()}`,
    signed: async ({ method, path, type, body }, { accessKeyId, secretAccessKey, sessionToken }) => {
      const signer = new AwsV4Signer({
        method,
        url: new URL(path, url).href,
        headers: { ...(type ? { 'content-type': type } : {}) },
        body: body === undefined ? null : new Uint8Array(Buffer.from(body)),
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        service: 'execute-api',
        region,
        datetime: new Date(now()).toISOString().replaceAll(/[:-]|\.\d{3}/g, ''),
      });
      const request = await signer.sign();
      const { method: verb, headers, body: bytes } = request;
      return fetch(request.url, { method: verb, headers, body: bytes ?? null, redirect: 'manual' });
    },
    send,
  };
}

/** Suspends what the town calls suspended; afterwards every function knows it. */
export async function suspend({ operator, suspended, ofSuspendedAgency, advance }: Town): Promise<void> {
  const body = { suspended: true, reason: REASON };
  await operator.call('suspendSystem', { path: { systemId: suspended.systemId }, body });
  await operator.call('suspendAgency', { path: { agencyId: ofSuspendedAgency.agencyId }, body });
  advance(15_000);
}

export const OPERATORS: readonly OperatorRole[] = ['viewer', 'operator', 'security'];
