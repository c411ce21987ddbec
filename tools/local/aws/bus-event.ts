// Events as EventBridge hands them to a rule's target, as JSON.
import { randomUUID } from 'node:crypto';
import { localAccountId, localRegion } from '../workflow/workflow-definition.ts';
import type { ExecutionDescription } from '../workflow/workflow-store.ts';
import type { JsonValue } from './json-value.ts';
import type { CreatedObject } from './s3-hooks.ts';

interface BusEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly resources: string[];
  readonly detail: Record<string, JsonValue>;
}

function toEventMessage(event: BusEvent): string {
  return JSON.stringify({
    version: '0',
    id: randomUUID(),
    'detail-type': event['detail-type'],
    source: event.source,
    account: localAccountId,
    time: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: localRegion,
    resources: event.resources,
    detail: event.detail,
  });
}

/** EventBridge's "Object Created" of S3, as JSON. Sequencers of one key must ascend as text of equal length. */
export function toObjectCreatedMessage(object: CreatedObject, sequencer: string): string {
  return toEventMessage({
    source: 'aws.s3',
    'detail-type': 'Object Created',
    resources: [`arn:aws:s3:::${object.bucket}`],
    detail: {
      version: '0',
      bucket: { name: object.bucket },
      object: { key: object.key, size: object.sizeBytes, etag: object.etag, sequencer },
      'request-id': sequencer,
      requester: localAccountId,
      'source-ip-address': '127.0.0.1',
      reason: object.reason,
    },
  });
}

/** The event of an execution that has ended; dates are epoch milliseconds there. */
export function toStatusChangeMessage(execution: ExecutionDescription): string {
  const { startDate, stopDate, redriveDate, ...rest } = execution;
  const { error = null, cause = null, output = null, redriveStatusReason = null } = execution;
  return toEventMessage({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [execution.executionArn],
    detail: {
      ...rest,
      error,
      cause,
      output,
      redriveStatusReason,
      startDate: startDate.getTime(),
      stopDate: stopDate?.getTime() ?? null,
      redriveDate: redriveDate?.getTime() ?? null,
      inputDetails: { included: true },
    },
  });
}
