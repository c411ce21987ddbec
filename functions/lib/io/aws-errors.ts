// The one table that translates AWS's errors into ours. What it does not know passes through: it fails at its step and is looked at.
import {
  AccessDeniedError,
  CheckpointUnavailableError,
  ConfigError,
  QueueUnavailableError,
  SecretUnavailableError,
  StorageUnavailableError,
  WorkflowUnavailableError,
} from '../domain/errors.ts';

const unavailableErrors = {
  storage: StorageUnavailableError,
  checkpoint: CheckpointUnavailableError,
  queue: QueueUnavailableError,
  workflow: WorkflowUnavailableError,
  secret: SecretUnavailableError,
} as const;

export type AwsService = keyof typeof unavailableErrors;

const deniedNames = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AllAccessDisabled',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'KMS.DisabledException',
  'KMS.NotFoundException',
  'NotAuthorized',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const missingNames = new Set([
  'NoSuchBucket',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
  'ResourceNotFoundException',
  'StateMachineDoesNotExist',
  'StateMachineDeleting',
]);

const transientNames = new Set([
  'ConditionalRequestConflict',
  'InternalError',
  'InternalFailure',
  'InternalServerError',
  'InternalServiceError',
  'KMSThrottlingException',
  'LimitExceededException',
  'OperationAborted',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TimeoutError',
  'TooManyRequestsException',
  'TransactionInProgressException',
]);

const transientCodes = new Set([
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
]);

interface AwsErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  readonly httpStatus: number | null;
}

/** Name, network code and HTTP status of an SDK's or Node's error; null for what is none. Told by its fields, not its class. */
export function readAwsError(error: unknown): AwsErrorFacts | null {
  if (typeof error !== 'object' || error === null || !('name' in error) || typeof error.name !== 'string') return null;
  const message = 'message' in error && typeof error.message === 'string' ? error.message : '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const metadata: unknown = '$metadata' in error ? error.$metadata : null;
  const httpStatus =
    typeof metadata === 'object' &&
    metadata !== null &&
    'httpStatusCode' in metadata &&
    typeof metadata.httpStatusCode === 'number'
      ? metadata.httpStatusCode
      : null;
  return { name: error.name, message, code, httpStatus };
}

/**
 * Our error for a failure of an AWS call; `what` names the call and its object for the operator.
 * Unknown failures are returned as they are.
 */
export function translateAwsError(error: unknown, service: AwsService, what: string): unknown {
  const facts = readAwsError(error);
  if (facts === null) return error;
  const { name, message, code, httpStatus } = facts;
  const context = { awsErrorName: name, httpStatus, what };
  if (deniedNames.has(name) || httpStatus === 403) {
    return new AccessDeniedError(
      `AWS does not let the connector ${what}: ${name}. Check the function's role, the bucket's policy and the key it is encrypted with`,
      { cause: error, context },
    );
  }
  if (missingNames.has(name)) {
    return new ConfigError(`The connector cannot ${what}: ${name}. Check that the stack was deployed completely`, {
      cause: error,
      context,
    });
  }
  const isTransient =
    transientNames.has(name) ||
    (code !== null && transientCodes.has(code)) ||
    (httpStatus !== null && (httpStatus >= 500 || httpStatus === 429 || httpStatus === 408));
  if (!isTransient) return error;
  return new unavailableErrors[service](`The connector could not ${what} just now: ${name} (${message})`, {
    cause: error,
    context,
  });
}

/** Runs an AWS call and translates its failure. */
export async function callAws<T>(service: AwsService, what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw translateAwsError(error, service, what);
  }
}

/** Whether S3 has no such object; a bucket that is not there is a mistake of the deployment, and no such answer. */
export function isObjectMissing(error: unknown): boolean {
  const facts = readAwsError(error);
  return facts?.httpStatus === 404 && facts.name !== 'NoSuchBucket';
}

/** Whether a conditional write was refused by its condition. */
export function isConditionFailure(error: unknown): boolean {
  return readAwsError(error)?.name === 'ConditionalCheckFailedException';
}
