/** The documents in `examples/documents`: three days of letters between the agencies of the miniature world. */
import { earlierOf, pdfOf, type SampleDocument, sampleDocument } from './documents.ts';

const letter: SampleDocument = {
  from: 'X91.04',
  to: ['X92'],
  number: 15,
  date: '2026/11/16',
  subject: 'V/v góp ý dự thảo quy định thử nghiệm',
  due: '2026/11/30',
};

const urgent: SampleDocument = {
  from: 'X91.04',
  to: ['X91.05', 'X92', 'X92.03'],
  number: 16,
  date: '2026/11/17',
  subject: 'V/v ứng phó tình huống giả định số 3',
  priority: 3,
};

const reply: SampleDocument = {
  from: 'X92',
  to: ['X91.04'],
  number: 7,
  date: '2026/11/18',
  subject: 'V/v ý kiến đối với dự thảo quy định thử nghiệm',
  answers: [earlierOf(letter)],
};

/** File names and bytes; the edXML is unsigned, as an agency's software would hand it to its signer. */
export function exampleDocuments(): ReadonlyMap<string, Buffer> {
  return new Map([
    ['official-letter.edxml', sampleDocument(letter)],
    ['official-letter.pdf', Buffer.from(pdfOf(letter).content)],
    ['urgent-letter.edxml', sampleDocument(urgent)],
    ['reply.edxml', sampleDocument(reply)],
  ]);
}
