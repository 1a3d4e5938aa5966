import { judgeAttacks } from './attacks.ts';
import { judgeC14n } from './c14n.ts';
import { judgePkits } from './pkits.ts';
import type { SuiteResult, SuiteSize } from './suite.ts';
import { judgeWycheproof } from './wycheproof.ts';
import { judgeXmldsig } from './xmldsig.ts';

/** A set of vectors of others, which is not part of this repository. */
export interface VectorSuite extends SuiteSize {
  readonly name: string;
  /** Folder below `vectors`. */
  readonly folder: string;
  readonly judge: (folder: string) => SuiteResult;
}

/** Numbers that change are looked at, not passed over. */
export const vectorSuites: readonly VectorSuite[] = [
  {
    name: 'PKITS',
    folder: 'pkits',
    judge: judgePkits,
    cases: 169,
    apart: { dsa: 1, 'indirect-crl': 6, 'delta-crl': 3 },
  },
  { name: 'Wycheproof', folder: 'wycheproof', judge: judgeWycheproof, cases: 1372, apart: {} },
  { name: 'C14N', folder: 'c14n', judge: judgeC14n, cases: 96, apart: { c14n11: 14, 'iso-8859-1': 1 } },
  {
    name: 'XMLDSig',
    folder: 'xmldsig',
    judge: judgeXmldsig,
    cases: 180,
    apart: { 'P-521': 5, ECDSAKeyValue: 7, c14n11: 5 },
  },
];

/** The set that is part of this repository. */
export const ownSuite = { judge: judgeAttacks, cases: 162, apart: { optional: 2 } };
