// The bytes of what the real-time pipeline posts, and the keys that stand for them: the same content always has both the same.
import type { AgentStateRecord, AgentStatesMessage, FeedHeartbeat } from '../../../../schemas/agent-states.ts';
import { packBody, type EncodedReport } from '../delivery/hub-body.ts';
import { fingerprint } from '../fingerprint.ts';

const envelope = { acdType: 'AMAZON_CONNECT', reportVersion: '1' } as const;

/**
 * Encodes transitions in the order given. The id is a hash of the ACD and the content alone (shard order is in every `sequence`),
 * so that the same transitions keep their key however the stream cuts its batches.
 * @param replayId sets a replay's key apart: under the old key the hub gives its old answer again
 */
export function encodeAgentStates(
  acdName: string,
  stateData: readonly AgentStateRecord[],
  replayId?: string,
): EncodedReport {
  const states = JSON.stringify(stateData);
  const content = ['agent-states', acdName, states];
  const batchId = fingerprint(replayId === undefined ? content : [...content, replayId], 40);
  const head = JSON.stringify({ ...envelope, batchId } satisfies Omit<AgentStatesMessage, 'stateData'>);
  return { batchId, body: packBody(`${head.slice(0, -1)},"stateData":${states}}`) };
}

/** Encodes a heartbeat; its key is a hash of its content. */
export function encodeFeedHeartbeat(
  acdName: string,
  facts: Omit<FeedHeartbeat, 'acdType' | 'reportVersion'>,
): EncodedReport {
  const heartbeat = JSON.stringify({ ...envelope, ...facts } satisfies FeedHeartbeat);
  return { batchId: fingerprint(['heartbeat', acdName, heartbeat], 40), body: packBody(heartbeat) };
}
