// Least privilege: a role per function, actions and resources by name, nothing of the customer's to write to.
import {
  at,
  listOf,
  listResources,
  toFunctionKey,
  toLogicalId,
  toText,
  type CustomerFacts,
  type Resource,
  type Template,
  type TemplateRule,
} from './template.ts';

export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
  readonly whole: unknown;
}

export interface FunctionRole {
  readonly functionKey: string;
  readonly roleId: string;
  readonly statements: readonly Statement[];
}

export const toStatements = (policyDocument: unknown): Statement[] =>
  listOf(at(policyDocument, 'Statement')).map((whole) => ({
    effect: toText(at(whole, 'Effect')),
    actions: listOf(at(whole, 'Action')).map(toText),
    resources: listOf(at(whole, 'Resource')).map(toText),
    condition: at(whole, 'Condition'),
    whole,
  }));

const listStatements = ({ properties }: Resource) =>
  listOf(at(properties, 'Policies')).flatMap((policy) => toStatements(at(policy, 'PolicyDocument')));

const listFunctions = (template: Template) =>
  listResources(template, 'AWS::Lambda::Function').map((resource) => ({
    ...resource,
    functionKey: toFunctionKey(resource.id) ?? resource.id,
    roleId: toLogicalId(toText(at(resource.properties, 'Role'))) ?? toText(at(resource.properties, 'Role')),
  }));

/** In the template's order; a function whose role is not in the template has no statements. */
export function listFunctionRoles(template: Template): FunctionRole[] {
  const roles = new Map(listResources(template, 'AWS::IAM::Role').map((role) => [role.id, role]));
  return listFunctions(template).map(({ functionKey, roleId }) => {
    const role = roles.get(roleId);
    return { functionKey, roleId, statements: role === undefined ? [] : listStatements(role) };
  });
}

const listAllStatements = (template: Template) =>
  listResources(template, 'AWS::IAM::Role').flatMap((role) =>
    listStatements(role).map((statement) => ({ role: role.id, ...statement })),
  );

/** The function a role belongs to; null for the state machine's and EventBridge's. */
const ownerOf = (template: Template, role: string) =>
  listFunctions(template).find(({ roleId }) => roleId === role)?.functionKey ?? null;

/** Everything one function may do, another must not get with it. */
export const oneRoleEach: TemplateRule = (template) => {
  const functions = listFunctions(template);
  const roles = listResources(template, 'AWS::IAM::Role');
  return [
    ...functions.flatMap(({ functionKey, roleId }) => [
      ...(roles.some(({ id }) => id === roleId)
        ? []
        : [`${functionKey}: expected a role of the template, found ${roleId}`]),
      ...functions
        .filter((other) => other.functionKey > functionKey && other.roleId === roleId)
        .map((other) => `${roleId}: expected one function, found ${functionKey} and ${other.functionKey}`),
    ]),
    ...roles.flatMap(({ id, properties }) => {
      const trusted = toStatements(at(properties, 'AssumeRolePolicyDocument')).flatMap(({ whole }) =>
        listOf(at(whole, 'Principal', 'Service')).map(toText),
      );
      const expected = ownerOf(template, id) === null ? /^(states|events|scheduler)\./ : /^lambda\./;
      return [
        ...(trusted.length === 1 && expected.test(trusted[0] ?? '')
          ? []
          : [`${id}: expected one trusted service, ${expected.source}; found ${trusted.join(', ') || 'none'}`]),
        ...listOf(at(properties, 'ManagedPolicyArns')).map(
          (arn) => `${id}: expected actions by name, found the managed policy ${toText(arn)}`,
        ),
      ];
    }),
    ...['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::User', 'AWS::IAM::Group'].flatMap((type) =>
      listResources(template, type).map(({ id }) => `${id}: expected rights in the role itself, found ${type}`),
    ),
  ];
};

/** Actions for which AWS offers no resource, and why each is here. */
export const actionsWithoutResource: Readonly<Record<string, string>> = {
  'xray:PutTraceSegments': 'X-Ray has no resources',
  'xray:PutTelemetryRecords': 'X-Ray has no resources',
  'xray:GetSamplingRules': 'X-Ray: default sampling is no resource',
  'xray:GetSamplingTargets': 'X-Ray: default sampling is no resource',
  'logs:CreateLogDelivery': 'log delivery of Step Functions has no resources',
  'logs:GetLogDelivery': 'log delivery of Step Functions has no resources',
  'logs:UpdateLogDelivery': 'log delivery of Step Functions has no resources',
  'logs:DeleteLogDelivery': 'log delivery of Step Functions has no resources',
  'logs:ListLogDeliveries': 'log delivery of Step Functions has no resources',
  'logs:PutResourcePolicy': 'log delivery of Step Functions has no resources',
  'logs:DescribeResourcePolicies': 'log delivery of Step Functions has no resources',
  'logs:DescribeLogGroups': 'log delivery of Step Functions has no resources',
  'ec2:CreateNetworkInterface': 'the interface does not exist yet',
  'ec2:DescribeNetworkInterfaces': 'EC2 describes know no resources',
  'ec2:DeleteNetworkInterface': 'Lambda checks this right without a resource when a function joins a VPC',
  'ec2:DescribeSubnets': 'EC2 describes know no resources',
  'ec2:AssignPrivateIpAddresses': 'Lambda asks for it without a resource when a function joins a VPC',
  'ec2:UnassignPrivateIpAddresses': 'Lambda asks for it without a resource when a function joins a VPC',
};

export const noWildcards: TemplateRule = (template) =>
  listAllStatements(template).flatMap(({ role, effect, actions, resources, whole }) => [
    ...(effect === 'Allow' ? [] : [`${role}: expected statements that allow, found ${effect}`]),
    ...['NotAction', 'NotResource'].filter((key) => at(whole, key) !== undefined).map((key) => `${role}: found ${key}`),
    ...actions
      .filter((action) => action.includes('*'))
      .map((action) => `${role}: expected actions by name, found ${action}`),
    ...(resources.length === 0 ? [`${role}: expected resources for ${actions.join(', ')}, found none`] : []),
    ...resources
      .filter((resource) => resource === '*' || /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(resource))
      .flatMap((resource) =>
        actions
          .filter((action) => actionsWithoutResource[action] === undefined)
          .map((action) => `${role}: expected a named resource for ${action}, found ${resource}`),
      ),
  ]);

/** What may be done to what is the customer's; nothing else. */
const onCustomerData: Readonly<Record<string, readonly string[]>> = {
  bucket: ['s3:ListBucket', 's3:GetBucketNotification'],
  objects: ['s3:GetObject', 's3:GetObjectVersion'],
  stream: [
    'kinesis:DescribeStream',
    'kinesis:DescribeStreamSummary',
    'kinesis:GetRecords',
    'kinesis:GetShardIterator',
    'kinesis:ListShards',
  ],
};

function toCustomerPlace(resource: string, { bucketName, prefix, streamArn }: CustomerFacts): string | null {
  const path = /^arn:[^:]+:s3:::([^/]+)(\/.*)?$/.exec(resource);
  if (path?.[1] === bucketName) {
    if (path[2] === undefined) return 'bucket';
    return path[2] === `/${prefix}*` ? 'objects' : 'elsewhere in the bucket';
  }
  if (resource === streamArn) return 'stream';
  return /^arn:[^:]+:(s3|kinesis):/.test(resource) ? 'what is not of this customer' : null;
}

/** The connector reads, and switches the bucket's events on; it creates, changes and deletes nothing of the customer's. */
export const customerDataIsReadOnly: TemplateRule = (template, customer) =>
  listAllStatements(template).flatMap(({ role, actions, resources }) =>
    resources.flatMap((resource) => {
      const place = toCustomerPlace(resource, customer);
      if (place === null) return [];
      return actions
        .filter((action) => !(onCustomerData[place] ?? []).includes(action))
        .filter((action) => !(isSwitchOn(template, role, action) && place === 'bucket'))
        .map((action) => `${role}: ${action} on ${place} (${resource})`);
    }),
  );

const isSwitchOn = (template: Template, role: string, action: string) =>
  action === 's3:PutBucketNotification' && ownerOf(template, role) === 'enable-bucket-events';

/** The functions that talk to the hub: they alone read its secret and stand in the VPC. */
export const hubFunctions: readonly string[] = ['deliver-batch', 'agent-events', 'report-feed-health'];

export const secretsAreKept: TemplateRule = (template, customer) => {
  const readers = listAllStatements(template).flatMap(({ role, actions, resources }) =>
    actions
      .filter((action) => action.startsWith('secretsmanager:') || action.startsWith('ssm:'))
      .map((action) => ({ owner: ownerOf(template, role) ?? role, action, resources })),
  );
  return [
    ...readers.flatMap(({ owner, action, resources }) => [
      ...(hubFunctions.includes(owner) ? [] : [`${owner}: does not call the hub, yet may ${action}`]),
      ...(action === 'secretsmanager:GetSecretValue' ? [] : [`${owner}: expected GetSecretValue, found ${action}`]),
      ...resources
        .filter((resource) => resource !== customer.secretArn)
        .map((resource) => `${owner}: expected the hub's secret ${customer.secretArn}, found ${resource}`),
    ]),
    ...hubFunctions
      .filter((key) => !readers.some(({ owner }) => owner === key))
      .map((key) => `${key}: calls the hub and may not read its secret`),
    ...listFunctions(template).flatMap(({ functionKey, properties }) =>
      Object.entries(at(properties, 'Environment', 'Variables') ?? {}).flatMap(([name, value]) => {
        const text = toText(value);
        if (name === 'HUB_SECRET_ARN')
          return text === customer.secretArn ? [] : [`${functionKey}: HUB_SECRET_ARN is ${text}, not the secret's ARN`];
        return /SECRET|PASSWORD|CREDENTIAL|ACCESS_?KEY|API_?KEY|TOKEN/i.test(name) || text.includes('{{resolve:')
          ? [`${functionKey}: ${name} looks like a secret; only the secret's ARN may be in an environment`]
          : [];
      }),
    ),
  ];
};

/** kms:Decrypt only, and only on the keys of what a function reads. That it is not missing, code-rights.ts sees to. */
export const keysAreUsedWhereNamed: TemplateRule = (template, customer) =>
  listFunctionRoles(template).flatMap(({ functionKey, statements }) => {
    const reads = (action: string, place: string) =>
      statements.some(
        ({ actions, resources }) =>
          actions.includes(action) && resources.some((resource) => toCustomerPlace(resource, customer) === place),
      );
    const hasSecret = statements.some(({ actions }) => actions.includes('secretsmanager:GetSecretValue'));
    const keys = [
      reads('s3:GetObject', 'objects') ? customer.bucketKeyArn : null,
      reads('kinesis:GetRecords', 'stream') ? customer.streamKeyArn : null,
      hasSecret ? customer.secretKeyArn : null,
    ];
    return statements.flatMap(({ actions, resources }) =>
      actions
        .filter((action) => action.startsWith('kms:'))
        .flatMap((action) =>
          resources
            .filter((key) => action !== 'kms:Decrypt' || !keys.includes(key))
            .map((key) => `${functionKey}: ${action} on ${key}, which nothing it reads is encrypted with`),
        ),
    );
  });
