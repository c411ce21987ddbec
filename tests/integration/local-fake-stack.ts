// The local stack around a small state machine, for the tests of the stack itself.
import { S3Client } from '@aws-sdk/client-s3';
import type { SQSEvent } from 'aws-lambda';
import { startLocalStack, type LocalStack, type StackOptions, type StepHandler } from '../../tools/local/stack.ts';

export const definition = {
  StartAt: 'ReadReport',
  States: {
    ReadReport: { Type: 'Task', Resource: '#{ReadReportLambdaFunction.Arn}', TimeoutSeconds: 30, End: true },
  },
};
export const key = 'connect/demo/Reports/QR-Team A+B/Größe-2026-11-22T12:00:00Z.csv';
const closing: (() => Promise<void> | void)[] = [];

/** Closes what the tests have started. */
export async function closeAll(): Promise<void> {
  for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close();
}

export interface Started {
  readonly stack: LocalStack;
  readonly events: SQSEvent[];
  readonly warnings: string[];
  readonly s3: S3Client;
  readonly config: { region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
}

export type IngestFake = (event: SQSEvent, environment: Record<string, string>) => Promise<unknown>;

/** The real stack with a one-task state machine and a start-ingest of the test's own. */
export async function startFakeStack(startIngest: IngestFake, options: Partial<StackOptions> = {}): Promise<Started> {
  const events: SQSEvent[] = [];
  const warnings: string[] = [];
  const stack = await startLocalStack({
    definition,
    prefix: 'connect/demo/Reports/',
    hubAccessKey: { accessKeyId: 'id', accessKeySecret: 'secret' },
    settingsFile: 'settings.yml',
    fastRetries: true,
    onWarning: (message) => warnings.push(message),
    createHandlers: (environment): Record<string, StepHandler> => ({
      'read-report': () => Promise.resolve('read'),
      'start-ingest': (event) => {
        events.push(event as SQSEvent);
        return startIngest(event as SQSEvent, environment);
      },
    }),
    ...options,
  });
  closing.push(() => stack.close());
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL_S3 } = stack.environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID!, secretAccessKey: AWS_SECRET_ACCESS_KEY! };
  const config = { region: AWS_REGION!, credentials };
  const s3 = new S3Client({ ...config, endpoint: AWS_ENDPOINT_URL_S3! });
  closing.push(() => {
    s3.destroy();
  });
  return { stack, events, warnings, s3, config };
}

export const takeAll: IngestFake = () => Promise.resolve({ batchItemFailures: [] });
export const failAll: IngestFake = (event) =>
  Promise.resolve({ batchItemFailures: event.Records.map(({ messageId }) => ({ itemIdentifier: messageId })) });
