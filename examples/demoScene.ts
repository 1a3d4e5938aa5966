import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AxisClient } from '../client/axisClient.ts';
import type { SystemKey } from '../client/bearerTokens.ts';
import type { Profile } from '../client/profile.ts';
import { signDocument } from '../client/signDocument.ts';
import type { AnswerOf } from '../core/contract/answers.ts';
import { systemProfile } from '../local/profiles.ts';
import type { LocalAxis } from '../local/startLocalAxis.ts';
import type { WorldSystemName } from '../world/places.ts';

const DOCUMENTS = join(import.meta.dirname, 'documents');

/** One system of the sample world with its client, as its own software would hold them. */
export interface Actor {
  readonly profile: Profile;
  readonly client: AxisClient;
  /** Reads a document of `examples/documents` and signs it as its sender. */
  sign(document: Buffer): Promise<Buffer>;
}

/** Who takes part: a provincial centre that serves two agencies, and a ministry that serves itself and its department. */
export interface Scene {
  readonly centre: Actor;
  readonly ministry: Actor;
  /** Axis time, milliseconds since the epoch. */
  readonly now: () => number;
  /** Moves the clock of the axis on by so many milliseconds. */
  readonly later: (ms: number) => void;
}

export function openScene(local: LocalAxis): Scene {
  const now = () => local.axis.clock.now();
  const later = (ms: number) => local.axis.clock.advance(ms);
  const actor = (name: WorldSystemName): Actor => {
    const profile = systemProfile(name, local.world, local.facts);
    const { url, axis, system } = profile;
    const key: SystemKey = profile.key;
    const client = new AxisClient({ url, audience: axis, system, key, now });
    return { profile, client, sign: (document) => signDocument(document, profile) };
  };
  return { centre: actor('trung-tam-mau'), ministry: actor('bo-minh-hoa'), now, later };
}

/** The bytes of a file of `examples/documents`. */
export const exampleFile = (name: string): Promise<Buffer> => readFile(join(DOCUMENTS, name));

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A document that was sent: its exact bytes, and what the axis answered. */
export interface Sent {
  readonly bytes: Buffer;
  readonly answer: AnswerOf<'submit'>;
}
