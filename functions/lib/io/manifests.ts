// The manifest of a staged report in the staging bucket.
import type { ReportManifest } from '../../../schemas/manifest.ts';
import { toStagingFolder } from '../domain/report-file/report-identity.ts';
import type { StagingBucket } from './staging-bucket.ts';

function isManifest(value: unknown): value is ReportManifest {
  return typeof value === 'object' && value !== null && 'formatVersion' in value && value.formatVersion === 1;
}

export function toManifestKey(reportId: string, sourceVersion: string): string {
  return `${toStagingFolder(reportId, sourceVersion)}manifest.json`;
}

/** null when the version is not staged yet, or was staged by a release with another form (it is staged anew). */
export async function readManifest(staging: Pick<StagingBucket, 'read'>, key: string): Promise<ReportManifest | null> {
  const bytes = await staging.read(key);
  if (bytes === null) return null;
  const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return isManifest(value) ? value : null;
}

/** Writes the manifest unless another attempt was quicker; the answer is the one that stands. One of another form is replaced. */
export async function writeManifest(
  staging: Pick<StagingBucket, 'read' | 'write' | 'writeOnce'>,
  key: string,
  manifest: ReportManifest,
): Promise<ReportManifest> {
  const body = JSON.stringify(manifest);
  if (await staging.writeOnce(key, body, 'application/json')) return manifest;
  const standing = await readManifest(staging, key);
  if (standing !== null) return standing;
  await staging.write(key, body, 'application/json');
  return manifest;
}
