// What became of one file, told from the description and the history of its execution.
import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { ReportOutcome } from '../../../schemas/outcome.ts';
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from '../aws/json-value.ts';
import type { ExecutionDescription } from '../workflow/workflow-store.ts';

export interface RejectedCell {
  /** Line of the report; null: the hub refused the record that came of it. */
  readonly line: number | null;
  readonly column: string | null;
  readonly value: string | null;
  readonly reason: string;
}

export interface FileResult {
  readonly key: string;
  /** Name of the execution; null when none was started. */
  readonly name: string | null;
  readonly status: ReportOutcome;
  /** In the order they were entered, DeliverBatch once for each batch. */
  readonly states: readonly string[];
  readonly kind: string | null;
  readonly series: string | null;
  readonly runTime: string | null;
  /** How the run time stands to those before it; null when it was not judged. */
  readonly spacing: string | null;
  readonly missing: readonly string[];
  readonly missingCount: number;
  /** null when the rows were not read to the end. */
  readonly rows: number | null;
  readonly delivered: number;
  /** Rows that were left out and records the hub refused. */
  readonly rejected: number;
  readonly unchanged: number;
  readonly ignoredAsOlder: number;
  readonly outOfScope: number;
  readonly serviceLevelSeconds: number | null;
  readonly firstInterval: string | null;
  readonly lastInterval: string | null;
  readonly intervalCount: number;
  readonly notes: readonly string[];
  readonly error: string | null;
  readonly cause: string | null;
  /** The first hundred. */
  readonly rejects: readonly RejectedCell[];
}

/** Where the staging bucket holds more about the file than the state does. */
export interface StagedPlaces {
  readonly manifestKey: string | null;
  readonly rejectsKey: string | null;
  readonly hubRejectedCount: number;
  readonly batchIndexes: readonly number[];
}

const outcomeOfEnd: Readonly<Record<string, ReportOutcome>> = {
  ReportDelivered: 'DELIVERED',
  ReportAlreadyDelivered: 'ALREADY_DELIVERED',
  ReportSuperseded: 'SUPERSEDED',
  ReportIgnored: 'IGNORED',
};

const stateFields = ['report', 'claim', 'spacing', 'rows', 'delivery', 'quarantine'] as const;

function readText(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function readCount(value: JsonValue | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function readTexts(value: JsonValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function readObject(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}

/** Lambda's cause is `{"errorType", "errorMessage", "trace"}`: people need the message. */
export function readCauseMessage(cause: string): string {
  try {
    const parsed = parseJson(cause);
    return isJsonObject(parsed) && typeof parsed['errorMessage'] === 'string' ? parsed['errorMessage'] : cause;
  } catch {
    return cause;
  }
}

/** The object key in the input of an execution of report-ingest; null when it is no such input. */
export function readObjectKey(executionInput: string): string | null {
  const input = parseJson(executionInput);
  return isJsonObject(input) ? readText(readObject(input['object'])['key']) : null;
}

interface Trail {
  readonly states: string[];
  /** The newest value of each field the states added. */
  readonly fields: JsonObject;
  readonly batchOutputs: JsonObject[];
}

function followHistory(events: readonly HistoryEvent[]): Trail {
  const trail: Trail = { states: [], fields: {}, batchOutputs: [] };
  for (const { stateEnteredEventDetails: entered, stateExitedEventDetails: exited } of events) {
    if (entered?.name !== undefined) trail.states.push(entered.name);
    const text = entered?.input ?? exited?.output;
    if (text === undefined) continue;
    const state = readObject(parseJson(text));
    if (exited?.name === 'DeliverBatch') trail.batchOutputs.push(state);
    for (const field of stateFields) {
      if (state[field] !== undefined) trail.fields[field] = state[field];
    }
  }
  return trail;
}

function toOutcome(status: string, lastState: string | undefined): ReportOutcome {
  if (lastState === 'ReportQuarantined') return 'QUARANTINED';
  return (status === 'SUCCEEDED' ? outcomeOfEnd[lastState ?? ''] : undefined) ?? 'FAILED';
}

/**
 * The result of an execution that has ended, without its rejects: these lie in the staging bucket, at `places`. Of a file
 * that failed on the way, `delivered` counts the batches that had gone through.
 */
export function toFileResult(
  execution: Pick<ExecutionDescription, 'name' | 'status' | 'input' | 'error' | 'cause'>,
  events: readonly HistoryEvent[],
): { readonly result: FileResult; readonly places: StagedPlaces } {
  const { states, fields, batchOutputs } = followHistory(events);
  const [report, spacing, rows, delivery, quarantine] = [
    fields['report'],
    fields['spacing'],
    fields['rows'],
    fields['delivery'],
    fields['quarantine'],
  ].map(readObject);
  const status = toOutcome(execution.status, states.at(-1));
  const hasEndedBadly = status === 'QUARANTINED' || status === 'FAILED';
  const sumBatches = (field: string): number =>
    batchOutputs.reduce(
      (total, output) => total + (output['status'] === 'SUPERSEDED' ? 0 : readCount(output[field])),
      0,
    );
  const isComplete = delivery?.['status'] === 'DELIVERED';
  const hubRejectedCount = isComplete ? readCount(delivery['rejectedRecordCount']) : sumBatches('rejectedCount');
  const result: FileResult = {
    key: readObjectKey(execution.input) ?? '',
    ...{ name: execution.name, status, states },
    kind: readText(report?.['kind']),
    series: readText(report?.['series']),
    runTime: readText(report?.['runTime']),
    spacing: readText(spacing?.['verdict']),
    missing: readTexts(spacing?.['missing']),
    missingCount: readCount(spacing?.['missingCount']),
    rows: rows?.['status'] === 'TRANSFORMED' ? readCount(rows['rowCount']) : null,
    delivered: isComplete ? readCount(delivery['deliveredRecordCount']) : sumBatches('recordCount') - hubRejectedCount,
    rejected: readCount(rows?.['rejectedRowCount']) + hubRejectedCount,
    unchanged: readCount(rows?.['unchangedRecordCount']),
    ignoredAsOlder: readCount(delivery?.['ignoredAsOlderCount']),
    outOfScope: readCount(rows?.['outOfScopeRowCount']),
    serviceLevelSeconds: typeof rows?.['serviceLevelSeconds'] === 'number' ? rows['serviceLevelSeconds'] : null,
    firstInterval: readText(rows?.['firstInterval']),
    lastInterval: readText(rows?.['lastInterval']),
    intervalCount: readCount(rows?.['intervalCount']),
    notes: readTexts(rows?.['notes']),
    error: hasEndedBadly ? (execution.error ?? execution.status) : null,
    cause: hasEndedBadly ? readCauseMessage(execution.cause ?? `The execution ended as ${execution.status}.`) : null,
    rejects: [],
  };
  const batches = Array.isArray(rows?.['batches']) ? rows['batches'] : [];
  const places: StagedPlaces = {
    manifestKey: readText(rows?.['manifestKey']),
    rejectsKey: readText(rows?.['rejectsKey']) ?? readText(quarantine?.['rejectsKey']),
    hubRejectedCount,
    batchIndexes: batches.map((batch) => readCount(readObject(batch)['index'])),
  };
  return { result, places };
}

/** A file that was never heard of again, or never got that far. */
export function toFailedResult(key: string, name: string | null, error: string, cause: string): FileResult {
  return {
    ...{ key, name, status: 'FAILED', states: [], kind: null, series: null, runTime: null, spacing: null },
    ...{ missing: [], missingCount: 0, rows: null, delivered: 0, rejected: 0, unchanged: 0, ignoredAsOlder: 0 },
    ...{ outOfScope: 0, serviceLevelSeconds: null, firstInterval: null, lastInterval: null, intervalCount: 0 },
    ...{ notes: [], error, cause, rejects: [] },
  };
}
