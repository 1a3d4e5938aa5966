import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { attachmentBytes } from '../../../adapters/xml/attachment.ts';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { checkMessage } from '../../../core/edxml/checkMessage.ts';
import { SAMPLE_NAMES, sample } from './sampleFiles.ts';

const engine = createEngine();

describe('messages written by the Java SDK', () => {
  test('are all here', () => {
    expect(SAMPLE_NAMES.length).toBe(18);
  });

  test.each(SAMPLE_NAMES)('%s is read by the strict reader and has no error in it', (name) => {
    const { message, attachments } = engine.open(sample(name));
    expect(message.kind).toBe(name.startsWith('status') ? 'status' : 'document');
    expect(checkMessage(message, { attachments }).filter((problem) => problem.severity === 'error')).toEqual([]);
  });

  test('give the fields of a new document', () => {
    const { message, attachments, warnings, signature } = engine.open(sample('document-new'));
    expect(message.MessageHeader.From.OrganId).toBe('X91.04');
    expect(message.MessageHeader.To.map((to) => to.OrganId)).toEqual(['X92', 'X93.01.002']);
    expect(message.MessageHeader.Code).toEqual({ CodeNumber: '15', CodeNotation: 'STN-VP' });
    expect(message.MessageHeader.Subject).toBe('V/v góp ý dự thảo thử nghiệm');
    expect(message.MessageHeader.ToPlaces.Place).toEqual(['Như trên', 'Lưu: VT']);
    expect(message.TraceHeaderList.Bussiness.BussinessDocType).toBe('0');
    expect(message.edXMLManifest.Reference.map((reference) => reference.ContentId)).toEqual(['cid:a1', 'cid:a2']);
    expect(attachments.map((attachment) => attachment.AttachmentName)).toEqual(['15-STN-VP.pdf', 'phu-luc.txt']);
    expect({ warnings, signature }).toEqual({ warnings: [], signature: null });
  });

  test('give attachments byte for byte', () => {
    const bytes = sample('document-new');
    const [pdf, zip] = engine.open(bytes).attachments.map((range) => attachmentBytes(bytes, range));
    expect(pdf?.toString('latin1', 0, 8)).toBe('%PDF-1.4');
    expect(pdf?.toString('latin1').trimEnd().endsWith('%%EOF')).toBe(true);
    expect(zip?.subarray(0, 4)).toEqual(Buffer.from('PK\x03\x04', 'latin1'));
  });

  test('verify when signed, base64 with references at its line ends included', () => {
    const opened = engine.open(sample('document-new-signed'));
    const [certificate] = opened.signature?.certificates ?? [];
    if (certificate === undefined) throw new Error('the sample shows a certificate');
    expect(opened.verify(new X509Certificate(certificate).publicKey)).toEqual({ ok: true });
  });

  test('count as unsigned, with a warning, when the SDK rewrote the Signature', () => {
    const opened = engine.open(sample('document-new-signed-rewritten'));
    expect(opened.signature).toBeNull();
    expect(opened.warnings.map((warning) => warning.code)).toEqual(['unknown-elements', 'signature-not-xmldsig']);
  });
});
