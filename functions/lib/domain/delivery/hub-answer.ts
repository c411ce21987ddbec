// What the hub's answer to a posted batch means. The one place to change when the real contract differs from the assumed one.
import { checkHubAcknowledgement } from '../../../../schemas/checks/acknowledgement.ts';
import type { RejectedRecord } from '../../../../schemas/hub-messages.ts';
import { HubAnswerError, HubAuthenticationError, HubUnavailableError } from '../errors.ts';
import {
  findText,
  isFields,
  parseJson,
  readReason,
  toHubFailure,
  toReasonLine,
  type HubAnswer,
} from './hub-failure.ts';

/** How a batch can end at the hub, as far as that is no failure. */
export type HubPostResult =
  | {
      readonly status: 'accepted';
      readonly accepted: number;
      readonly ignoredAsOlder: number;
      readonly rejected: readonly RejectedRecord[];
    }
  | { readonly status: 'already-applied' }
  /** `rejected` is empty when the hub refuses the batch without naming records. */
  | { readonly status: 'refused'; readonly reason: string; readonly rejected: readonly RejectedRecord[] }
  | { readonly status: 'too-large' };

/** What stays open when the hub gives no clear answer to a batch. */
export const hubAmbiguity =
  'The hub may have taken the batch: the next attempt sends the same bytes under the same key, so nothing counts twice. When the attempts are used up, wait until the hub is back and redrive the execution.';

/**
 * Reads the hub's answer to a batch of `recordCount` records. Rejected records come in order of their index.
 * @param nowMs for a Retry-After date in an answer without a Date
 * @throws HubAnswerError a 2xx that is cut, is not the JSON of the contract, or whose counts do not add up
 * @throws HubAuthenticationError 401
 * @throws HubAccessError 403, 404, redirects and other 4xx
 * @throws HubThrottledError 429, and 503 with a Retry-After; `context.retryAfterSeconds` is the hub's wish or null
 * @throws HubUnavailableError 408, 425, other 5xx, a 409 that does not say "already applied"
 * @source assumed hub contract, schemas/hub.openapi.yaml
 */
export function interpretHubAnswer(
  answer: HubAnswer,
  sent: { readonly batchId: string; readonly recordCount: number },
  nowMs: number,
): HubPostResult {
  const subject = `batch ${sent.batchId}`;
  const { status } = answer;
  if (status >= 200 && status < 300) return readAcknowledgement(answer, subject, sent.recordCount);
  if (status === 401) throw toRefusedToken(subject);
  if (status === 413) return { status: 'too-large' };
  if (status === 400 || status === 409 || status === 422) {
    if (answer.bodyFault !== undefined) {
      throw new HubUnavailableError(
        `The hub answered ${subject} with HTTP ${status}, but its answer ${answer.bodyFault}. ${hubAmbiguity}`,
        { context: { status } },
      );
    }
    return status === 409 ? readConflict(answer, subject) : readRefusal(answer, sent.recordCount);
  }
  throw toHubFailure(answer, subject, hubAmbiguity, nowMs);
}

/**
 * Accepts any 2xx to a heartbeat: nothing hangs on its body.
 * @throws HubAuthenticationError 401; the others by status as `interpretHubAnswer`, every other 4xx being a HubAccessError
 */
export function checkHeartbeatAnswer(answer: HubAnswer, nowMs: number): void {
  if (answer.status >= 200 && answer.status < 300) return;
  if (answer.status === 401) throw toRefusedToken('a heartbeat');
  throw toHubFailure(answer, 'a heartbeat', '', nowMs);
}

/** Whether the positions are distinct and each is one of a batch of `recordCount` records. */
export function areRecordPositions(rejected: readonly RejectedRecord[], recordCount: number): boolean {
  const positions = new Set(rejected.map(({ index }) => index));
  return positions.size === rejected.length && rejected.every(({ index }) => isPosition(index, recordCount));
}

function toRefusedToken(subject: string): HubAuthenticationError {
  return new HubAuthenticationError(
    `The hub answered ${subject} with HTTP 401, also with a new token. Check that the access key in the secret is the hub's current one.`,
    { context: { status: 401 } },
  );
}

function readAcknowledgement(answer: HubAnswer, subject: string, recordCount: number): HubPostResult {
  const fail = (finding: string): never => {
    throw new HubAnswerError(
      `The hub answered ${subject} with HTTP ${answer.status}, but ${finding}. ${hubAmbiguity}`,
      {
        context: { status: answer.status, recordCount },
      },
    );
  };
  if (answer.bodyFault !== undefined) return fail(`the answer ${answer.bodyFault}`);
  if (![200, 201, 202].includes(answer.status)) return fail('an acknowledgement has the status 200, 201 or 202');
  const json = parseJson(answer.body);
  if (json === undefined) {
    return fail(`expected JSON with the counts, found ${answer.body.trim() === '' ? 'nothing' : 'something else'}`);
  }
  if (!checkHubAcknowledgement(json)) {
    const [finding] = checkHubAcknowledgement.errors ?? [];
    return fail(
      `its JSON is no acknowledgement: ${finding?.instancePath || 'it'} ${finding?.message ?? 'has another form'}`,
    );
  }
  const { accepted, ignoredAsOlder = 0, rejected = [] } = json;
  if (accepted + ignoredAsOlder + rejected.length !== recordCount) {
    return fail(
      `${accepted} accepted + ${ignoredAsOlder} ignored as older + ${rejected.length} rejected are not the ${recordCount} records sent`,
    );
  }
  if (!areRecordPositions(rejected, recordCount)) {
    return fail(`it rejects a position twice, or one outside 0 to ${recordCount - 1}`);
  }
  return { status: 'accepted', accepted, ignoredAsOlder, rejected: toSorted(rejected) };
}

// A refusal that names impossible positions is one that names none: it cannot be told which records are meant.
function readRefusal({ status, body }: HubAnswer, recordCount: number): HubPostResult {
  const json = parseJson(body);
  const reason = readReason(body) ?? `refused by the hub with HTTP ${status}, without a reason`;
  const named = isFields(json) && Array.isArray(json['rejected']) ? json['rejected'] : [];
  const rejected: RejectedRecord[] = [];
  for (const item of named) {
    if (!isFields(item) || typeof item['index'] !== 'number') return { status: 'refused', reason, rejected: [] };
    const own = findText(item, ['reason', 'message', 'error']);
    rejected.push({ index: item['index'], reason: own ?? reason });
  }
  return { status: 'refused', reason, rejected: areRecordPositions(rejected, recordCount) ? toSorted(rejected) : [] };
}

// Hubs word a conflict differently; a code counts before the text beside it. In doubt the batch is taken to be in progress:
// a needless repeat does no harm, a lost batch does.
function readConflict({ status, body }: HubAnswer, subject: string): HubPostResult {
  const code = findText(parseJson(body), ['code', 'errorCode']);
  const reason = readReason(body);
  const verdict = readConflictWord(code) ?? readConflictWord(reason);
  if (verdict === 'already-applied') return { status: verdict };
  const said = code ?? reason;
  throw new HubUnavailableError(
    `The hub answered ${subject} with HTTP 409 ${said === undefined ? 'without a code' : `(${toReasonLine(said)})`}: expected the same batch to be in progress or already applied. ${hubAmbiguity}`,
    { context: { status } },
  );
}

function readConflictWord(text = ''): 'in-progress' | 'already-applied' | undefined {
  const words = text.replace(/[_-]/g, ' ');
  if (/progress/i.test(words) || /\b(not|never|cannot|failed)\b|n't\b|differ|mismatch/i.test(words))
    return 'in-progress';
  return /already|applied|duplicate|processed/i.test(words) ? 'already-applied' : undefined;
}

function toSorted(rejected: readonly RejectedRecord[]): RejectedRecord[] {
  return rejected
    .map(({ index, reason }) => ({ index, reason: toReasonLine(reason) || 'rejected by the hub without a reason' }))
    .sort((a, b) => a.index - b.index);
}

function isPosition(index: number, recordCount: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < recordCount;
}
