// Every rule a packaged template is held to, under the sentence that is true of a good one.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  alarmMetricsExist,
  alarmsHaveRunbooks,
  alarmsReachPeople,
  alarmsTellWhenCleared,
  nothingGoesUnnoticed,
} from './alarms.ts';
import { createCodeCalls } from './code-calls.ts';
import { codeAndEnvironmentsAgree, codeAndRolesAgree } from './code-rights.ts';
import {
  functionsRunAlike,
  logsExpire,
  networkIsNarrow,
  permissionsNameTheirSource,
  schedulesRun,
  streamIsReadInOrder,
} from './functions.ts';
import { queuePoliciesAreNarrow, queuesKeepMessages, ruleTargetsAreLetIn, sourceQueuesRedrive } from './queues.ts';
import { conditionsHold, namesFit, noParameters, referencesResolve, withinLimits } from './references.ts';
import { customerDataIsReadOnly, keysAreUsedWhereNamed, noWildcards, oneRoleEach, secretsAreKept } from './rights.ts';
import { bucketsAreClosed, tablesAreKept } from './storage.ts';
import { listResources, toFunctionKey, type TemplateRule } from './template.ts';
import {
  definitionIsValid,
  failuresAreQueued,
  machineIsObserved,
  statesMatchFunctions,
  uploadsStartExecutions,
} from './workflow.ts';

/** `root` is the folder of the checkout, without a slash at its end: code and runbook pages are read from there. */
export function createTemplateRules(root: string): Readonly<Record<string, TemplateRule>> {
  const functionKeys = listFunctionKeys(root);
  const readCalls = createCodeCalls(root, functionKeys);
  const pages = readdirSync(join(root, 'docs', 'runbook')).map((file) => file.replace(/\.md$/, ''));
  return {
    'every reference leads to a resource': referencesResolve,
    'nothing that stays names what may be left out': conditionsHold,
    'every value of the customer is a literal': noParameters,
    'every name begins with the service and is short enough': namesFit,
    'the template is within the limits of CloudFormation': withinLimits,

    'every function folder is a deployed function': functionsMatchFolders(root, functionKeys),
    'every function runs on Node.js 24 for arm64, traced': functionsRunAlike,
    'every log group expires, and is there before its function': logsExpire,
    'only what calls the hub stands in the VPC, with HTTPS out alone': networkIsNarrow,
    'the watch and the heartbeat are scheduled': schedulesRun,
    'every permission to call a function names who has it': permissionsNameTheirSource,
    'the stream is read in order and nothing of it is lost': streamIsReadInOrder,

    'every function has a role of its own': oneRoleEach,
    'every right names its actions and resources': noWildcards,
    'the bucket and the stream of the customer are read only': customerDataIsReadOnly,
    'only what calls the hub reads its secret, and no environment holds one': secretsAreKept,
    'keys are used to decrypt what is read': keysAreUsedWhereNamed,
    'every role grants what its code does and no more': codeAndRolesAgree(readCalls),
    'every environment holds what its code asks for and no more': codeAndEnvironmentsAgree(readCalls),

    'every queue keeps its messages for 14 days, encrypted': queuesKeepMessages,
    'every queue that is worked on has a dead letter queue and time enough': sourceQueuesRedrive,
    'every queue takes TLS only, and services by name': queuePoliciesAreNarrow,
    'every rule may write to the queues it names': ruleTargetsAreLetIn,
    'every bucket is encrypted, closed and kept': bucketsAreClosed,
    'every table is kept, recoverable and cleans itself up': tablesAreKept,

    'the state machine is valid with every name resolved': definitionIsValid,
    'every state calls its own function and waits longer than it takes': statesMatchFunctions,
    'the state machine is logged and traced without execution data': machineIsObserved,
    'every upload below the prefix starts an execution': uploadsStartExecutions,
    'every failed execution is queued': failuresAreQueued,

    'every alarm reaches the addresses of the customer': alarmsReachPeople,
    'every alarm says when it is over': alarmsTellWhenCleared,
    'every alarm ends in a runbook page that exists': alarmsHaveRunbooks(pages),
    'every alarm watches a metric that is published': alarmMetricsExist,
    'every failure an operator must know of has an alarm': nothingGoesUnnoticed,
  };
}

function listFunctionKeys(root: string): string[] {
  const folders = readdirSync(join(root, 'functions'), { withFileTypes: true });
  return folders.filter((folder) => folder.isDirectory() && folder.name !== 'lib').map(({ name }) => name);
}

const functionsMatchFolders =
  (root: string, functionKeys: readonly string[]): TemplateRule =>
  (template) => {
    const deployed = listResources(template, 'AWS::Lambda::Function').map(({ id }) => toFunctionKey(id) ?? id);
    return [
      ...functionKeys
        .filter((key) => !deployed.includes(key))
        .map((key) => `functions/${key}: expected a function of the template, found none`),
      ...deployed
        .filter((key) => !functionKeys.includes(key))
        .map((key) => `${key}: expected the folder functions/${key}, found none`),
      ...deployed
        .filter((key) => !existsSync(join(root, 'functions', key, 'function.yml')))
        .map((key) => `${key}: expected functions/${key}/function.yml`),
    ];
  };
