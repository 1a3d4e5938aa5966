import { randomBytes } from 'node:crypto';
import { CachedDirectory } from '../../adapters/aws/cachedDirectory.ts';
import { IndexedCertificates } from '../../adapters/aws/certificateListing.ts';
import { dynamoClient, s3Client } from '../../adapters/aws/clients.ts';
import { ObjectStore } from '../../adapters/aws/objectStore.ts';
import { PublishedTrustLists } from '../../adapters/aws/publishedTrustLists.ts';
import { RevocationIndexTable } from '../../adapters/aws/revocationIndexTable.ts';
import { S3RevocationObjects } from '../../adapters/aws/revocationShelf.ts';
import { revocationReader } from '../../adapters/trust/revocationReader.ts';
import { createPublicWeb } from '../../adapters/web/publicWeb.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { LIMITS } from '../../core/contract/limits.ts';
import { refreshRevocation } from '../../core/walk/revocation.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { createObserver } from '../edge/observe.ts';
import { allowLoopback } from '../edge/reach.ts';

const environment = readEnvironment('revocation', process.env);
const observer = createObserver('revocation', environment);
const client = dynamoClient();
const table = environment.REGISTRY_TABLE;
const s3 = s3Client();
const bucket = environment.DISPATCHES_BUCKET;

const ports = {
  clock,
  trust: new PublishedTrustLists(new CachedDirectory(client, table, clock), new ObjectStore(s3, bucket, clock)),
  listing: new IndexedCertificates(client, table),
  index: new RevocationIndexTable(client, table),
  objects: new S3RevocationObjects(s3, bucket),
  web: createPublicWeb({ timeoutMs: LIMITS.revocationSeconds.fetch * 1000, allowLoopback }),
  reader: revocationReader,
  nonce: () => randomBytes(16),
};

/** Every five minutes: asks for news of revoked certificates where it is time. */
export async function handler(): Promise<void> {
  try {
    const round = await refreshRevocation(ports);
    observer.count('revocationStale', round?.stale ?? 0);
    // A gauge of zero would be a metric that is paid for and says nothing.
    if (round?.staleHours) observer.count('revocationStaleHours', round.staleHours);
    observer.count('revocationLeftOut', round?.leftOut ?? 0);
    if (!round || round.asked === 0) return;
    const { troubles, ...counts } = round;
    observer.event('refreshed', counts);
    for (const trouble of troubles) observer.event('no-news', trouble);
  } finally {
    observer.flush();
  }
}
