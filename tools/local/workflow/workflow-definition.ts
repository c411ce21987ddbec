// Reads a state machine in Amazon States Language once: checked as a whole, then one small machine for each state,
// so that a run can stop, go on and be redriven between any two states. Refuses what would run differently on AWS.
import validateDefinition from 'asl-validator';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { copyJson, isJsonObject, type JsonObject, type JsonValue } from '../aws/json-value.ts';

export const localRegion = 'eu-central-1';
export const localAccountId = '000000000000';

const stateTypes = ['Task', 'Map', 'Choice', 'Pass', 'Wait', 'Succeed', 'Fail'] as const;
export type StateType = (typeof stateTypes)[number];

export interface MapPlan {
  readonly processor: Workflow;
  /** Gives the items of the Map's input (ItemsPath). */
  readonly itemsMachine: StateMachine;
  /** Gives the input of one iteration (ItemSelector) with `$$.Map.Item` in the context; absent: the item itself. */
  readonly selectorMachine: StateMachine | undefined;
  readonly maxConcurrency: number;
}

export interface TaskPlan {
  readonly functionKey: string;
  readonly resource: string;
  /** Without TimeoutSeconds a Task of the interpreter would end after 60 s; on AWS it runs on. */
  readonly timeoutSeconds: number | undefined;
}

export interface WorkflowState {
  readonly name: string;
  readonly type: StateType;
  /** Runs this state alone: all others are replaced by Succeed. */
  readonly machine: StateMachine;
  readonly task: TaskPlan | undefined;
  readonly map: MapPlan | undefined;
}

export interface Workflow {
  readonly startAt: string;
  readonly timeoutSeconds: number | undefined;
  readonly states: ReadonlyMap<string, WorkflowState>;
}

// What the interpreter would silently ignore or do otherwise than AWS.
const refusedFields = [
  'Arguments',
  'Assign',
  'Branches',
  'Credentials',
  'HeartbeatSeconds',
  'HeartbeatSecondsPath',
  'ItemBatcher',
  'ItemReader',
  'MaxConcurrencyPath',
  'Output',
  'ResultWriter',
  'TimeoutSecondsPath',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
];
const concurrencyWithoutLimit = 40;
// The interpreter starts a timer for every Task; Node's timers end at 2^31 - 1 ms.
const longestTimeoutSeconds = 2_000_000;

/** Names the function of `#{ClassifyReportLambdaFunction.Arn}`, of Fn::GetAtt, or of an ARN: `classify-report`. */
export function toFunctionKey(resource: JsonValue | undefined, where: string): string {
  if (isJsonObject(resource)) {
    const attribute = resource['Fn::GetAtt'];
    const parts = Array.isArray(attribute) ? attribute : [attribute];
    return toFunctionKey(`#{${parts.filter((part) => typeof part === 'string').join('.')}}`, where);
  }
  const text = typeof resource === 'string' ? resource : '';
  const logicalId = /^[#$]\{(\w+?)(?:LambdaFunction)?\.Arn\}$/.exec(text)?.[1];
  if (logicalId !== undefined) {
    return logicalId
      .replaceAll(/Dash(?=[a-z])/g, '-')
      .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-')
      .toLowerCase();
  }
  const functionName = /^arn:aws[^:]*:lambda:[^:]*:[^:]*:function:([\w-]+)/.exec(text)?.[1];
  if (functionName !== undefined) return functionName;
  throw new Error(
    `${where}: the local stack runs Lambda functions only; expected a Resource like #{ClassifyReportLambdaFunction.Arn}, found ${JSON.stringify(resource)}`,
  );
}

function toFunctionArn(functionKey: string): string {
  return `arn:aws:lambda:${localRegion}:${localAccountId}:function:${functionKey}`;
}

// The interpreter sets $$.Execution itself (Input of the state it starts with, StartTime of now): ours has another name.
function redirectContext(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.replaceAll(/\$\$\.Execution\b/g, '$$$$.WorkflowExecution');
  if (Array.isArray(value)) return value.map(redirectContext);
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redirectContext(inner)]))
    : value;
}

// ResultPath "$" would be stored under a field named "$"; it means the same as no ResultPath.
function dropRootResultPath(state: JsonObject): JsonObject {
  return state['ResultPath'] === '$' ? without(state, ['ResultPath']) : state;
}

function without(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

function isDefinition(value: JsonObject): value is JsonObject & StateMachineDefinition {
  return typeof value['StartAt'] === 'string' && isJsonObject(value['States']);
}

function createMachine(startAt: string, states: JsonObject): StateMachine {
  const definition: JsonObject = { StartAt: startAt, States: states };
  if (!isDefinition(definition)) throw new Error(`${startAt}: no state machine could be made of it`);
  // Checked as a whole already; each check costs 150 to 360 ms.
  return new StateMachine(definition, { validationOptions: { noValidate: true } });
}

function readType(state: JsonObject, where: string): StateType {
  const type = stateTypes.find((candidate) => candidate === state['Type']);
  if (type === undefined) {
    throw new Error(
      `${where}: the local stack runs the types ${stateTypes.join(', ')}; found ${JSON.stringify(state['Type'])}`,
    );
  }
  const refused = refusedFields.filter((field) => field in state);
  if (refused.length > 0) {
    throw new Error(`${where}: ${refused.join(', ')} would not run as on AWS; the local stack refuses it`);
  }
  if (state['QueryLanguage'] === 'JSONata') {
    throw new Error(`${where}: the local stack reads JSONPath only; found QueryLanguage JSONata`);
  }
  if (JSON.stringify(state).includes('$$.Task.Token')) {
    throw new Error(`${where}: $$.Task.Token is not supported by the local stack`);
  }
  return type;
}

function readTask(state: JsonObject, where: string): TaskPlan {
  const functionKey = toFunctionKey(state['Resource'], where);
  const timeoutSeconds = state['TimeoutSeconds'];
  return {
    functionKey,
    resource: toFunctionArn(functionKey),
    timeoutSeconds: typeof timeoutSeconds === 'number' ? timeoutSeconds : undefined,
  };
}

function readMap(state: JsonObject, where: string): MapPlan {
  const processor = state['ItemProcessor'] ?? state['Iterator'];
  if (!isJsonObject(processor)) throw new Error(`${where}: expected an ItemProcessor`);
  const config = processor['ProcessorConfig'];
  if (isJsonObject(config) && config['Mode'] === 'DISTRIBUTED') {
    throw new Error(`${where}: a distributed Map is not supported by the local stack; expected Mode INLINE`);
  }
  const selector = state['ItemSelector'] ?? state['Parameters'];
  const concurrency = state['MaxConcurrency'];
  return {
    processor: readStates(processor),
    itemsMachine: createMachine('Items', {
      Items: { Type: 'Pass', InputPath: state['ItemsPath'] ?? '$', End: true },
    }),
    selectorMachine:
      selector === undefined
        ? undefined
        : createMachine('Item', { Item: { Type: 'Pass', Parameters: selector, End: true } }),
    maxConcurrency: typeof concurrency === 'number' && concurrency > 0 ? concurrency : concurrencyWithoutLimit,
  };
}

// An inline Map becomes a Task whose function runs the iterations: the interpreter's own Map goes on starting items after
// a failure, keeps no results for a redrive and gives its iterations a poorer context.
function lowerState(state: JsonObject, type: StateType, task: TaskPlan | undefined): JsonObject {
  const timeoutSeconds = Math.min(task?.timeoutSeconds ?? longestTimeoutSeconds, longestTimeoutSeconds);
  if (type === 'Task') return { ...state, Resource: task?.resource ?? '', TimeoutSeconds: timeoutSeconds };
  if (type !== 'Map') return state;
  const mapFields = ['ItemProcessor', 'Iterator', 'ItemsPath', 'ItemSelector', 'Parameters', 'MaxConcurrency'];
  return {
    ...without(state, mapFields),
    Type: 'Task',
    Resource: toFunctionArn('map'),
    TimeoutSeconds: longestTimeoutSeconds,
  };
}

function readStates(definition: JsonObject): Workflow {
  const { StartAt: startAt, States: states, TimeoutSeconds: timeoutSeconds } = definition;
  if (typeof startAt !== 'string' || !isJsonObject(states)) throw new Error('Expected StartAt and States');
  const ends: JsonObject = Object.fromEntries(Object.keys(states).map((name) => [name, { Type: 'Succeed' }]));
  const read = Object.entries(states).map(([name, state]): [string, WorkflowState] => {
    const where = `State ${name}`;
    if (!isJsonObject(state)) throw new Error(`${where}: expected an object`);
    const type = readType(state, where);
    const task = type === 'Task' ? readTask(state, where) : undefined;
    const map = type === 'Map' ? readMap(state, where) : undefined;
    const lowered = dropRootResultPath(lowerState(state, type, task));
    return [name, { name, type, task, map, machine: createMachine(name, { ...ends, [name]: lowered }) }];
  });
  return {
    startAt,
    timeoutSeconds: typeof timeoutSeconds === 'number' ? timeoutSeconds : undefined,
    states: new Map(read),
  };
}

function resolveResources(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(resolveResources);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, JsonValue] => [key, resolveResources(inner)]);
  const isTask = value['Type'] === 'Task' && 'Resource' in value;
  return isTask
    ? { ...Object.fromEntries(entries), Resource: toFunctionArn(toFunctionKey(value['Resource'], 'Task')) }
    : Object.fromEntries(entries);
}

/**
 * Checks the definition with asl-validator and prepares its states.
 * @throws Error naming the state for anything invalid or that would run otherwise than on AWS
 */
export function readWorkflow(definition: unknown): Workflow {
  const resolved = resolveResources(copyJson(definition));
  const { isValid, errorsText } = validateDefinition(structuredClone(resolved));
  if (!isValid) throw new Error(`The state machine is not valid:\n${errorsText('\n')}`);
  const redirected = redirectContext(resolved);
  if (!isJsonObject(redirected)) throw new Error('The state machine is not an object');
  return readStates(redirected);
}

/** Function keys of all Tasks, those inside Maps included, each once. */
export function listFunctionKeys(workflow: Workflow): string[] {
  const keys = [...workflow.states.values()].flatMap((state) => [
    ...(state.task === undefined ? [] : [state.task.functionKey]),
    ...(state.map === undefined ? [] : listFunctionKeys(state.map.processor)),
  ]);
  return [...new Set(keys)];
}
