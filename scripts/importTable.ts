/**
 * Which folder may import what: the table of the house, as data. Arrows point inward only, steps never import each
 * other, and each outside world (AWS, XML and certificate libraries, CDK) has one folder that knows it.
 */
export interface Zone {
  /** Folder or file, from the project's root, without a slash at the end. `*` stands for one name. */
  readonly of: string;
  /** Folders of the project that it may import beside itself; a name of a zone covers everything below it. */
  readonly project: readonly string[];
  /** Packages and built-in modules; `@scope/*` covers a scope, and `name/*` the sub-paths of one package. */
  readonly packages: readonly string[];
  /** Whether it is free of clock, randomness, network, files and environment. */
  readonly pure?: boolean;
  /** Whether it may import what only a running program knows, such as a bundle that was just made. */
  readonly computed?: boolean;
}

const AWS_SDK = ['@aws-sdk/*', '@smithy/*'] as const;
const CDK = ['aws-cdk-lib', 'aws-cdk-lib/*', 'constructs'] as const;
const XML_AND_CERTIFICATES = ['xmldsigjs', 'xml-core', '@xmldom/xmldom'] as const;

/** What every function may use. The lenient reader is not among it. */
const ADAPTERS = ['adapters/aws', 'adapters/trust', 'adapters/xml'] as const;
const FUNCTION_PACKAGES = [
  '@aws-lambda-powertools/*',
  '@middy/core',
  'aws-lambda',
  'jose',
  'zod/*',
  'node:crypto',
  'node:zlib',
] as const;

/** The first zone that fits a file is its own: special ones stand before general ones. */
export const ZONES: readonly Zone[] = [
  { of: 'core/contract', project: ['core/edxml'], packages: ['zod/mini', 'node:crypto'], pure: true },
  { of: 'core/edxml', project: ['core/contract'], packages: ['zod/mini'], pure: true },
  { of: 'core/walk', project: ['core'], packages: [], pure: true },
  { of: 'core/*', project: ['core/contract', 'core/edxml'], packages: ['node:crypto'], pure: true },

  { of: 'adapters/aws', project: ['core', 'adapters/trust'], packages: [...AWS_SDK, 'node:crypto', 'node:zlib'] },
  {
    of: 'adapters/trust',
    project: ['core', 'adapters/xml'],
    packages: [...XML_AND_CERTIFICATES, 'node:buffer', 'node:crypto'],
  },
  // Only what signs nothing and verifies nothing may read leniently: where it comes in, and where its record is rebuilt.
  { of: 'adapters/lenient', project: ['core', 'adapters/xml'], packages: [] },
  { of: 'adapters/xml', project: ['core'], packages: [...XML_AND_CERTIFICATES, 'node:buffer', 'node:crypto'] },

  // Only what fetches from strangers' addresses may open connections of its own.
  {
    of: 'adapters/web',
    project: ['core'],
    packages: ['node:dns/promises', 'node:http', 'node:https', 'node:net'],
  },

  ...['lambdas/compatSend', 'lambdas/rebuild'].map((of) => ({
    of,
    project: ['core', ...ADAPTERS, 'adapters/lenient', 'lambdas/edge'],
    packages: FUNCTION_PACKAGES,
  })),
  {
    of: 'lambdas/revocation',
    project: ['core', ...ADAPTERS, 'adapters/web', 'lambdas/edge'],
    packages: FUNCTION_PACKAGES,
  },
  ...['lambdas/webhook', 'lambdas/notify'].map((of) => ({
    of,
    project: ['core', ...ADAPTERS, 'adapters/web', 'lambdas/edge'],
    packages: FUNCTION_PACKAGES,
  })),
  { of: 'lambdas/*', project: ['core', ...ADAPTERS, 'lambdas/edge'], packages: FUNCTION_PACKAGES },
  { of: 'lib', project: ['core/contract'], packages: [...CDK, 'esbuild', 'zod', 'node:*'] },
  { of: 'bin/docaxis.mjs', project: ['client'], packages: ['node:*'] },
  { of: 'bin', project: ['lib'], packages: [...CDK, 'node:*'] },
  {
    of: 'client',
    project: ['core', 'adapters/xml', 'adapters/trust'],
    packages: ['aws4fetch', 'jose', 'zod/mini', 'node:*'],
  },
  {
    of: 'local',
    project: ['core/contract', 'world'],
    packages: ['aws4fetch', 'dynalite', 'fauxqs', 'zod', 'zod/mini', 'node:*'],
    computed: true,
  },
  { of: 'world', project: ['core', 'adapters/xml', 'adapters/trust'], packages: ['node:crypto', 'node:util'] },
];

/** Folders that may import everything: what shows, measures, describes and tests the rest. */
export const FREE = ['bench', 'docs', 'examples', 'scripts', 'test'] as const;

/** An import outside the table that was looked at and let stand. One that no file needs any more fails the gate. */
export interface Exception {
  readonly file: string;
  readonly imports: string;
  readonly because: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    file: 'local/runtime/queuePoller.ts',
    imports: '@aws-sdk/client-sqs',
    because: "it stands in for Lambda's own poller, which is a client of SQS like any other",
  },
  {
    file: 'local/profiles.ts',
    imports: 'client/profile.ts',
    because: 'it writes the file that the client reads: one type for both ends',
  },
  {
    file: 'local/profiles.ts',
    imports: 'client/findProfile.ts',
    because: 'it writes to the folder in which the client looks: one name for both ends',
  },
  {
    file: 'local/keptWorld.ts',
    imports: 'client/pemCertificates.ts',
    because: 'the sample certificates go into profiles in the form that the client reads',
  },
  {
    file: 'local/keptWorld.ts',
    imports: 'core/edxml/agencyCode.ts',
    because: "the sample agencies' parents follow from their codes",
  },
];
