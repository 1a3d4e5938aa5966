import { dynamoClient, s3Client } from '../../adapters/aws/clients.ts';
import { RegistryTable } from '../../adapters/aws/registryTable.ts';
import { S3DirectoryObjects } from '../../adapters/aws/s3DirectoryObjects.ts';
import { SnapshotTable } from '../../adapters/aws/snapshotTable.ts';
import { readEnvironment } from '../../core/contract/environment.ts';
import { publishDirectory } from '../../core/walk/directory.ts';
import { systemClock as clock } from '../edge/clock.ts';
import { createObserver } from '../edge/observe.ts';
import { AGENCY_LIST_FORMS } from './agencyListForms.ts';

const environment = readEnvironment('publish', process.env);
const observer = createObserver('publish', environment);
const dynamo = dynamoClient();

const ports = {
  clock,
  search: new RegistryTable(dynamo, environment.REGISTRY_TABLE),
  snapshots: new SnapshotTable(dynamo, environment.REGISTRY_TABLE),
  objects: new S3DirectoryObjects(s3Client(), environment.DISPATCHES_BUCKET),
  lists: AGENCY_LIST_FORMS,
};

/** Every 15 minutes: publishes the directory if it changed. */
export async function handler(): Promise<void> {
  try {
    const version = await publishDirectory(ports);
    if (version !== undefined) observer.event('published', { version });
  } finally {
    observer.flush();
  }
}
