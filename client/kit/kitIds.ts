import { createHash, randomBytes } from 'node:crypto';
import { base32 } from '../../core/contract/ids.ts';
import type { KitDocument } from './kitDocuments.ts';

/** An id of the contract's form that follows from a text. */
export const kitId = (prefix: 'dsp' | 'dlv' | 'sub' | 'upl', text: string): string =>
  `${prefix}_${base32(createHash('sha256').update(text).digest().subarray(0, 20))}`;

export const dispatchIdOf = ({ documentId, sender }: KitDocument): string => kitId('dsp', `${sender} ${documentId}`);

/** A lease token of the contract's form; nobody can guess it. */
export const unguessable = (): string => randomBytes(16).toString('base64url');
