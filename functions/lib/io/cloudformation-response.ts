// The pre-signed address at which CloudFormation waits for a custom resource's answer.
import { setTimeout as delay } from 'node:timers/promises';
import type { CustomResourceAnswer } from '../domain/bucket-events/custom-resource.ts';
import { StateInputError, StorageUnavailableError } from '../domain/errors.ts';

/** Four attempts and their pauses: what a function has to keep of its time for the answer. */
export const longestAnswerMs = 14_000;

const pausesMs = [0, 200, 500, 1_000];
const attemptTimeoutMs = 3_000;
const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Puts the answer where CloudFormation looks for it; the same answer may arrive twice.
 * @throws {StateInputError} when the address is no https address (http is taken on this machine only)
 * @throws {StorageUnavailableError} when no attempt was taken; the address is in no message, since it is a key
 */
export async function answerCloudFormation(responseUrl: string, answer: CustomResourceAnswer): Promise<void> {
  const url = URL.parse(responseUrl);
  const isAllowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && loopbackHosts.includes(url.hostname));
  if (url === null || !isAllowed) throw new StateInputError('Expected ResponseURL to be an https address');
  // Bytes have no content type: S3 signed the address for an empty one.
  const body = new TextEncoder().encode(JSON.stringify(answer));
  let finding = '';
  for (const pauseMs of pausesMs) {
    await delay(pauseMs);
    finding = await put(url, body);
    if (finding === '') return;
  }
  throw new StorageUnavailableError(
    `CloudFormation's address at ${url.host} did not take the answer ${answer.Status} (${answer.Reason}) in ${pausesMs.length} attempts: ${finding}`,
    { context: { host: url.host, status: answer.Status, requestId: answer.RequestId } },
  );
}

/** '' when the answer was taken, else why not. */
async function put(url: URL, body: Uint8Array<ArrayBuffer>): Promise<string> {
  try {
    const { status } = await fetch(url, {
      method: 'PUT',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(attemptTimeoutMs),
    });
    return status >= 200 && status < 300 ? '' : `status ${status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
