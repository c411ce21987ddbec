// How a command can fail, and what is said then. The exit codes are documented in README.md beside this file.
import { ConnectorError } from '../../functions/lib/domain/errors.ts';
import { readAwsError } from '../../functions/lib/io/aws-errors.ts';

export const exitCodes = {
  /** Done, and nothing needs attention. */
  done: 0,
  /** Something needs attention, or was not done. */
  attention: 1,
  usage: 2,
  /** AWS, the stack, the local stack or the hub cannot be reached, or does not let us in. */
  noAccess: 3,
  /** A mistake in the command itself. */
  defect: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What was typed cannot be meant so. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What is needed for the command is not there, or does not let us in. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
}

/** Ctrl-C between two steps. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

export interface Failure {
  readonly exitCode: ExitCode;
  readonly name: string;
  readonly message: string;
}

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND']);
const credentialNames =
  /Credentials|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|SSOToken/;

function explainAwsFailure(error: unknown): string | null {
  const facts = readAwsError(error);
  if (facts === null) return null;
  const { name, message, code, httpStatus } = facts;
  if (credentialNames.test(name)) {
    return `AWS does not know who you are: ${message} Sign in first, e.g. aws sso login, and name the profile in AWS_PROFILE`;
  }
  if (httpStatus === 403 || name.startsWith('AccessDenied')) {
    return `AWS does not let you do this: ${message} Ask for the rights of an operator of the connector (docs/runbook)`;
  }
  if ((code !== null && networkCodes.has(code)) || name === 'TimeoutError') {
    return `Nobody answers: ${message}. Check the network, the proxy and the region`;
  }
  return httpStatus === null ? null : `AWS answered ${name}: ${message}`;
}

/** What to say of a thrown value, and how to exit. */
export function toFailure(error: unknown): Failure {
  if (error instanceof UsageError) return { exitCode: exitCodes.usage, name: error.name, message: error.message };
  if (error instanceof InterruptedError) {
    return { exitCode: exitCodes.interrupted, name: error.name, message: error.message };
  }
  if (error instanceof AccessError || error instanceof ConnectorError) {
    return { exitCode: exitCodes.noAccess, name: error.name, message: error.message };
  }
  const name = error instanceof Error ? error.name : 'Error';
  const explained = explainAwsFailure(error);
  if (explained !== null) return { exitCode: exitCodes.noAccess, name, message: explained };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: exitCodes.defect, name, message: `This is a mistake in acdhub: ${message}` };
}
