// No message is lost: every queue that is worked on has a dead letter queue, and what is parked stays for as long as SQS lets it.
import { toStatements } from './rights.ts';
import {
  at,
  isRecord,
  listOf,
  listResources,
  toLogicalId,
  toText,
  type Template,
  type TemplateRule,
} from './template.ts';

/** The longest SQS keeps a message, and as long as an execution can be redriven. */
const longestRetentionSeconds = 1_209_600;
const longestVisibilitySeconds = 43_200;

const listQueues = (template: Template) => listResources(template, 'AWS::SQS::Queue');

/** Queues that a function works on, with the function's logical id. */
const listSources = (template: Template) =>
  listResources(template, 'AWS::Lambda::EventSourceMapping').flatMap(({ id, properties }) => {
    const queueId = toLogicalId(toText(at(properties, 'EventSourceArn')));
    const queue = listQueues(template).find((each) => each.id === queueId);
    return queue === undefined ? [] : [{ mapping: { id, properties }, queue }];
  });

export const queuesKeepMessages: TemplateRule = (template) => {
  const sources = new Set(listSources(template).map(({ queue }) => queue.id));
  return listQueues(template).flatMap(({ id, properties, whole }) => {
    const retentionSeconds = at(properties, 'MessageRetentionPeriod');
    const isLong = retentionSeconds === longestRetentionSeconds;
    const retained = toText(at(whole, 'DeletionPolicy') ?? 'Delete').startsWith('Retain');
    return [
      ...(isLong ? [] : [`${id}: expected 14 days (1209600 s), found ${toText(retentionSeconds)}`]),
      ...(at(properties, 'SqsManagedSseEnabled') === true && at(properties, 'KmsMasterKeyId') === undefined
        ? []
        : [`${id}: expected encryption by SQS's own key (EventBridge and alarms cannot use an AWS managed KMS key)`]),
      ...(sources.has(id) || retained ? [] : [`${id}: parks messages and is deleted with the stack`]),
    ];
  });
};

export const sourceQueuesRedrive: TemplateRule = (template) =>
  listSources(template).flatMap(({ queue, mapping }) => {
    const { id, properties } = queue;
    const target = toLogicalId(toText(at(properties, 'RedrivePolicy', 'deadLetterTargetArn')));
    const functionId = toLogicalId(toText(at(mapping.properties, 'FunctionName')));
    const lambda = listResources(template, 'AWS::Lambda::Function').find((each) => each.id === functionId);
    const timeoutSeconds = Number(at(lambda?.properties, 'Timeout'));
    const visibilitySeconds = Number(at(properties, 'VisibilityTimeout'));
    const receiveCount = Number(at(properties, 'RedrivePolicy', 'maxReceiveCount'));
    return [
      ...(listQueues(template).some((each) => each.id === target) && target !== id
        ? []
        : [`${id}: expected a RedrivePolicy to a dead letter queue of the stack, found ${target ?? 'none'}`]),
      // Lambda Developer Guide, "Using Lambda with Amazon SQS": at least five receives, six times the timeout.
      ...(receiveCount >= 5 ? [] : [`${id}: expected maxReceiveCount of at least 5, found ${receiveCount}`]),
      ...(visibilitySeconds >= 6 * timeoutSeconds && visibilitySeconds <= longestVisibilitySeconds
        ? []
        : [`${id}: expected a VisibilityTimeout of at least 6 x ${timeoutSeconds} s, found ${visibilitySeconds}`]),
      ...(listOf(at(mapping.properties, 'FunctionResponseTypes')).includes('ReportBatchItemFailures')
        ? []
        : [`${mapping.id}: expected ReportBatchItemFailures, or one bad message repeats its whole batch`]),
    ];
  });

/**
 * TLS only; and a service is let in for one rule, bucket or topic of ours, not for everybody's.
 * @source SQS Developer Guide, "Special information for SQS policies": a statement covers one queue, or it is refused.
 */
export const queuePoliciesAreNarrow: TemplateRule = (template) => {
  const policies = listResources(template, 'AWS::SQS::QueuePolicy').map(({ id, properties }) => ({
    id,
    queues: listOf(at(properties, 'Queues')).map((queue) => toLogicalId(toText(queue))),
    statements: toStatements(at(properties, 'PolicyDocument')),
  }));
  return [
    ...listQueues(template).flatMap(({ id }) => {
      const own = policies.filter(({ queues }) => queues.includes(id));
      if (own.length !== 1) {
        return [`${id}: expected one queue policy (of two, one would replace the other), found ${own.length}`];
      }
      const hasTlsOnly = own[0]?.statements.some(
        ({ effect, actions, resources, condition, whole }) =>
          effect === 'Deny' &&
          at(whole, 'Principal') === '*' &&
          actions.includes('sqs:*') &&
          (resources.includes('*') || resources.includes(`\${${id}.Arn}`)) &&
          String(at(condition, 'Bool', 'aws:SecureTransport')) === 'false',
      );
      return hasTlsOnly === true ? [] : [`${id}: expected a statement that denies what comes without TLS`];
    }),
    ...policies.flatMap(({ id, statements }) =>
      statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap(({ actions, condition, resources }) => [
          ...(listConditionKeys(condition).includes('aws:SourceArn')
            ? []
            : [`${id}: lets a service in without aws:SourceArn: anybody's could write`]),
          ...actions
            .filter((action) => action !== 'sqs:SendMessage')
            .map((action) => `${id}: expected sqs:SendMessage for a service, found ${action}`),
          ...(resources.length === 1 && resources[0] !== '*'
            ? []
            : [`${id}: expected one queue by name in a statement, found ${resources.join(', ')}`]),
        ]),
    ),
  ];
};

const listConditionKeys = (condition: unknown) =>
  isRecord(condition) ? Object.values(condition).flatMap((test) => (isRecord(test) ? Object.keys(test) : [])) : [];

/** What EventBridge writes to a queue, the queue must let in; and what it cannot deliver must be kept. */
export const ruleTargetsAreLetIn: TemplateRule = (template) => {
  const grants = listResources(template, 'AWS::SQS::QueuePolicy').flatMap(({ properties }) =>
    toStatements(at(properties, 'PolicyDocument')),
  );
  const letsIn = (queueArn: string, ruleId: string) =>
    grants.some(
      ({ effect, resources, condition }) =>
        effect === 'Allow' &&
        resources.includes(queueArn) &&
        JSON.stringify(condition).includes(JSON.stringify(ruleId)),
    );
  return listResources(template, 'AWS::Events::Rule').flatMap(({ id, properties }) =>
    listOf(at(properties, 'Targets')).flatMap((target) => {
      const arns = [toText(at(target, 'Arn')), toText(at(target, 'DeadLetterConfig', 'Arn') ?? '')];
      return arns
        .filter((arn) => listQueues(template).some((queue) => arn === `\${${queue.id}.Arn}`))
        .filter((arn) => !letsIn(arn, id))
        .map((arn) => `${id}: writes to ${arn}, whose policy does not let it in`);
    }),
  );
};
