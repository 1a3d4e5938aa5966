/** Other implementations of XML signatures, put to the same work on the same bytes. */
import { spawnSync } from 'node:child_process';
import { createHash, type KeyObject, verify, webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser, XMLSerializer } from '@xmldom/xmldom';
import { XmlDocument } from 'libxml2-wasm';
import { setNodeDependencies } from 'xml-core';
import { Application, Parse, SignedXml } from 'xmldsigjs';
import { childCpu } from './childCpu.ts';
import type { Shape } from './shapes.ts';

setNodeDependencies({ DOMParser, XMLSerializer });
Application.setEngine('node', webcrypto);

const EXCLUSIVE_MODE = 1;
const SIGNATURE = "//*[local-name()='Signature']";

export const hasXmlsec = spawnSync('xmlsec1', ['--version']).status === 0;

/** CPU of native xmlsec1 for one more document, ms. */
export function xmlsecCpu({ signed, key }: Shape, folder: string, repeats: number): number {
  const [document, pem] = [join(folder, 'document.xml'), join(folder, 'key.pem')];
  writeFileSync(document, signed);
  writeFileSync(pem, key.export({ type: 'spki', format: 'pem' }));
  return childCpu('xmlsec1', (n) => ['--verify', '--repeat', String(n), '--pubkey-pem', pem, document], repeats);
}

/** libxml2 (WebAssembly) for the octets, node:crypto for digest and signature. */
export function libxml2Verifies({ signed, key }: Pick<Shape, 'signed' | 'key'>): boolean {
  const document = XmlDocument.fromBuffer(signed);
  try {
    document.get(SIGNATURE)?.remove();
    const digest = createHash('sha256')
      .update(document.canonicalizeToString({ mode: EXCLUSIVE_MODE }))
      .digest('base64');
    return valueHolds(signatureOf(signed), digest, key);
  } finally {
    document.dispose();
  }
}

function valueHolds(signature: string, digest: string, key: KeyObject): boolean {
  const [info, value] = [element(signature, 'SignedInfo'), element(signature, 'SignatureValue')];
  const document = XmlDocument.fromString(info);
  try {
    const octets = Buffer.from(document.canonicalizeToString({ mode: EXCLUSIVE_MODE }));
    const raw = Buffer.from(value.replace(/<[^>]*>/g, ''), 'base64');
    const by = key.asymmetricKeyType === 'ec' ? ({ key, dsaEncoding: 'ieee-p1363' } as const) : key;
    return verify('sha256', octets, by, raw) && element(info, 'DigestValue').includes(digest);
  } finally {
    document.dispose();
  }
}

/** The Signature element as it stands; in these documents it has no prefix. */
function signatureOf(signed: Buffer): string {
  const end = '</Signature>';
  return signed.toString('utf8', signed.indexOf('<Signature '), signed.indexOf(end) + end.length);
}

function element(text: string, name: string): string {
  return text.slice(text.indexOf(`<${name}`), text.indexOf(`</${name}>`) + name.length + 3);
}

/**
 * xmldsigjs removes enveloped signatures only below the referenced element, so its document has the same Signature as last
 * child of the root: the same octets to digest. Null for EC keys, which it does not import again on this Node.
 */
export async function xmldsigjsVerifier({ signed, key }: Shape): Promise<(() => Promise<boolean>) | null> {
  if (key.asymmetricKeyType !== 'rsa') return null;
  const signature = signatureOf(signed);
  const unsigned = signed.toString().replace(signature, '');
  const document = unsigned.replace('</edXML>', () => `${signature}</edXML>`);
  const spki = key.export({ type: 'spki', format: 'der' });
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const cryptoKey = await webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']);
  return () => {
    const xml = new SignedXml(Parse(document));
    xml.LoadXml(signature);
    return xml.Verify(cryptoKey);
  };
}
