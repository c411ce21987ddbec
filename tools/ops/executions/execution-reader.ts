// Reads executions of report-ingest from Step Functions, newest first, within bounds.
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  type ExecutionListItem,
  type ExecutionStatus,
  type HistoryEvent,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import { readAwsError } from '../../../functions/lib/io/aws-errors.ts';
import { mapConcurrently } from '../../../functions/lib/io/concurrency.ts';
import { toReportExecution, type ReportExecution } from './report-execution.ts';

export interface ListedExecution {
  readonly name: string;
  readonly arn: string;
  readonly status: ExecutionStatus;
  readonly startedAtMs: number;
  readonly redriveCount: number;
}

export interface ListRequest {
  /** Empty: all. */
  readonly statuses: readonly ExecutionStatus[];
  /** Started then or later. */
  readonly sinceMs: number;
  readonly limit: number;
  readonly isWanted?: (execution: ListedExecution) => boolean;
}

export interface ExecutionReader {
  /** Newest first; `isCut`: there are more than `limit`. */
  list(request: ListRequest): Promise<{ readonly executions: readonly ListedExecution[]; readonly isCut: boolean }>;
  /** null when there is no such execution. */
  describe(arn: string): Promise<ReportExecution | null>;
  describeAll(listed: readonly ListedExecution[]): Promise<ReportExecution[]>;
  /** Its events in order, at most 25,000: more than Step Functions keeps. */
  history(arn: string): Promise<HistoryEvent[]>;
  toArn(name: string): string;
  isRunningCountBelow(limit: number): Promise<boolean>;
}

const pageSize = 1000;
const callsAtOnce = 4;
const lastEventsRead = 5;

function toListed(item: ExecutionListItem): ListedExecution {
  const { name = '', executionArn = '', status = 'RUNNING', startDate, redriveCount = 0 } = item;
  return { name, arn: executionArn, status, startedAtMs: startDate?.getTime() ?? 0, redriveCount };
}

/** Every error of Step Functions passes through. */
export function createExecutionReader(sfn: SFNClient, stateMachineArn: string): ExecutionReader {
  async function* listPages(status: ExecutionStatus | null): AsyncGenerator<readonly ListedExecution[]> {
    const request = { stateMachineArn, ...(status === null ? {} : { statusFilter: status }) };
    for await (const page of paginateListExecutions({ client: sfn, pageSize }, request)) {
      yield (page.executions ?? []).map(toListed);
    }
  }
  const listOne = async (status: ExecutionStatus | null, request: ListRequest): Promise<ListedExecution[]> => {
    const { sinceMs, limit, isWanted = () => true } = request;
    const found: ListedExecution[] = [];
    for await (const page of listPages(status)) {
      found.push(...page.filter((execution) => execution.startedAtMs >= sinceMs && isWanted(execution)));
      const isPast = page.some(({ startedAtMs }) => startedAtMs < sinceMs);
      if (isPast || found.length > limit) break;
    }
    return found;
  };
  /** Step Functions says FAILED of a quarantined file too; only the last state entered tells them apart. */
  const hasEndedInQuarantine = async (executionArn: string): Promise<boolean> => {
    const { events = [] } = await sfn.send(
      new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: lastEventsRead,
        includeExecutionData: false,
      }),
    );
    return (
      events.find(({ stateEnteredEventDetails }) => stateEnteredEventDetails !== undefined)?.stateEnteredEventDetails
        ?.name === 'ReportQuarantined'
    );
  };
  const describe = async (executionArn: string): Promise<ReportExecution | null> => {
    try {
      const description = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      const isQuarantined = description.status === 'FAILED' && (await hasEndedInQuarantine(executionArn));
      return toReportExecution(description, isQuarantined);
    } catch (error) {
      if (['ExecutionDoesNotExist', 'InvalidArn'].includes(readAwsError(error)?.name ?? '')) return null;
      throw error;
    }
  };
  return {
    async list(request) {
      const statuses = request.statuses.length === 0 ? [null] : request.statuses;
      const found = (await mapConcurrently(statuses, callsAtOnce, (status) => listOne(status, request))).flat();
      const newestFirst = found.toSorted((a, b) => b.startedAtMs - a.startedAtMs);
      return { executions: newestFirst.slice(0, request.limit), isCut: found.length > request.limit };
    },
    describe,
    async describeAll(listed) {
      const described = await mapConcurrently(listed, callsAtOnce, ({ arn }) => describe(arn));
      return described.filter((execution) => execution !== null);
    },
    async history(executionArn) {
      const events: HistoryEvent[] = [];
      for await (const page of paginateGetExecutionHistory({ client: sfn, pageSize }, { executionArn })) {
        events.push(...(page.events ?? []));
      }
      return events;
    },
    toArn: (name) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
    async isRunningCountBelow(limit) {
      const { executions } = await this.list({ statuses: ['RUNNING'], sinceMs: 0, limit });
      return executions.length < limit;
    },
  };
}
