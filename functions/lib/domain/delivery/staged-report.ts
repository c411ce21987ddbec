// A staged batch read back: it is our own file, so anything unexpected in it is damage.
import type { HubReport } from '../../../../schemas/hub-messages.ts';
import { ConfigError } from '../errors.ts';

function isHubReport(value: unknown): value is HubReport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'batchId' in value &&
    typeof value.batchId === 'string' &&
    'reportData' in value &&
    Array.isArray(value.reportData) &&
    value.reportData.length > 0
  );
}

/**
 * The batch in a staged body, unpacked.
 * @throws {ConfigError} when it is not what TransformRows writes
 */
export function parseStagedReport(json: Uint8Array): HubReport {
  const value: unknown = JSON.parse(Buffer.from(json).toString('utf8'));
  if (!isHubReport(value)) {
    throw new ConfigError(
      'A staged batch does not hold what TransformRows wrote: the staging bucket was changed by hand',
    );
  }
  return value;
}
