// Delivers transitions in order, also when the hub does not take them as they are: nothing overtakes, nothing is sent twice
// under two keys. Unlike reports (batch-delivery.ts) no part may be tried before an earlier one.
import type { AgentStateRecord } from '../../../../schemas/agent-states.ts';
import { areRecordPositions, type HubPostResult } from '../delivery/hub-answer.ts';
import type { EncodedReport } from '../delivery/hub-body.ts';

export type PostStates = (batch: EncodedReport & { readonly recordCount: number }) => Promise<HubPostResult>;
export type EncodeStates = (states: readonly AgentStateRecord[]) => EncodedReport;

const refusedAloneLimit = 8;
const tooLargeReason = 'This agent state alone is too large for the hub (HTTP 413).';

/** Positions in the order of arrival. */
type Part = readonly number[];

interface Waiting {
  readonly part: Part;
  /** Later positions that are refused with this part and go next when it passes. */
  readonly judged: Part;
}

/**
 * Posts all transitions at once; named refusals are left out and the rest is sent as a derived batch, an unnamed refusal or one for size
 * is narrowed down by halving, earlier ones first. The sequence of posts depends on the transitions and the answers alone.
 *
 * When the first 8 tried alone are all refused and nothing was taken, each part still waiting is judged by its first transition:
 * a fault of the envelope costs a handful of requests, not two for each transition.
 * @returns the refused ones: position in `states` → the hub's reason. Every error of `post` passes through.
 */
export async function deliverAgentStates(
  states: readonly AgentStateRecord[],
  encode: EncodeStates,
  post: PostStates,
): Promise<ReadonlyMap<number, string>> {
  const refused = new Map<number, string>();
  const waiting: Waiting[] = states.length === 0 ? [] : [{ part: [...states.keys()], judged: [] }]; // the next one last
  let hasAccepted = false;
  let refusedAloneCount = 0;

  const narrowDown = ({ part, judged }: Waiting, reason: string): void => {
    const [first, ...others] = part;
    if (first === undefined) return;
    if (others.length === 0) {
      for (const position of [first, ...judged]) refused.set(position, reason);
      refusedAloneCount += 1;
      return;
    }
    if (!hasAccepted && refusedAloneCount >= refusedAloneLimit) {
      waiting.push({ part: [first], judged: others });
      return;
    }
    const middle = Math.ceil(part.length / 2);
    waiting.push({ part: part.slice(middle), judged: [] }, { part: part.slice(0, middle), judged: [] });
  };
  const pass = ({ judged }: Waiting): void => {
    hasAccepted = true;
    if (judged.length > 0) waiting.push({ part: judged, judged: [] });
  };

  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part } = next;
    const positions = new Set(part);
    const encoded = encode(states.filter((_, index) => positions.has(index)));
    const result = await post({ ...encoded, recordCount: part.length });
    switch (result.status) {
      case 'accepted':
        for (const { index, reason } of result.rejected) setAt(refused, part, index, reason);
        pass(next);
        break;
      case 'already-applied':
        pass(next);
        break;
      case 'too-large':
        narrowDown(next, tooLargeReason);
        break;
      case 'refused': {
        const { rejected, reason } = result;
        const isNaming = rejected.length > 0 && areRecordPositions(rejected, part.length);
        if (!isNaming || part.length === 1) {
          narrowDown(next, rejected[0]?.reason ?? reason);
          break;
        }
        for (const named of rejected) setAt(refused, part, named.index, named.reason);
        const rest = part.filter((position) => !refused.has(position));
        if (rest.length > 0) waiting.push({ part: rest, judged: [] });
        break;
      }
    }
  }
  return refused;
}

function setAt(refused: Map<number, string>, part: Part, index: number, reason: string): void {
  const position = part[index];
  if (position !== undefined) refused.set(position, reason);
}
