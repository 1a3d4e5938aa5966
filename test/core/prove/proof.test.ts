import { describe, expect, test } from 'vitest';
import { parseProof, proofText } from '../../../core/prove/proof.ts';

const NOTE =
  'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n' +
  '— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n';
/** As C2SP tlog-proof shows one: the hashes are those of its example. */
const HASHES = ['gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=', 'B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA='];
const PROOF = `c2sp.org/tlog-proof@v1\nindex 73894\n${HASHES.join('\n')}\n\n${NOTE}`;

const path = HASHES.map((hash) => Buffer.from(hash, 'base64'));

test('a proof is written as its specification shows it', () => {
  expect(proofText({ index: 73_894, path, note: NOTE })).toBe(PROOF);
});

test.each([
  ['of an entry', 73_894, path],
  ['of the only entry', 0, []],
  ['with the longest path', 2 ** 52, Array.from({ length: 53 }, () => Buffer.alloc(32, 7))],
])('a proof %s is read as it was written', (_, index, hashes) => {
  const proof = parseProof(proofText({ index, path: hashes, note: NOTE }));
  expect(proof).toMatchObject({ index, path: hashes, signed: { checkpoint: { size: 20_852_163 } } });
});

describe('it is no proof', () => {
  const [first = ''] = HASHES;
  test.each([
    ['with nothing in it', ''],
    ['with lines that end as in another system', PROOF.replaceAll('\n', '\r\n')],
    ['with a carriage return', PROOF.replace('73894', '73894\r')],
    ['without its last newline', PROOF.slice(0, -1)],
    ['without its header', PROOF.slice(PROOF.indexOf('\n') + 1)],
    ['with the header of another version', PROOF.replace('@v1', '@v2')],
    ['with a blank line before it', `\n${PROOF}`],
    ['without a place', PROOF.replace('index 73894\n', '')],
    ['with two places', PROOF.replace('index 73894', 'index 73894\nindex 73894')],
    ['with a place that begins with a zero', PROOF.replace('73894', '073894')],
    ['with a negative place', PROOF.replace('73894', '-1')],
    ['with a space too many', PROOF.replace('index 7', 'index  7')],
    ['with a place in hexadecimal', PROOF.replace('73894', '0x1')],
    ['with an endless place', PROOF.replace('73894', '9'.repeat(17))],
    ['with a place behind the hashes', PROOF.replace('index 73894\n', '').replace('\n\n', '\nindex 73894\n\n')],
    ['with what an application may add', PROOF.replace('index', 'extra YQ==\nindex')],
    ['with a hash of 31 octets', PROOF.replace(first, Buffer.alloc(31).toString('base64'))],
    ['with a hash of 33 octets', PROOF.replace(first, Buffer.alloc(33).toString('base64'))],
    ['with a hash without its padding', PROOF.replace(first, first.slice(0, -1))],
    ['with a hash with bits that say nothing', PROOF.replace(first, first.replace('lQ=', 'lR='))],
    ['with a hash in hexadecimal', PROOF.replace(first, 'ab'.repeat(32))],
    ['with an empty hash', PROOF.replace(first, '')],
    ['with a path that no log has', PROOF.replace(first, `${first}\n`.repeat(53).trimEnd())],
    ['without a blank line before its checkpoint', PROOF.replace('\n\n', '\n')],
    ['without a checkpoint', PROOF.slice(0, PROOF.indexOf('\n\n') + 2)],
    ['with a checkpoint that is none', PROOF.replace('20852163', 'many')],
    ['with a checkpoint of more characters than one has', PROOF.replace('I=\n\n', `I=\n${'x'.repeat(65_536)}\n\n`)],
  ])('%s', (_, text) => expect(parseProof(text)).toBeUndefined());
});
