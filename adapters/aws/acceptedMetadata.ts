import { type AcceptedFacts, NOT_KEPT } from '../../core/contract/accepted.ts';
import { isSystemId } from '../../core/contract/ids.ts';

/** S3 keeps 2 KB beside an object, names included. */
const SIGNATURE_CHARS = 1700;

/** Facts as the metadata of an object: ASCII alone. */
export const toMetadata = ({
  acceptedAt,
  system,
  deliveryExpires,
  documentSignature,
}: AcceptedFacts): Record<string, string> => ({
  accepted: String(acceptedAt),
  system,
  ...(deliveryExpires === undefined ? {} : { expires: String(deliveryExpires) }),
  ...(documentSignature === undefined
    ? {}
    : { signature: documentSignature.length > SIGNATURE_CHARS ? NOT_KEPT : documentSignature }),
});

/** Undefined where there are none: earlier versions of the code kept nothing beside the bytes. */
export function fromMetadata(metadata: Readonly<Record<string, string>> = {}): AcceptedFacts | undefined {
  const { accepted, system = '', expires, signature } = metadata;
  const acceptedAt = Number(accepted);
  if (!Number.isSafeInteger(acceptedAt) || !isSystemId(system)) return undefined;
  return {
    acceptedAt,
    system,
    ...(expires === undefined ? {} : { deliveryExpires: Number(expires) }),
    ...(signature === undefined ? {} : { documentSignature: signature }),
  };
}
