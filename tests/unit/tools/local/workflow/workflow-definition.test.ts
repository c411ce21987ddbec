import { describe, expect, it } from '@jest/globals';
import {
  listFunctionKeys,
  readWorkflow,
  toFunctionKey,
} from '../../../../../tools/local/workflow/workflow-definition.ts';
import { fakeDefinition } from './fake-workflow.ts';

const withState = (state: Record<string, unknown>) => ({ StartAt: 'Only', States: { Only: { End: true, ...state } } });
const processor = {
  StartAt: 'Send',
  States: { Send: { Type: 'Task', Resource: '#{SendLambdaFunction.Arn}', End: true } },
};

describe('toFunctionKey', () => {
  it.each([
    ['#{ClassifyReportLambdaFunction.Arn}', 'classify-report'],
    ['${ClassifyReportLambdaFunction.Arn}', 'classify-report'],
    ['#{ClassifyDashreportLambdaFunction.Arn}', 'classify-report'],
    ['arn:aws:lambda:eu-central-1:123456789012:function:classify-report', 'classify-report'],
  ])('reads %s', (resource, key) => {
    expect(toFunctionKey(resource, 'State X')).toBe(key);
  });

  it('reads Fn::GetAtt in both spellings', () => {
    expect(toFunctionKey({ 'Fn::GetAtt': ['TransformRowsLambdaFunction', 'Arn'] }, 'State X')).toBe('transform-rows');
    expect(toFunctionKey({ 'Fn::GetAtt': 'TransformRowsLambdaFunction.Arn' }, 'State X')).toBe('transform-rows');
  });

  it('refuses a service integration and names the state', () => {
    expect(() => toFunctionKey('arn:aws:states:::dynamodb:putItem', 'State X')).toThrow(/^State X: .*dynamodb:putItem/);
  });
});

describe('readWorkflow', () => {
  it('finds the functions of all Tasks, those inside a Map included', () => {
    expect(listFunctionKeys(readWorkflow(fakeDefinition))).toEqual(['read-report', 'send-batch']);
  });

  it('leaves the definition it is given as it was', () => {
    const before = structuredClone(fakeDefinition);
    readWorkflow(fakeDefinition);
    expect(fakeDefinition).toEqual(before);
  });

  it.each([
    [
      'a distributed Map',
      {
        Type: 'Map',
        ItemProcessor: { ...processor, ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      },
      /distributed/,
    ],
    ['JSONata', { Type: 'Pass', QueryLanguage: 'JSONata' }, /JSONata/],
    [
      'a heartbeat',
      { Type: 'Task', Resource: '#{SendLambdaFunction.Arn}', TimeoutSeconds: 9, HeartbeatSeconds: 5 },
      /HeartbeatSeconds/,
    ],
    ['Parallel', { Type: 'Parallel', Branches: [processor] }, /Parallel/],
    ['a dangling Next', { Type: 'Pass', End: undefined, Next: 'Nowhere' }, /Nowhere/],
  ])('refuses %s', (_what, state, message) => {
    expect(() => readWorkflow(withState(state))).toThrow(message);
  });
});
