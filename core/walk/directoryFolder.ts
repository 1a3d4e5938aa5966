import type { SnapshotRecord } from '../contract/records.ts';

/** The content names its folder: two publishers at once write the same objects or others, never over each other. */
export const folderOf = ({ version, sha256, units }: Pick<SnapshotRecord, 'version' | 'sha256' | 'units'>): string =>
  `directory/${version}-${sha256.slice(0, 16)}${units === undefined ? '' : `-${units.slice(0, 16)}`}`;
