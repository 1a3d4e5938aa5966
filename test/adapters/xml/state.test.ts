import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../adapters/xml/engine.ts';
import { XmlRefusal } from '../../../adapters/xml/refuse.ts';
import { SAMPLE_NAMES, sample } from './sampleFiles.ts';
import { RSA, signDocument } from './signDocument.ts';

const benign = signDocument(sample('document-new'), { key: RSA.privateKey });

/** Documents that would profit from what an earlier one left: prefixes, names, a Signature, fields. */
const HOSTILE: readonly string[] = [
  '<edXML:edXML/>',
  '<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"><edXML:edXMLEnvelope/></edXML>',
  '<a><ds:b/></a>',
  '<a b="1" b="2"/>',
  '<a',
  '',
  '<edXML xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"/>',
  benign.toString().replace('X93.01.002', 'X93.01.003'),
  benign.toString().replace('xmlns:edXML', 'xmlns:other'),
];

describe('an engine', () => {
  test('judges a hostile document after a benign one, and after a broken one, as a new engine does', () => {
    const used = createEngine();
    for (const text of HOSTILE) {
      for (const before of [
        benign,
        Buffer.from('<a xmlns:ds="urn:a" xmlns:edXML="urn:b"><b><c d="'),
        Buffer.from(text),
      ]) {
        outcome(used, before);
        expect(outcome(used, Buffer.from(text))).toEqual(outcome(createEngine(), Buffer.from(text)));
      }
      expect(outcome(used, benign)).toEqual(outcome(createEngine(), benign));
    }
  });

  test('refuses undeclared prefixes in the first document of its life', () => {
    expect(outcome(createEngine(), Buffer.from('<edXML:edXML/>'))).toBe('undeclared-prefix');
  });

  test('shares nothing with another engine that works in between', () => {
    const [one, two] = [createEngine(), createEngine()];
    const first = one.open(benign);
    for (const name of SAMPLE_NAMES) two.open(sample(name));
    expect(first.verify(RSA.publicKey)).toEqual({ ok: true });
  });

  test('closes a message when it opens the next, also when that one is refused', () => {
    const engine = createEngine();
    const first = engine.open(benign);
    expect(() => engine.open(Buffer.from('<a'))).toThrow(XmlRefusal);
    expect(() => first.verify(RSA.publicKey)).toThrow('closed');
  });

  test('may verify the same message again and again', () => {
    const opened = createEngine().open(benign);
    expect([opened.verify(RSA.publicKey), opened.verify(RSA.publicKey)]).toEqual([{ ok: true }, { ok: true }]);
  });
});

function outcome(engine: ReturnType<typeof createEngine>, bytes: Buffer): unknown {
  try {
    const opened = engine.open(bytes);
    return { message: opened.message, result: opened.verify(RSA.publicKey) };
  } catch (error) {
    if (error instanceof XmlRefusal) return error.code;
    throw error;
  }
}
