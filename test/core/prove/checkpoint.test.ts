import { describe, expect, test } from 'vitest';
import { checkpointText, fromBase64, originOf, parseCheckpoint, signedNote } from '../../../core/prove/checkpoint.ts';

/** The example of C2SP tlog-checkpoint, with the second signature that C2SP tlog-witness shows under it. */
const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const FIRST = 'Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=';
const SECOND = 'opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=';
const LINE = `— example.com/behind-the-sofa ${FIRST}\n`;
const NOTE = `${TEXT}\n${LINE}`;
const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';

describe('a signed checkpoint', () => {
  test('is read as its specification shows it, and written the same', () => {
    const signed = parseCheckpoint(`${NOTE}— example.com/behind-the-sofa ${SECOND}\n`);
    const root = Buffer.from(ROOT, 'base64');
    expect(signed?.checkpoint).toEqual({ origin: 'example.com/behind-the-sofa', size: 20_852_163, root });
    expect(signed?.text).toBe(TEXT);
    expect(signed?.signatures.map(({ keyId }) => keyId.toString('hex'))).toEqual(['033de0ae', 'a292ea05']);
    expect(checkpointText(signed!.checkpoint)).toBe(TEXT);
    expect(signedNote(TEXT, signed!.signatures[0]!)).toBe(NOTE);
  });

  test('of an axis is that of its log', () => expect(originOf('axis.example')).toBe('axis.example/log'));

  test.each([
    ['of no entries', NOTE.replace('20852163', '0')],
    ['of as many entries as a safe integer counts', NOTE.replace('20852163', '9007199254740991')],
    ['with an extension line', NOTE.replace(ROOT, `${ROOT}\nwhatever 1`)],
    ['with 16 signatures', `${TEXT}\n${LINE.repeat(16)}`],
    ['signed by somebody else as well', `${NOTE}— witness.example/w1 ${SECOND}\n`],
  ])('%s is one', (_, note) => expect(parseCheckpoint(note)).toBeDefined());

  test.each([
    ['nothing', ''],
    ['blank lines', '\n\n\n'],
    ['lines that end as in another system', NOTE.replaceAll('\n', '\r\n')],
    ['a carriage return in its text', NOTE.replace('20852163', '20852163\r')],
    ['no last newline', NOTE.slice(0, -1)],
    ['another character for the last newline', `${NOTE.slice(0, -1)}x`],
    ['something behind the last newline', `${NOTE} `],
    ['a blank line at its end', `${NOTE}\n`],
    ['a blank line before it', `\n${NOTE}`],
    ['no blank line', TEXT + LINE],
    ['no signature', `${TEXT}\n`],
    ['17 signatures', `${TEXT}\n${LINE.repeat(17)}`],
    ['no origin', NOTE.replace('example.com/behind-the-sofa\n2', '\n2')],
    ['no size', NOTE.replace('20852163\n', '')],
    ['no root', NOTE.replace(`${ROOT}\n`, '')],
    ['an empty extension line', NOTE.replace(ROOT, `${ROOT}\n\nwhatever`)],
    ['a size with a zero before it', NOTE.replace('20852163', '020852163')],
    ['a size of zeros', NOTE.replace('20852163', '00')],
    ['a negative size', NOTE.replace('20852163', '-1')],
    ['a size with a sign', NOTE.replace('20852163', '+1')],
    ['a size with a fraction', NOTE.replace('20852163', '1.0')],
    ['a size in hexadecimal', NOTE.replace('20852163', '0x10')],
    ['a size with a space', NOTE.replace('20852163', ' 1')],
    ['a size that no number holds', NOTE.replace('20852163', '9007199254740992')],
    ['an endless size', NOTE.replace('20852163', '9'.repeat(400))],
    ['a root of 31 octets', NOTE.replace(ROOT, Buffer.alloc(31).toString('base64'))],
    ['a root of 33 octets', NOTE.replace(ROOT, Buffer.alloc(33).toString('base64'))],
    ['a root without its padding', NOTE.replace(ROOT, ROOT.replace('=', ''))],
    ['a root in the alphabet of URLs', NOTE.replace(ROOT, ROOT.replace('/', '_'))],
    ['a root with bits that say nothing', NOTE.replace(ROOT, ROOT.replace('2I=', '2J='))],
    ['a root with a space', NOTE.replace(ROOT, `${ROOT} `)],
    ['a hyphen for the dash', NOTE.replace('—', '-')],
    ['no space behind the dash', NOTE.replace('— ', '—')],
    ['a signature without a name', NOTE.replace(LINE, `—  ${FIRST}\n`)],
    ['a name without a signature', NOTE.replace(LINE, '— example.com/behind-the-sofa\n')],
    ['a third word in a signature', NOTE.replace(FIRST, `${FIRST} ${FIRST}`)],
    ['a signature of a key id alone', NOTE.replace(FIRST, `${FIRST.slice(0, 5)}g==`)],
    ['a signature without its padding', NOTE.replace(FIRST, FIRST.slice(0, -1))],
    ['a signature with bits that say nothing', NOTE.replace(FIRST, FIRST.replace('Q8=', 'Q9='))],
    ['a second signature that is none', `${NOTE}— witness.example !\n`],
    ['more characters than one has', NOTE.replace(ROOT, `${ROOT}\n${'x'.repeat(65_536)}`)],
  ])('is not one with %s', (_, note) => expect(parseCheckpoint(note)).toBeUndefined());
});

describe('base64', () => {
  test.each(['', 'AA==', 'AAA=', 'AAAA', '+/+/'])('%j is read', (text) => {
    expect(fromBase64(text)?.toString('base64')).toBe(text);
  });

  test.each(['A', 'AA', 'AAA', 'AA=', 'AB==', 'AAB=', 'AAAA=', 'AA==AA==', '-_-_', 'AA AA', 'AAAA\n', 'ÀÀÀÀ'])(
    '%j is not',
    (text) => expect(fromBase64(text)).toBeUndefined(),
  );
});
