// Mistakes in names, functions and the state machine.
import { inFunction, type Mutation, type TemplateEditor } from './mutation.ts';

function editDefinition(edit: TemplateEditor, from: string, to: string): void {
  const path = 'ReportIngestStateMachine/Properties/DefinitionString/Fn::Sub';
  const text = String(edit.read(path));
  if (!text.includes(from)) throw new Error(`The definition does not hold ${from}`);
  edit.set(path, text.replace(from, to));
}

const references: Mutation[] = [
  {
    mistake: 'an output names a queue that is not there',
    rule: 'every reference leads to a resource',
    says: /Outputs: expected a resource for Ref HistoricalQueu, found none/,
    make: (edit) => {
      edit.set('Outputs/HistoricalQueueUrl/Value', { Ref: 'HistoricalQueu' });
    },
  },
  {
    mistake: 'a Sub names a table that is not there',
    rule: 'every reference leads to a resource',
    says: /LostTable/,
    make: (edit) => {
      edit.set('StagingBucketPolicy/Properties/Note', { 'Fn::Sub': '${LostTable.Arn}/x' });
    },
  },
  {
    mistake: 'a condition is put on a queue others name',
    rule: 'nothing that stays names what may be left out',
    says: /HistoricalDlq.* condition Wanted/,
    make: (edit) => {
      edit.set('HistoricalDlq/Condition', 'Wanted');
    },
  },
  {
    mistake: 'a value becomes a parameter',
    rule: 'every value of the customer is a literal',
    says: /VpcId/,
    make: ({ template }) => {
      Object.assign(template, { Parameters: { VpcId: { Type: 'String' } } });
    },
  },
  {
    mistake: 'a function is named without the service',
    rule: 'every name begins with the service and is short enough',
    says: /begins with acdhub-amazon-connector, found transform/,
    make: (edit) => {
      edit.set(inFunction('transform-rows', 'FunctionName'), 'transform-rows');
    },
  },
  {
    mistake: 'a function name grows beyond 64 characters',
    rule: 'every name begins with the service and is short enough',
    says: /at most 64/,
    make: (edit) => {
      edit.set(inFunction('transform-rows', 'FunctionName'), `acdhub-amazon-connector-${'x'.repeat(50)}`);
    },
  },
  {
    mistake: 'there are 501 resources',
    rule: 'the template is within the limits of CloudFormation',
    says: /500 resources/,
    make: (edit) => {
      for (let count = 0; count < 501; count += 1) edit.set(`Queue${count}`, { Type: 'AWS::SQS::Queue' });
    },
  },
];

const functions: Mutation[] = [
  {
    mistake: 'a function is left out',
    rule: 'every function folder is a deployed function',
    says: /functions\/watch-intervals: expected/,
    make: (edit) => {
      edit.remove('WatchDashintervalsLambdaFunction');
    },
  },
  {
    mistake: 'a function runs on an older Node.js',
    rule: 'every function runs on Node.js 24 for arm64, traced',
    says: /Runtime nodejs24.x, found nodejs20.x/,
    make: (edit) => {
      edit.set(inFunction('start-ingest', 'Runtime'), 'nodejs20.x');
    },
  },
  {
    mistake: 'a log group keeps everything',
    rule: 'every log group expires, and is there before its function',
    says: /ReportIngestLogGroup/,
    make: (edit) => {
      edit.remove('ReportIngestLogGroup/Properties/RetentionInDays');
    },
  },
  {
    mistake: 'a function that calls no hub stands in the VPC',
    rule: 'only what calls the hub stands in the VPC, with HTTPS out alone',
    says: /claim-checkpoint: expected the subnets of no VPC/,
    make: (edit) => {
      edit.set(inFunction('claim-checkpoint', 'VpcConfig'), { SubnetIds: ['subnet-1'] });
    },
  },
  {
    mistake: 'a security group lets everything out',
    rule: 'only what calls the hub stands in the VPC, with HTTPS out alone',
    says: /HubSecurityGroup: expected tcp 443 out, found everything/,
    make: (edit) => {
      edit.set('HubSecurityGroup/Properties/SecurityGroupEgress', []);
    },
  },
  {
    mistake: 'the watch has no schedule',
    rule: 'the watch and the heartbeat are scheduled',
    says: /watch-intervals: expected a schedule/,
    make: (edit) => {
      edit.remove('WatchDashintervalsEventsRuleSchedule1');
    },
  },
  {
    mistake: 'anybody’s rule may call the watch',
    rule: 'every permission to call a function names who has it',
    says: /SourceArn/,
    make: (edit) => {
      edit.remove('WatchDashintervalsLambdaPermissionEventsRuleSchedule1/Properties/SourceArn');
    },
  },
  {
    mistake: 'the stream is read from its end',
    rule: 'the stream is read in order and nothing of it is lost',
    says: /TRIM_HORIZON, found LATEST/,
    make: (edit) => {
      edit.set('AgentEventsMapping/Properties/StartingPosition', 'LATEST');
    },
  },
  {
    mistake: 'a filter drops records',
    rule: 'the stream is read in order and nothing of it is lost',
    says: /FilterCriteria undefined, found/,
    make: (edit) => {
      edit.set('AgentEventsMapping/Properties/FilterCriteria', { Filters: [] });
    },
  },
  {
    mistake: 'records are tried for longer than the stream holds them',
    rule: 'the stream is read in order and nothing of it is lost',
    says: /below the stream's 86400/,
    make: (edit) => {
      edit.set('AgentEventsMapping/Properties/MaximumRecordAgeInSeconds', 604_800);
    },
  },
];

const workflow: Mutation[] = [
  {
    mistake: 'a state leads to none',
    rule: 'the state machine is valid with every name resolved',
    says: /Nowhere/,
    make: (edit) => {
      editDefinition(edit, '"Next": "TransformRows"', '"Next": "Nowhere"');
    },
  },
  {
    mistake: 'a state calls another’s function',
    rule: 'every state calls its own function and waits longer than it takes',
    says: /CompleteReport: calls classify-report/,
    make: (edit) => {
      editDefinition(edit, '${CompleteDashreportLambdaFunction.Arn}', '${ClassifyDashreportLambdaFunction.Arn}');
    },
  },
  {
    mistake: 'a function may take longer than its state waits',
    rule: 'every state calls its own function and waits longer than it takes',
    says: /TransformRows: expected TimeoutSeconds above its function's 900/,
    make: (edit) => {
      edit.set(inFunction('transform-rows', 'Timeout'), 900);
    },
  },
  {
    mistake: 'what was executed stands in the log of the state machine',
    rule: 'the state machine is logged and traced without execution data',
    says: /no execution data/,
    make: (edit) => {
      edit.set('ReportIngestStateMachine/Properties/LoggingConfiguration/IncludeExecutionData', true);
    },
  },
  {
    mistake: 'uploads to other folders start executions',
    rule: 'every upload below the prefix starts an execution',
    says: /ReportUploadRule: expected/,
    make: (edit) => {
      edit.remove('ReportUploadRule/Properties/EventPattern/detail/object');
    },
  },
  {
    mistake: 'executions that timed out are not told of',
    rule: 'every failed execution is queued',
    says: /all three failures, found ABORTED,FAILED/,
    make: (edit) => {
      edit.set('FailedExecutionRule/Properties/EventPattern/detail/status', ['FAILED', 'ABORTED']);
    },
  },
];

export const structureMutations: readonly Mutation[] = [...references, ...functions, ...workflow];
