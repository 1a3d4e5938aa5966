import type { TrustListDraft } from '../core/contract/trustList.ts';

/**
 * A trust list of a sample world, from PEM or base64. Files without a signature are taken where an agency may send unsigned
 * messages at all: the world shows that, too.
 */
export function sampleTrust(world: {
  readonly anchors: readonly string[];
  readonly intermediates: readonly string[];
}): TrustListDraft {
  return {
    v: 1,
    anchors: world.anchors.map((pem) => ({ certificate: base64Of(pem) })),
    intermediates: world.intermediates.map(base64Of),
    attachments: 'any',
  };
}

const base64Of = (pem: string): string => pem.replaceAll(/-----[A-Z ]+-----|\s/g, '');
