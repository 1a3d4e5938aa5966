/** A miniature world: authorities, four agencies, the two systems that serve them. For local use, examples and tests only. */
import { createHash, type KeyObject } from 'node:crypto';
import {
  type Authorities,
  createAuthorities,
  issueSigner,
  type SignerRequest,
  type WorldSigner,
} from './authorities.ts';
import { makeKeys } from './certificates.ts';
import { type Place, type PlaceCode, places, systemTitles, type WorldSystemName } from './places.ts';

export interface WorldAgency extends Place {
  readonly code: PlaceCode;
  readonly signer: WorldSigner;
}

/** Public JWK of a P-256 key (RFC 7518 section 6.2). */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
}

/** The key with which a system signs its tokens; `kid` is the JWK thumbprint (RFC 7638). */
export interface ClientKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: PublicJwk;
  readonly privateJwk: PublicJwk & { readonly d: string };
}

export interface WorldSystem {
  readonly name: WorldSystemName;
  readonly title: string;
  readonly agencies: readonly PlaceCode[];
  readonly clientKey: ClientKey;
}

export interface World {
  /** The moment that all certificates are made around. */
  readonly at: Date;
  readonly authorities: Authorities;
  /** DER for the operator's trust list. */
  readonly anchors: readonly Buffer[];
  readonly intermediates: readonly Buffer[];
  readonly agencies: readonly WorldAgency[];
  readonly systems: readonly WorldSystem[];
  /** The agency with this code. */
  agency(code: PlaceCode): WorldAgency;
  system(name: WorldSystemName): WorldSystem;
  /** Issues one more signing certificate from the world's authorities. */
  issueSigner(request: Omit<SignerRequest, 'at'>): Promise<WorldSigner>;
}

/** Makes a world around a moment. All keys are new; about a tenth of a second, most of it for one RSA key. */
export async function createWorld({ at }: { readonly at: Date }): Promise<World> {
  const authorities = await createAuthorities(at);
  const [agencies, systems] = await Promise.all([
    Promise.all(places.map((place) => settle(place, authorities, at))),
    Promise.all((['trung-tam-mau', 'bo-minh-hoa'] as const).map(connect)),
  ]);
  return {
    at,
    authorities,
    anchors: [authorities.root.certificate],
    intermediates: [authorities.issuing.certificate],
    agencies,
    systems,
    agency: (code) => found(agencies.find((agency) => agency.code === code)),
    system: (name) => found(systems.find((system) => system.name === name)),
    issueSigner: (request) => issueSigner(authorities, { ...request, at }),
  };
}

/** Makes a client key of a system (ES256). */
async function makeClientKey(): Promise<ClientKey> {
  const { privateKey } = await makeKeys('p-256');
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const canonical = JSON.stringify({ crv: 'P-256', kty: 'EC', x, y });
  const kid = createHash('sha256').update(canonical).digest('base64url');
  const publicJwk = { kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' } as const;
  return { kid, privateKey, publicJwk, privateJwk: { ...publicJwk, d } };
}

async function settle(place: (typeof places)[number], authorities: Authorities, at: Date): Promise<WorldAgency> {
  return {
    ...place,
    signer: await issueSigner(authorities, { code: place.code, name: place.name, key: place.key, at }),
  };
}

async function connect(name: WorldSystemName): Promise<WorldSystem> {
  const agencies = places.filter((place) => place.system === name).map((place) => place.code);
  return { name, title: systemTitles[name], agencies, clientKey: await makeClientKey() };
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('not in this world');
  return value;
}
