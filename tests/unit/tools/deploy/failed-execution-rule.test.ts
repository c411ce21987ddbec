import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { explainQuarantine } from '../../../../functions/lib/domain/report-file/quarantine-cause.ts';
import { readQuarantineErrors } from '../../../../tools/deploy/template-parts.ts';
import { matchesPattern } from '../../../../tools/local/aws/event-rule.ts';
import type { JsonValue } from '../../../../tools/local/aws/json-value.ts';

const machineArn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:acdhub-amazon-connector-acme-report-ingest';
const lambdaCause = JSON.stringify({ errorType: 'ReportHeaderError', errorMessage: 'The column Queue is missing' });
const failStateCause = explainQuarantine({ Error: 'ReportHeaderError', Cause: lambdaCause }).cause;

async function readPattern(): Promise<JsonValue> {
  const text = await readFile('statemachines/report-ingest.resources.yml', 'utf8');
  const { Resources } = parse(text) as {
    Resources: { FailedExecutionRule: { Properties: { EventPattern: unknown } } };
  };
  const pattern = JSON.stringify(Resources.FailedExecutionRule.Properties.EventPattern)
    .replace('"${self:custom.parts.quarantineErrors}"', JSON.stringify(await readQuarantineErrors()))
    .replace('{"Ref":"ReportIngestStateMachine"}', JSON.stringify(machineArn));
  expect(pattern).not.toMatch(/\$\{|"Ref"/);
  return JSON.parse(pattern) as JsonValue;
}

const toEvent = (detail: Record<string, JsonValue>): JsonValue => ({
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { status: 'FAILED', stateMachineArn: machineArn, ...detail },
});

describe('the pattern of FailedExecutionRule', () => {
  it.each([
    ['a step that used up its retries', { error: 'HubUnavailableError', cause: lambdaCause }],
    ['a permanent error at a step that does not catch it', { error: 'ReportHeaderError', cause: lambdaCause }],
    ['an error that nobody knows, with a cause in plain text', { error: 'States.Runtime', cause: 'no such path' }],
    ['the timeout of the machine, without a cause', { status: 'TIMED_OUT', error: 'States.Timeout' }],
    ['an execution stopped by hand', { status: 'ABORTED', error: null, cause: null }],
    ['an event that carries neither error nor cause', {}],
    ['an event that carries an error and no cause', { error: 'ReportHeaderError' }],
    ['an event with a null for its cause', { error: 'ReportHeaderError', cause: null }],
  ])('takes %s', async (_what, detail: Record<string, JsonValue>) => {
    expect(matchesPattern(await readPattern(), toEvent(detail))).toBe(true);
  });

  it.each([
    ['an execution that quarantined its file', { error: 'ReportHeaderError', cause: failStateCause }],
    ['a success', { status: 'SUCCEEDED', error: null, cause: null }],
    ['another state machine', { stateMachineArn: `${machineArn}-2`, error: 'HubUnavailableError', cause: lambdaCause }],
  ])('leaves out %s', async (_what, detail: Record<string, JsonValue>) => {
    expect(matchesPattern(await readPattern(), toEvent(detail))).toBe(false);
  });
});
