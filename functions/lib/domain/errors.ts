// Every error this connector throws on purpose, in three classes. The state machine tells them apart by `name`:
// retryable ones are retried, permanent ones lead to quarantine, operator ones stop at their step until somebody acts.

export type ErrorClass = 'retryable' | 'permanent' | 'operator';

/** Facts that go into the log beside the message: names, counts, positions. Never rows, agent names or secrets. */
export type ErrorContext = Record<string, string | number | boolean | null | readonly string[]>;

export interface ConnectorErrorOptions {
  readonly context?: ErrorContext;
  readonly cause?: unknown;
}

// A cell or a heading may be a megabyte long. Step Functions, SQS and the log take less, and people far less.
const maxMessageLength = 8_000;

/** Base of all errors below; never thrown itself. `name` is a literal in each class, since bundling shortens class names. */
export abstract class ConnectorError extends Error {
  abstract readonly errorClass: ErrorClass;
  readonly context: ErrorContext;

  constructor(message: string, options: ConnectorErrorOptions = {}) {
    super(cutMessage(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.context = options.context ?? {};
  }
}

function cutMessage(message: string): string {
  return message.length > maxMessageLength ? `${message.slice(0, maxMessageLength)}…` : message;
}

abstract class RetryableError extends ConnectorError {
  override readonly errorClass = 'retryable';
}
abstract class PermanentError extends ConnectorError {
  override readonly errorClass = 'permanent';
}
abstract class OperatorError extends ConnectorError {
  override readonly errorClass = 'operator';
}

// Retryable: may pass by itself.

/** The hub answered 5xx, 408, 425 or a conflict in progress, or could not be reached. It may have taken the batch. */
export class HubUnavailableError extends RetryableError {
  override readonly name = 'HubUnavailableError';
}
/** The hub asked us to slow down (429, or 503 with a long Retry-After). */
export class HubThrottledError extends RetryableError {
  override readonly name = 'HubThrottledError';
}
/** The hub's answer is cut, is not JSON, or its counts do not add up: not a success, perhaps not a failure. */
export class HubAnswerError extends RetryableError {
  override readonly name = 'HubAnswerError';
}
/** S3 is throttling, failing or cut the connection. */
export class StorageUnavailableError extends RetryableError {
  override readonly name = 'StorageUnavailableError';
}
/** DynamoDB is throttling or failing. */
export class CheckpointUnavailableError extends RetryableError {
  override readonly name = 'CheckpointUnavailableError';
}
/** Somebody else kept changing the same checkpoint while we tried. */
export class CheckpointConflictError extends RetryableError {
  override readonly name = 'CheckpointConflictError';
}
/** A delivered batch is missing from the checkpoint although all batches ran: it is delivered again by a retry. */
export class CheckpointIncompleteError extends RetryableError {
  override readonly name = 'CheckpointIncompleteError';
}
/** SQS is throttling or failing. */
export class QueueUnavailableError extends RetryableError {
  override readonly name = 'QueueUnavailableError';
}
/** Step Functions is throttling or failing. */
export class WorkflowUnavailableError extends RetryableError {
  override readonly name = 'WorkflowUnavailableError';
}
/** Secrets Manager is throttling or failing. */
export class SecretUnavailableError extends RetryableError {
  override readonly name = 'SecretUnavailableError';
}

// Permanent: this input can never pass.

/** The file name does not begin with QR, AQR or ASPR, or does not end in a run time. */
export class UnknownReportKindError extends PermanentError {
  override readonly name = 'UnknownReportKindError';
}
/** The report's run time lies before the reload window. */
export class ReportTooOldError extends PermanentError {
  override readonly name = 'ReportTooOldError';
}
/** The report's run time lies after its upload: a report cannot be written before its time. */
export class ReportInFutureError extends PermanentError {
  override readonly name = 'ReportInFutureError';
}
/** The object is not in the bucket any more. */
export class ReportNotFoundError extends PermanentError {
  override readonly name = 'ReportNotFoundError';
}
/** The run time is off the quarter-hour grid, or the rows are not quarter-hour rows. */
export class IntervalSpacingError extends PermanentError {
  override readonly name = 'IntervalSpacingError';
}
/** A heading that is needed is missing, doubled or contradicts another one. */
export class ReportHeaderError extends PermanentError {
  override readonly name = 'ReportHeaderError';
}
/** The file is no readable CSV: empty, cut, damaged, in another encoding. */
export class ReportFormatError extends PermanentError {
  override readonly name = 'ReportFormatError';
}
/** The file has more rows, or unpacks to more bytes, than a legal report can have. */
export class ReportRowLimitError extends PermanentError {
  override readonly name = 'ReportRowLimitError';
}
/** So many rows are bad that the file as a whole cannot be trusted. */
export class ReportRejectedRowsError extends PermanentError {
  override readonly name = 'ReportRejectedRowsError';
}
/** The hub refused every record of the file. */
export class HubRejectedError extends PermanentError {
  override readonly name = 'HubRejectedError';
}

// Operator: passes after somebody acts.

/** A setting is missing or wrong. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
}
/** The hub refuses our access key. */
export class HubAuthenticationError extends OperatorError {
  override readonly name = 'HubAuthenticationError';
}
/** The hub does not know this ACD or does not let us write to it (403, 404), or sends us elsewhere (redirect). */
export class HubAccessError extends OperatorError {
  override readonly name = 'HubAccessError';
}
/** AWS refuses us an object, a key, a table or a secret. */
export class AccessDeniedError extends OperatorError {
  override readonly name = 'AccessDeniedError';
}
/** A step was started with an input it cannot work with: by hand, since the state machine always gives a complete one. */
export class StateInputError extends OperatorError {
  override readonly name = 'StateInputError';
}
