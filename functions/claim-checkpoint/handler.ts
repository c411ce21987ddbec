// ClaimCheckpoint: which version of the figures this upload stands for, and whether a newer one is here already.
// A claim is no lock and has no owner: two executions of the same upload may both proceed.
import { checkClaimCheckpointInput } from '../../schemas/checks/claim-checkpoint-input.ts';
import type { Claim, ClaimCheckpointInput } from '../../schemas/state.ts';
import { CheckpointConflictError } from '../lib/domain/errors.ts';
import { decideClaim, toSourceVersion } from '../lib/domain/report-file/source-version.ts';
import type { ReportCheckpoints } from '../lib/io/report-checkpoints.ts';
import type { SourceBucket } from '../lib/io/source-bucket.ts';
import { openSourceBucket } from '../lib/runtime/buckets.ts';
import type { Environment } from '../lib/runtime/environment.ts';
import { toLambdaHandler } from '../lib/runtime/lambda.ts';
import { loadSettings } from '../lib/runtime/settings.ts';
import { parseStepInput } from '../lib/runtime/step-input.ts';
import { openTables } from '../lib/runtime/tables.ts';

export interface ClaimCheckpointDeps {
  readonly checkpoints: Pick<ReportCheckpoints, 'read' | 'claim'>;
  readonly source: Pick<SourceBucket, 'head'>;
}

const maxTries = 8;

export const createHandler = (deps: ClaimCheckpointDeps) => (input: unknown) =>
  claimCheckpoint(deps, parseStepInput(checkClaimCheckpointInput, input));

async function claimCheckpoint(
  { checkpoints, source }: ClaimCheckpointDeps,
  input: ClaimCheckpointInput,
): Promise<Claim> {
  const { object, revision, report } = input;
  // A reload overwrites what is there, whatever range its name tells: its upload takes the place of the run time.
  const runTime = report.isReloadFile ? null : report.runTime;
  const superseded: Claim = {
    status: 'SUPERSEDED',
    sourceVersion: toSourceVersion(object.uploadedAt, runTime, revision),
    isResend: false,
  };
  for (let tries = 0; tries < maxTries; tries += 1) {
    const seen = await checkpoints.read(object);
    let decision = decideClaim(seen, { object, revision, runTime });
    if (decision.action === 'superseded') return superseded;
    if (decision.action === 'proceed') {
      const status = seen?.status === 'DELIVERED' ? 'ALREADY_DELIVERED' : 'CLAIMED';
      return { status, sourceVersion: decision.upload.sourceVersion, isResend: decision.isResend };
    }
    if (decision.action === 'ask-bucket') {
      const current = await source.head(object.bucket, object.key);
      if (current?.etag !== object.etag) return superseded;
      decision = { action: 'claim', upload: decision.ifCurrent, isResend: false };
    }
    // A write whose answer was lost reads as ours in the next round.
    if (await checkpoints.claim(object, report.reportId, decision.upload, seen)) {
      return { status: 'CLAIMED', sourceVersion: decision.upload.sourceVersion, isResend: decision.isResend };
    }
  }
  throw new CheckpointConflictError(
    `The checkpoint of ${report.fileName} changed ${maxTries} times while it was claimed`,
  );
}

export const fromEnvironment = (environment: Environment) =>
  createHandler({
    checkpoints: openTables(environment, loadSettings(environment)).checkpoints,
    source: openSourceBucket(environment),
  });

export const handler = toLambdaHandler('claim-checkpoint', fromEnvironment);
