import { hash } from 'node:crypto';

const WORDS = 8;

/**
 * A fingerprint of lines that does not depend on their order: the SHA-256 of each, added up in eight words of 32 bits. It tells whether
 * two reports were made from the same records; it is no proof against somebody who may write lines as he likes.
 */
export class Fingerprint {
  readonly #sum = new Uint32Array(WORDS);

  add(line: object): void {
    const digest = hash('sha256', JSON.stringify(line), 'buffer');
    for (let word = 0; word < WORDS; word++) this.#sum[word] = (this.#sum[word] ?? 0) + digest.readUInt32BE(word * 4);
  }

  /** 64 hexadecimal digits. */
  text(): string {
    return [...this.#sum].map((word) => word.toString(16).padStart(8, '0')).join('');
  }
}
