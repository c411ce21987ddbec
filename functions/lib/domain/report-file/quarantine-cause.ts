// What an operator reads about a quarantined file: the name of the error and what to correct.

export interface CaughtError {
  readonly Error: string;
  readonly Cause?: string;
}

const usualCure = 'Correct the report and upload it again; a redrive of this execution cannot help.';
const otherCures: Readonly<Record<string, string>> = {
  HubRejectedError:
    'Mend what the hub objects to, there or in the settings, and upload the file again; a redrive of this execution cannot help.',
  ReportNotFoundError: 'A redrive of this execution cannot help.',
  ReportTooOldError: 'A redrive of this execution cannot help; a newer report, or a longer window, can.',
};

/** Lambda puts `{"errorType", "errorMessage", "trace"}` into the cause: the message is what people need. */
function readMessage(cause: string): string {
  try {
    const parsed: unknown = JSON.parse(cause);
    if (typeof parsed === 'object' && parsed !== null && 'errorMessage' in parsed) return String(parsed.errorMessage);
  } catch {
    // Not JSON: the cause of a platform error is plain text.
  }
  return cause;
}

/** Error name and cause as they stand on the Fail state. */
export function explainQuarantine(caught: CaughtError): { readonly error: string; readonly cause: string } {
  const message = readMessage(caught.Cause ?? '').trim();
  return {
    error: caught.Error,
    cause: `${message || 'No cause was given'}${/[.!?]$/.test(message) ? '' : '.'} ${otherCures[caught.Error] ?? usualCure}`,
  };
}
