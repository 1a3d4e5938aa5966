import type { Clock, Objects } from '../../core/contract/ports.ts';
import { PresignedLinks } from './presignedLinks.ts';

/** Presigned GETs of kept objects, to be saved under a name. Ranges work on a link. */
export class ContentLinks implements Pick<Objects, 'link'> {
  readonly #links: PresignedLinks;

  constructor(bucket: string, clock: Clock) {
    this.#links = new PresignedLinks(bucket, clock);
  }

  link(key: string, seconds: number, file: { readonly name: string; readonly contentType: string }): Promise<string> {
    const query = {
      'response-content-type': file.contentType,
      'response-content-disposition': disposition(file.name),
    };
    return this.#links.sign({ method: 'GET', key, query }, seconds);
  }
}

/** Always to be saved, never to be shown. A name outside ASCII comes in both forms (RFC 6266 appendix D, RFC 8187). */
function disposition(name: string): string {
  const plain = name.replaceAll(/[^\w.,()[\] -]/g, '_');
  const start = `attachment; filename="${plain}"`;
  return plain === name ? start : `${start}; filename*=UTF-8''${extValue(name)}`;
}

const extValue = (text: string): string =>
  encodeURIComponent(text).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
