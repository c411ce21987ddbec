// agent-events as it is deployed, with somebody listening: what became of each record, what the hub took, why a batch failed.
import { gunzipSync } from 'node:zlib';
import { createHandler, openAgentEvents } from '../../../functions/agent-events/handler.ts';
import type { AgentEventResult, AgentEventsDeps } from '../../../functions/agent-events/process-agent-events.ts';
import type { Environment } from '../../../functions/lib/runtime/environment.ts';
import type { AgentStateRecord, AgentStatesMessage } from '../../../schemas/agent-states.ts';
import { isJsonObject } from '../aws/json-value.ts';
import type { StepHandler } from '../workflow/function-call.ts';

export interface AgentEventObserver {
  /** Records that will not come again. */
  onResults(results: readonly AgentEventResult[]): void;
  /** Transitions the hub has taken, in order; a repeated post names them again. */
  onPosted(states: readonly AgentStateRecord[]): void;
  /** The batch will come again. */
  onFailure(error: unknown): void;
}

/** What agent-events itself has packed. */
function isStatesMessage(value: unknown): value is Pick<AgentStatesMessage, 'stateData'> {
  return isJsonObject(value) && Array.isArray(value['stateData']);
}

function readStates(body: Uint8Array): readonly AgentStateRecord[] {
  const message: unknown = JSON.parse(gunzipSync(body).toString());
  return isStatesMessage(message) ? message.stateData : [];
}

function observeHub(hub: AgentEventsDeps['hub'], observer: AgentEventObserver): AgentEventsDeps['hub'] {
  return {
    async postAgentStates(batch) {
      const result = await hub.postAgentStates(batch);
      if (result.status === 'accepted' || result.status === 'already-applied') {
        const refused = new Set(result.status === 'accepted' ? result.rejected.map(({ index }) => index) : []);
        observer.onPosted(readStates(batch.body).filter((_, index) => !refused.has(index)));
      }
      return result;
    },
  };
}

/** Builds agent-events on the first call, as Lambda does: a wrong setting is a failure of the batch. */
export function observeAgentEvents(observer: AgentEventObserver): (environment: Environment) => StepHandler {
  return (environment) => {
    let handle: StepHandler | undefined;
    const open = (): StepHandler => {
      const deps = openAgentEvents(environment);
      return createHandler({
        ...deps,
        hub: observeHub(deps.hub, observer),
        reportResults: (results) => {
          deps.reportResults(results);
          observer.onResults(results);
        },
        reportFailure: (error, sequenceNumber) => {
          deps.reportFailure(error, sequenceNumber);
          observer.onFailure(error);
        },
      });
    };
    return async (input) => {
      try {
        handle ??= open();
        return await handle(input);
      } catch (error) {
        observer.onFailure(error);
        throw error;
      }
    };
  };
}
