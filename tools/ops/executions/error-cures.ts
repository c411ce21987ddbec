// What an operator does about each error. The classes stand in functions/lib/domain/errors.ts; a test keeps the two together.
import type { ErrorClass } from '../../../functions/lib/domain/errors.ts';

export interface ErrorCure {
  readonly errorClass: ErrorClass;
  readonly cure: string;
}

const hubBack = 'The hub could not take it for longer than the retries last. When it is back: redrive.';
const awsBack = 'An AWS service was throttling or failing for longer than the retries last. Redrive.';
const correctReport = 'Correct the report and upload it again; a redrive cannot help.';
const retryable = (cure: string): ErrorCure => ({ errorClass: 'retryable', cure });
const permanent = (cure: string): ErrorCure => ({ errorClass: 'permanent', cure });
const operator = (cure: string): ErrorCure => ({ errorClass: 'operator', cure });

const cures: Readonly<Record<string, ErrorCure>> = {
  HubUnavailableError: retryable(hubBack),
  HubThrottledError: retryable(`${hubBack} If it happens often, lower limits.deliverConcurrency.`),
  HubAnswerError: retryable('The hub answered in another form than its contract. Ask its operators, then redrive.'),
  StorageUnavailableError: retryable(awsBack),
  CheckpointUnavailableError: retryable(awsBack),
  CheckpointConflictError: retryable(awsBack),
  CheckpointIncompleteError: retryable('A delivered batch is not in the checkpoint. Redrive: it is delivered again.'),
  QueueUnavailableError: retryable(awsBack),
  WorkflowUnavailableError: retryable(awsBack),
  SecretUnavailableError: retryable(awsBack),
  UnknownReportKindError: permanent(
    'Name the report QR…, AQR… or ASPR… and upload it again, or set reports.unknownReports to ignore.',
  ),
  ReportTooOldError: permanent(
    'WFM takes nothing that old. Nothing to do, unless reports.reloadWindowDays is too short.',
  ),
  ReportInFutureError: permanent('Correct the run time in the file name and upload it again.'),
  ReportNotFoundError: permanent('The object was deleted. Upload the report again.'),
  IntervalSpacingError: permanent('Schedule the report hourly with a step of 0.25 h, and upload the range again.'),
  ReportHeaderError: permanent('Add or correct the column in the report in Amazon Connect, and upload it again.'),
  ReportFormatError: permanent(correctReport),
  ReportRowLimitError: permanent('Split the report into several of the same kind, or raise reports.maxRows.'),
  ReportRejectedRowsError: permanent(`Look at the rejected rows. ${correctReport}`),
  HubRejectedError: permanent(
    'Mend what the hub objects to, there or in the settings; then upload the file again, or reload it with --include-quarantined.',
  ),
  ConfigError: operator('Correct the setting, deploy, then redrive.'),
  HubAuthenticationError: operator('Put the right access key into the hub secret, then redrive.'),
  HubAccessError: operator('Have the hub know this ACD and let our key write to it, then redrive.'),
  AccessDeniedError: operator("Give the function's role the right, or the key of the bucket; then redrive."),
  StateInputError: operator('Start the execution again with the input of the original one.'),
};

const ofUnknown: ErrorCure = {
  errorClass: 'operator',
  cure: 'Not one of our errors: look at the log of the function. Redrive when the cause is gone.',
};
const ofEnd: Readonly<Record<string, string>> = {
  ABORTED: 'Somebody stopped it. Redrive when the reason is gone.',
  TIMED_OUT: 'It took longer than an execution may. Redrive: what was delivered is not sent again.',
  'States.Timeout': 'A step took longer than it may. Redrive.',
};

/** @param error name of the error an execution failed with */
export function findCure(error: string | null): ErrorCure {
  const end = ofEnd[error ?? ''];
  return cures[error ?? ''] ?? (end === undefined ? ofUnknown : { errorClass: 'operator', cure: end });
}
