import type { Sha256 } from '../contract/ids.ts';
import { detachedDigest } from '../edxml/detachedName.ts';
import type { EdxmlMessage } from '../edxml/message.ts';

export interface DetachedReference {
  readonly sha256: Sha256;
  readonly name: string;
  /** As the sender wrote it. */
  readonly contentType: string;
}

/** The files that travel beside a message, in the order of its manifest. */
export const detachedReferences = (message: EdxmlMessage): readonly DetachedReference[] =>
  message.edXMLManifest.Reference.flatMap(({ ContentId, AttachmentName, ContentType }) => {
    const sha256 = detachedDigest(ContentId);
    return sha256 === undefined ? [] : [{ sha256, name: AttachmentName ?? '', contentType: ContentType ?? '' }];
  });
