// One execution of report-ingest as an operator sees it: which file, how it ended, what may be done about it.
import type { DescribeExecutionOutput, ExecutionStatus } from '@aws-sdk/client-sfn';
import { parseFileName } from '../../../functions/lib/domain/report-file/classify-report.ts';
import { toFileName } from '../../../functions/lib/domain/report-file/report-identity.ts';
import { checkIngestInput } from '../../../schemas/checks/ingest-input.ts';
import { reportOutcomes, type ReportOutcome } from '../../../schemas/outcome.ts';
import type { ReportKind } from '../../../schemas/report-kind.ts';
import type { IngestInput } from '../../../schemas/state.ts';
import { isJsonObject, parseJson, type JsonObject } from '../../local/aws/json-value.ts';
import { readCauseMessage } from '../../local/run/file-result.ts';

export type ExecutionOutcome = ReportOutcome | 'RUNNING';

export interface ReportExecution {
  readonly name: string;
  readonly arn: string;
  readonly outcome: ExecutionOutcome;
  /** Of Step Functions. */
  readonly status: ExecutionStatus;
  /** null when it was started by hand with another input. */
  readonly input: IngestInput | null;
  readonly kind: ReportKind | null;
  readonly series: string | null;
  readonly runTime: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly redriveCount: number;
  readonly isRedrivable: boolean;
  /** Why it is not. */
  readonly redriveReason: string | null;
  readonly deliveredRecordCount: number | null;
  readonly rejectedRowCount: number | null;
  readonly error: string | null;
  /** What the step said, without Lambda's wrapping. */
  readonly cause: string | null;
}

export const failedStatuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const satisfies readonly ExecutionStatus[];

function parseObject(text: string | undefined): JsonObject {
  try {
    const value = parseJson(text ?? '{}');
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function readField(output: JsonObject, step: string, field: string): unknown {
  const value = output[step];
  return value !== undefined && isJsonObject(value) ? value[field] : undefined;
}

const toCount = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** A success says in its output which end it took: the last of the three words that were set. */
function toSuccess(output: JsonObject): ReportOutcome {
  const words = [
    readField(output, 'delivery', 'status'),
    readField(output, 'claim', 'status'),
    readField(output, 'report', 'status'),
  ];
  return reportOutcomes.find((outcome) => words.includes(outcome)) ?? 'FAILED';
}

function toOutcome(status: ExecutionStatus, output: JsonObject, isQuarantined: boolean): ExecutionOutcome {
  if (status === 'SUCCEEDED') return toSuccess(output);
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'RUNNING';
  return isQuarantined ? 'QUARANTINED' : 'FAILED';
}

function readName(key: string): Pick<ReportExecution, 'kind' | 'series' | 'runTime'> {
  try {
    return parseFileName(toFileName(key));
  } catch {
    return { kind: null, series: null, runTime: null };
  }
}

/** @param isQuarantined the execution has ended in ReportQuarantined, which its description does not tell */
export function toReportExecution(description: DescribeExecutionOutput, isQuarantined: boolean): ReportExecution {
  const { status = 'FAILED', executionArn = '', startDate, stopDate, error, cause } = description;
  const input: unknown = parseObject(description.input);
  const checked = checkIngestInput(input) ? input : null;
  const output = parseObject(description.output);
  return {
    name: description.name ?? executionArn.slice(executionArn.lastIndexOf(':') + 1),
    arn: executionArn,
    outcome: toOutcome(status, output, isQuarantined),
    status,
    input: checked,
    ...readName(checked?.object.key ?? ''),
    startedAt: startDate?.toISOString() ?? '',
    endedAt: stopDate?.toISOString() ?? null,
    redriveCount: description.redriveCount ?? 0,
    isRedrivable: description.redriveStatus === 'REDRIVABLE',
    redriveReason: description.redriveStatusReason ?? null,
    deliveredRecordCount: toCount(readField(output, 'delivery', 'deliveredRecordCount')),
    rejectedRowCount: toCount(readField(output, 'rows', 'rejectedRowCount')),
    error: error ?? (status === 'ABORTED' || status === 'TIMED_OUT' ? status : null),
    cause: cause === undefined ? null : readCauseMessage(cause),
  };
}

/** The same for all executions of one upload in one revision: whichever of them ends well, the file is dealt with. */
export function toUploadId({ object, revision }: IngestInput): string {
  return [object.bucket, object.key, object.etag, object.uploadedAt, revision].join('\n');
}
