// How the functions run: runtime, logs, network, and what brings them their work.
import { listMappings } from './code-rights.ts';
import { hubFunctions } from './rights.ts';
import {
  at,
  listOf,
  listResources,
  toFunctionKey,
  toLogGroupId,
  toText,
  type CustomerFacts,
  type Template,
  type TemplateRule,
} from './template.ts';

const listFunctions = (template: Template) =>
  listResources(template, 'AWS::Lambda::Function').map((resource) => ({
    ...resource,
    key: toFunctionKey(resource.id) ?? resource.id,
  }));

export const functionsRunAlike: TemplateRule = (template) =>
  listFunctions(template).flatMap(({ key, properties }) => {
    const expected = [
      [['Runtime'], 'nodejs24.x'],
      [['Architectures', 0], 'arm64'],
      [['TracingConfig', 'Mode'], 'Active'],
      [['Handler'], `functions/${key}/handler.handler`],
    ] as const;
    return expected
      .filter(([path, value]) => at(properties, ...path) !== value)
      .map(([path, value]) => `${key}: expected ${path.join('.')} ${value}, found ${toText(at(properties, ...path))}`);
  });

/** A log group that Lambda or Step Functions makes by itself keeps everything for ever. */
export const logsExpire: TemplateRule = (template) => [
  ...listResources(template, 'AWS::Logs::LogGroup')
    .filter(({ properties }) => !(Number(at(properties, 'RetentionInDays')) > 0))
    .map(({ id }) => `${id}: expected RetentionInDays, found none`),
  ...listFunctions(template).flatMap(({ key, properties, whole }) => {
    const id = toLogGroupId(key);
    const group = listResources(template, 'AWS::Logs::LogGroup').find((each) => each.id === id);
    const name = toText(at(group?.properties, 'LogGroupName'));
    const expected = `/aws/lambda/${toText(at(properties, 'FunctionName'))}`;
    return [
      ...(name === expected ? [] : [`${key}: expected the log group ${expected}, found ${name || 'none'}`]),
      ...(listOf(at(whole, 'DependsOn')).includes(id)
        ? []
        : [`${key}: must wait for ${id}, or Lambda makes one of its own`]),
    ];
  }),
];

/** In the customer's network: what calls the hub, and nothing else; out of it: HTTPS, and DNS where it is wanted. */
export const networkIsNarrow: TemplateRule = (template, customer) => [
  ...listFunctions(template).flatMap(({ key, properties }) => {
    const subnets = listOf(at(properties, 'VpcConfig', 'SubnetIds')).map(toText);
    const expected = hubFunctions.includes(key) ? customer.subnetIds : [];
    const groups = listOf(at(properties, 'VpcConfig', 'SecurityGroupIds')).map(toText);
    return [
      ...(subnets.join() === expected.join()
        ? []
        : [
            `${key}: expected the subnets ${expected.join(', ') || 'of no VPC'}, found ${subnets.join(', ') || 'none'}`,
          ]),
      ...(expected.length === 0 || groups.join() === '${HubSecurityGroup.GroupId}'
        ? []
        : [`${key}: expected HubSecurityGroup, found ${groups.join(', ') || 'none'}`]),
    ];
  }),
  ...listResources(template, 'AWS::EC2::SecurityGroup').flatMap(({ id, properties }) => [
    ...(customer.subnetIds.length === 0 ? [`${id}: this customer has no VPC`] : []),
    ...(listOf(at(properties, 'SecurityGroupIngress')).length === 0
      ? []
      : [`${id}: nobody calls a function by network`]),
    ...checkEgress(listOf(at(properties, 'SecurityGroupEgress')), customer).map((finding) => `${id}: ${finding}`),
  ]),
  ...['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress'].flatMap((type) =>
    listResources(template, type).map(({ id }) => `${id}: expected the rules in the security group itself`),
  ),
];

/** Without any rule, AWS allows everything out. */
function checkEgress(rules: readonly unknown[], { allowDns }: CustomerFacts): string[] {
  const found = rules.map((rule) => {
    const ports = [at(rule, 'FromPort'), at(rule, 'ToPort')].map(toText);
    return `${toText(at(rule, 'IpProtocol'))} ${ports[0] === ports[1] ? ports[0] : ports.join('-')}`;
  });
  const expected = allowDns ? ['tcp 443', 'tcp 53', 'udp 53'] : ['tcp 443'];
  const isSame = found.toSorted().join() === expected.toSorted().join();
  return isSame ? [] : [`expected ${expected.join(', ')} out, found ${found.join(', ') || 'everything'}`];
}

const streamSettings = [
  [['StartingPosition'], 'TRIM_HORIZON'],
  [['BisectBatchOnFunctionError'], true],
  [['FunctionResponseTypes', 0], 'ReportBatchItemFailures'],
  // Retried for as long as the record's age allows: an outage of the hub is longer than any count.
  [['MaximumRetryAttempts'], -1],
  [['DestinationConfig', 'OnFailure', 'Destination'], '${StagingBucket.Arn}'],
  // A filter drops what is no JSON without a trace.
  [['FilterCriteria'], undefined],
] as const;

export const streamIsReadInOrder: TemplateRule = (template, { streamArn, streamRetentionHours }) => {
  const [mapping, ...others] = listMappings(template, 'agent-events');
  if (mapping === undefined || others.length > 0) {
    return [`agent-events: expected one event source mapping, found ${mapping === undefined ? 0 : others.length + 1}`];
  }
  const { id, properties } = mapping;
  const ageSeconds = Number(at(properties, 'MaximumRecordAgeInSeconds'));
  // Records must be given up, with their payload, before they vanish from the stream.
  const retentionSeconds = streamRetentionHours * 3600;
  return [
    ...(toText(at(properties, 'EventSourceArn')) === streamArn ? [] : [`${id}: expected the stream ${streamArn}`]),
    ...streamSettings
      .filter(([path, expected]) => {
        const found = at(properties, ...path);
        return (
          (found === undefined || typeof found === 'boolean' || typeof found === 'number' ? found : toText(found)) !==
          expected
        );
      })
      .map(
        ([path, expected]) =>
          `${id}: expected ${path.join('.')} ${String(expected)}, found ${toText(at(properties, ...path))}`,
      ),
    ...(ageSeconds > 0 && ageSeconds < retentionSeconds
      ? []
      : [`${id}: expected MaximumRecordAgeInSeconds below the stream's ${retentionSeconds}, found ${ageSeconds}`]),
  ];
};

/** A schedule that EventBridge may not act on is silent, and so is one whose rule is off. */
export const schedulesRun: TemplateRule = (template) =>
  ['watch-intervals', 'report-feed-health'].flatMap((key) => {
    const target = `\${${listFunctions(template).find((each) => each.key === key)?.id ?? key}.Arn}`;
    const rules = listResources(template, 'AWS::Events::Rule').filter(({ properties }) =>
      listOf(at(properties, 'Targets')).some((each) => toText(at(each, 'Arn')) === target),
    );
    const permitted = listResources(template, 'AWS::Lambda::Permission')
      .filter(({ properties }) => toText(at(properties, 'FunctionName')) === target)
      .map(({ properties }) => toText(at(properties, 'SourceArn')));
    if (rules.length === 0) return [`${key}: expected a schedule, found none`];
    return rules.flatMap(({ id, properties }) => [
      ...(at(properties, 'State') === 'ENABLED' ? [] : [`${id}: expected State ENABLED`]),
      ...(/^rate\(\d+ minutes?\)$/.test(toText(at(properties, 'ScheduleExpression')))
        ? []
        : [`${id}: expected a rate in minutes, found ${toText(at(properties, 'ScheduleExpression'))}`]),
      ...(permitted.includes(`\${${id}.Arn}`) ? [] : [`${id}: expected a permission to call ${key}, found none`]),
    ]);
  });

/** A permission without a source lets anybody's rule or bucket call the function. */
export const permissionsNameTheirSource: TemplateRule = (template) =>
  listResources(template, 'AWS::Lambda::Permission')
    .filter(({ properties }) => at(properties, 'SourceArn') === undefined)
    .map(({ id }) => `${id}: expected a SourceArn, found none`);
