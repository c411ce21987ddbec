// What to do about each failed execution: redrive it, start its file anew, or leave it, and why.
import { isHealed } from '../../../functions/lib/domain/coverage/failed-executions.ts';
import type { IngestInput } from '../../../schemas/state.ts';
import { findCure } from './error-cures.ts';
import { toUploadId, type ReportExecution } from './report-execution.ts';

export const redriveActions = ['redrive', 'start-anew', 'leave'] as const;
export type RedriveAction = (typeof redriveActions)[number];

export interface RedriveStep {
  readonly execution: ReportExecution;
  readonly action: RedriveAction;
  /** Why this, and not another. */
  readonly reason: string;
  /** What makes it whole, where a redrive does not; else what must be mended first. */
  readonly cure: string | null;
  /** It is whole already: its message in the queue of failed executions has no more to say. */
  readonly isHealed: boolean;
}

/** The file's entry in the ledger: the newest upload of its key and how far it has come. */
export type KeyCheckpoint = NonNullable<Parameters<typeof isHealed>[1]>;

/** Why the file of an execution needs nothing any more; null when it does. */
export function explainHealed(checkpoint: KeyCheckpoint | null, { object, revision }: IngestInput): string | null {
  const upload = { ...object, revision };
  if (!isHealed(upload, checkpoint)) return null;
  const isSame = checkpoint?.etag === object.etag && checkpoint.revision === revision;
  return isSame ? 'its file has been delivered since' : 'a newer upload or reload of the file has taken its place';
}

function planOne(execution: ReportExecution, checkpoint: KeyCheckpoint | null): RedriveStep {
  const { outcome, input, error, isRedrivable, redriveReason } = execution;
  const { cure } = findCure(error);
  const leave = (reason: string, rest: Partial<RedriveStep> = {}): RedriveStep => ({
    ...{ execution, action: 'leave', reason, cure: null, isHealed: false },
    ...rest,
  });
  if (outcome === 'RUNNING') return leave('it is still running');
  if (outcome !== 'FAILED' && outcome !== 'QUARANTINED') return leave(`it has ended as ${outcome}`, { isHealed: true });
  if (input === null) return leave('it was started by hand with another input', { cure });
  const healed = explainHealed(checkpoint, input);
  if (healed !== null) return leave(healed, { isHealed: true });
  if (outcome === 'QUARANTINED') return leave('its file is quarantined: a redrive would end there again', { cure });
  if (isRedrivable) return { execution, action: 'redrive', reason: 'redrivable', cure, isHealed: false };
  const why = redriveReason ?? 'Step Functions does not say why';
  return { execution, action: 'start-anew', reason: `not redrivable: ${why}`, cure, isHealed: false };
}

/**
 * A step for each execution, in their order. Of several executions of one upload only the newest is dealt with.
 * @param checkpoints by object key; the file's entry in the ledger, null or absent when it has none
 * @param others executions without a step of their own, which may be later ones of the same uploads
 */
export function planRedrives(
  executions: readonly ReportExecution[],
  checkpoints: ReadonlyMap<string, KeyCheckpoint | null>,
  others: readonly ReportExecution[] = [],
): RedriveStep[] {
  const newest = new Map<string, ReportExecution>();
  for (const execution of [...others, ...executions]) {
    if (execution.input === null) continue;
    const id = toUploadId(execution.input);
    const known = newest.get(id);
    if (known === undefined || known.startedAt < execution.startedAt) newest.set(id, execution);
  }
  return executions.map((execution) => {
    const successor = execution.input === null ? execution : newest.get(toUploadId(execution.input));
    if (successor !== undefined && successor.arn !== execution.arn) {
      const reason = `${successor.name} is a later execution of the same upload`;
      return { execution, action: 'leave', reason, cure: null, isHealed: false };
    }
    return planOne(execution, checkpoints.get(execution.input?.object.key ?? '') ?? null);
  });
}

const maxNameLength = 80;
const againName = /^(.*?)(?:-again-(\d+))?$/;

/** Name of the execution that starts a file anew: always the same for the same failed one, so that it is started once. */
export function toNewName(failedName: string): string {
  const [, stem = failedName, number = '0'] = againName.exec(failedName) ?? [];
  const suffix = `-again-${Number(number) + 1}`;
  return `${stem.slice(-(maxNameLength - suffix.length))}${suffix}`;
}

/** Whether a file was started anew under this name. */
export function isNewName(name: string): boolean {
  return againName.exec(name)?.[2] !== undefined;
}
