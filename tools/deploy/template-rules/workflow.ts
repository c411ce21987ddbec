// The state machine as it is deployed, and the rules that start it and tell of its failures.
import validateDefinition from 'asl-validator';
import { listFunctionRoles, toStatements } from './rights.ts';
import {
  at,
  entriesOf,
  listOf,
  listResources,
  toFunctionKey,
  toLogicalId,
  toText,
  type Template,
  type TemplateRule,
} from './template.ts';

const machineId = 'ReportIngestStateMachine';

const findMachine = (template: Template) =>
  listResources(template, 'AWS::StepFunctions::StateMachine').find(({ id }) => id === machineId);

interface Task {
  readonly name: string;
  readonly resource: string;
  readonly timeoutSeconds: number;
}

/** The definition with `${Id.Arn}` where functions stand; undefined when it is no JSON. */
function readDefinition(template: Template): unknown {
  const text = toText(at(findMachine(template)?.properties, 'DefinitionString') ?? '');
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listTasks(states: unknown): Task[] {
  return entriesOf(states).flatMap(([name, state]) => [
    ...(at(state, 'Type') === 'Task'
      ? [{ name, resource: toText(at(state, 'Resource')), timeoutSeconds: Number(at(state, 'TimeoutSeconds')) }]
      : []),
    ...listTasks(at(state, 'ItemProcessor', 'States')),
  ]);
}

export const definitionIsValid: TemplateRule = (template) => {
  const definition = readDefinition(template);
  if (definition === undefined) return [`${machineId}: expected a definition in JSON, found none`];
  const resolved: unknown = JSON.parse(
    JSON.stringify(definition).replaceAll(/\$\{(\w+)\.Arn\}/g, 'arn:aws:lambda:eu-central-1:111122223333:function:$1'),
  );
  const { isValid, errorsText } = validateDefinition(resolved);
  const left = [...JSON.stringify(resolved).matchAll(/[$#]\{[^}]*\}/g)].map(([found]) => found);
  return [
    ...(isValid ? [] : [`${machineId}: ${errorsText('; ')}`]),
    ...left.map((found) => `${machineId}: expected every name resolved, found ${found}`),
  ];
};

const toKebabCase = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

/** One word for state and function; and the state waits longer than the function may take, or it would be retried while it runs. */
export const statesMatchFunctions: TemplateRule = (template) => {
  const tasks = listTasks(at(readDefinition(template), 'States'));
  const called = listResources(template, 'AWS::IAM::Role')
    .filter(({ id }) => `\${${id}.Arn}` === toText(at(findMachine(template)?.properties, 'RoleArn')))
    .flatMap(({ properties }) => listOf(at(properties, 'Policies')))
    .flatMap((policy) => toStatements(at(policy, 'PolicyDocument')))
    .filter(({ actions }) => actions.includes('lambda:InvokeFunction'))
    .flatMap(({ resources }) => resources);
  return [
    ...(tasks.length > 0 ? [] : [`${machineId}: expected tasks, found none`]),
    ...tasks.flatMap(({ name, resource, timeoutSeconds }) => {
      const functionId = toLogicalId(resource);
      const lambda = listResources(template, 'AWS::Lambda::Function').find(({ id }) => id === functionId);
      if (lambda === undefined) return [`${name}: expected a function of the template, found ${resource}`];
      const functionSeconds = Number(at(lambda.properties, 'Timeout'));
      return [
        ...(toFunctionKey(lambda.id) === toKebabCase(name) ? [] : [`${name}: calls ${toFunctionKey(lambda.id) ?? ''}`]),
        ...(timeoutSeconds > functionSeconds
          ? []
          : [`${name}: expected TimeoutSeconds above its function's ${functionSeconds}, found ${timeoutSeconds}`]),
        ...(called.includes(resource) ? [] : [`${name}: the state machine may not call ${resource}`]),
      ];
    }),
    ...called
      .filter((resource) => !tasks.some((task) => task.resource === resource))
      .map((resource) => `${machineId}: may call ${resource}, which no state does`),
  ];
};

export const machineIsObserved: TemplateRule = (template) => {
  const properties = findMachine(template)?.properties;
  return [
    ...(at(properties, 'StateMachineType') === 'STANDARD' ? [] : [`${machineId}: expected STANDARD, for redrive`]),
    ...(at(properties, 'TracingConfiguration', 'Enabled') === true ? [] : [`${machineId}: expected tracing`]),
    ...(['ALL', 'ERROR'].includes(toText(at(properties, 'LoggingConfiguration', 'Level')))
      ? []
      : [`${machineId}: expected a log of what fails`]),
    // Execution data holds keys of objects and names of series.
    ...(at(properties, 'LoggingConfiguration', 'IncludeExecutionData') === false
      ? []
      : [`${machineId}: expected no execution data in the log`]),
  ];
};

/** Every upload below the customer's prefix, and of no other bucket or folder. */
export const uploadsStartExecutions: TemplateRule = (template, { bucketName, prefix }) => {
  const rule = listResources(template, 'AWS::Events::Rule').find(({ id }) => id === 'ReportUploadRule');
  const pattern = at(rule?.properties, 'EventPattern');
  const expected = {
    source: ['aws.s3'],
    'detail-type': ['Object Created'],
    detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix }] } },
  };
  const [target, ...others] = listOf(at(rule?.properties, 'Targets'));
  const starter = listFunctionRoles(template).find(({ functionKey }) => functionKey === 'start-ingest');
  return [
    ...(JSON.stringify(pattern) === JSON.stringify(expected)
      ? []
      : [`ReportUploadRule: expected ${JSON.stringify(expected)}, found ${JSON.stringify(pattern)}`]),
    ...(toText(at(target, 'Arn')) === '${HistoricalQueue.Arn}' && others.length === 0
      ? []
      : ['ReportUploadRule: expected HistoricalQueue as its one target']),
    ...(at(target, 'DeadLetterConfig', 'Arn') === undefined ? ['ReportUploadRule: expected a dead letter queue'] : []),
    ...(starter === undefined ? ['start-ingest: expected a function, found none'] : []),
  ];
};

/** Exactly this machine's failures, all three kinds: an operator redrives what the queue names. */
export const failuresAreQueued: TemplateRule = (template) => {
  const rule = listResources(template, 'AWS::Events::Rule').find(({ id }) => id === 'FailedExecutionRule');
  const detail = at(rule?.properties, 'EventPattern', 'detail');
  const machines = listOf(at(detail, 'stateMachineArn')).map(toText);
  const statuses = listOf(at(detail, 'status')).map(toText).toSorted().join();
  return [
    ...(machines.join() === `\${${machineId}}`
      ? []
      : [`FailedExecutionRule: expected ${machineId}, found ${machines.join()}`]),
    ...(statuses === 'ABORTED,FAILED,TIMED_OUT'
      ? []
      : [`FailedExecutionRule: expected all three failures, found ${statuses}`]),
    ...(listOf(at(rule?.properties, 'Targets')).some(
      (each) => toText(at(each, 'Arn')) === '${FailedExecutionsQueue.Arn}',
    )
      ? []
      : ['FailedExecutionRule: expected FailedExecutionsQueue as its target']),
  ];
};
