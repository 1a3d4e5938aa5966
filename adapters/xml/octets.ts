import { createHash, type Hash, hash } from 'node:crypto';

const SIZE = 1 << 16;
/** Ranges longer than this go to the hash straight from the input. */
export const DIRECT = 16384;
/** Ranges shorter than this are copied faster by a loop than by a call. */
const LOOPED = 40;

/** Digests that a signature may use (node:crypto's names). */
export type Digest = 'sha256' | 'sha384' | 'sha512';

/** Takes canonical octets as they come and ends in their digest or in the octets themselves. */
export class Octets {
  private readonly buffer = Buffer.allocUnsafeSlow(SIZE);
  private used = 0;
  private digest: Digest | null = null;
  private hash: Hash | null = null;
  private parts: Buffer[] = [];

  /** Begins a new run of octets: to be digested, or collected when there is no digest. */
  start(digest: Digest | null): void {
    this.used = 0;
    this.digest = digest;
    this.hash = null;
    this.parts = [];
  }

  /** The octets that were put since `start(null)`. */
  collected(): Buffer {
    this.flush();
    const octets = Buffer.concat(this.parts);
    this.parts = [];
    return octets;
  }

  /** The digest of the octets that were put since `start(digest)`. */
  digested(): Buffer {
    if (this.digest === null) throw new Error('these octets are collected, not digested');
    if (this.hash === null) return hash(this.digest, this.buffer.subarray(0, this.used), 'buffer');
    this.flush();
    return this.hash.digest();
  }

  byte(value: number): void {
    if (this.used >= SIZE) this.flush();
    this.buffer[this.used++] = value;
  }

  put(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (length > DIRECT) {
      this.flush();
      this.pass(bytes.subarray(from, to));
      return;
    }
    if (this.used + length > SIZE) this.flush();
    const { buffer } = this;
    let at = this.used;
    this.used += length;
    if (length > LOOPED) buffer.set(bytes.subarray(from, to), at);
    else for (let k = from; k < to; k++) buffer[at++] = bytes[k]!;
  }

  /** Overwrites bytes of the range that was put last, which was at most DIRECT long; `back` counts from its end. */
  overwrite(back: number, bytes: Uint8Array): void {
    const { buffer } = this;
    const at = this.used - back;
    for (let k = 0; k < bytes.length; k++) buffer[at + k] = bytes[k]!;
  }

  /** One character in UTF-8. */
  character(code: number): void {
    if (code < 0x80) {
      this.byte(code);
      return;
    }
    if (code < 0x800) this.byte(0xc0 | (code >> 6));
    else {
      if (code < 0x10000) this.byte(0xe0 | (code >> 12));
      else {
        this.byte(0xf0 | (code >> 18));
        this.byte(0x80 | ((code >> 12) & 63));
      }
      this.byte(0x80 | ((code >> 6) & 63));
    }
    this.byte(0x80 | (code & 63));
  }

  private flush(): void {
    if (this.used === 0) return;
    this.pass(this.buffer.subarray(0, this.used));
    this.used = 0;
  }

  private pass(bytes: Uint8Array): void {
    if (this.digest === null) this.parts.push(Buffer.from(bytes));
    else {
      this.hash ??= createHash(this.digest);
      this.hash.update(bytes);
    }
  }
}
