// What names something names something that is there, and the template stays within CloudFormation's limits.
import {
  at,
  entriesOf,
  isRecord,
  listOf,
  listResources,
  serviceName,
  toText,
  type Template,
  type TemplateRule,
} from './template.ts';

interface Reference {
  readonly from: string;
  readonly id: string;
  /** `Ref`, or the attribute of a GetAtt. */
  readonly kind: string;
}

/** Every Ref, GetAtt, Sub variable and DependsOn below a value. */
function listReferences(from: string, value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap((each) => listReferences(from, each));
  if (!isRecord(value)) return [];
  if ('Ref' in value) return [{ from, id: toText(value['Ref']), kind: 'Ref' }];
  if ('Fn::GetAtt' in value) {
    const [id = '', ...attribute] = listOf(value['Fn::GetAtt']).flatMap((part) => toText(part).split('.'));
    return [{ from, id, kind: attribute.join('.') }];
  }
  if ('Fn::Sub' in value) {
    const [text, variables] = listOf(value['Fn::Sub']);
    const named = entriesOf(variables).map(([name]) => name);
    const used = [...toText(text).matchAll(/\$\{([^!}]+)\}/g)].flatMap(([, name = '']) => {
      if (named.includes(name)) return [];
      const [id = '', ...attribute] = name.split('.');
      return [{ from, id, kind: attribute.length === 0 ? 'Ref' : attribute.join('.') }];
    });
    return [...used, ...listReferences(from, variables)];
  }
  return Object.values(value).flatMap((each) => listReferences(from, each));
}

function listAllReferences(template: Template): Reference[] {
  const inResources = listResources(template).flatMap(({ id, whole }) => [
    ...listReferences(id, whole),
    ...listOf(at(whole, 'DependsOn')).map((target) => ({ from: id, id: toText(target), kind: 'DependsOn' })),
  ]);
  return [...inResources, ...listReferences('Outputs', template['Outputs'])];
}

export const referencesResolve: TemplateRule = (template) => {
  const known = new Set([
    ...listResources(template).map(({ id }) => id),
    ...entriesOf(template['Parameters']).map(([name]) => name),
  ]);
  return listAllReferences(template)
    .filter(({ id }) => !known.has(id) && !id.startsWith('AWS::'))
    .map(({ from, id, kind }) => `${from}: expected a resource for ${kind} ${id}, found none`);
};

/** A resource that may be left out must not be named by one that stays, or the deployment fails for some customers only. */
export const conditionsHold: TemplateRule = (template) => {
  const conditionOf = new Map(
    listResources(template).map(({ id, whole }) => {
      const condition = at(whole, 'Condition');
      return [id, condition === undefined ? null : toText(condition)];
    }),
  );
  return listAllReferences(template).flatMap(({ from, id }) => {
    const condition = conditionOf.get(id) ?? null;
    return condition === null || conditionOf.get(from) === condition
      ? []
      : [`${from}: names ${id}, which is there only under the condition ${condition}`];
  });
};

/** Customer values are literals: an update could otherwise run with another customer's. */
export const noParameters: TemplateRule = (template) =>
  ['Parameters', 'Conditions', 'Mappings'].flatMap((section) =>
    entriesOf(template[section]).map(([name]) => `${section}: expected none, found ${name}`),
  );

/** By type: the property that names it, and how long AWS lets it be. */
const names: Readonly<Record<string, readonly [property: string, limit: number]>> = {
  'AWS::Lambda::Function': ['FunctionName', 64],
  'AWS::StepFunctions::StateMachine': ['StateMachineName', 80],
  'AWS::SQS::Queue': ['QueueName', 80],
  'AWS::SNS::Topic': ['TopicName', 256],
  'AWS::IAM::Role': ['RoleName', 64],
  'AWS::Events::Rule': ['Name', 64],
  'AWS::CloudWatch::Alarm': ['AlarmName', 255],
  'AWS::CloudWatch::Dashboard': ['DashboardName', 255],
  'AWS::DynamoDB::Table': ['TableName', 255],
  'AWS::EC2::SecurityGroup': ['GroupName', 255],
  'AWS::Logs::LogGroup': ['LogGroupName', 512],
  'AWS::S3::Bucket': ['BucketName', 63],
  'AWS::Scheduler::Schedule': ['Name', 64],
};
const alwaysNamed = ['AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine', 'AWS::CloudWatch::Alarm'];

/** Names that AWS generates begin with the stack's, and so with the service's. */
export const namesFit: TemplateRule = (template) =>
  listResources(template).flatMap(({ id, type, properties }) => {
    const [property, limit] = names[type] ?? [];
    const value = property === undefined ? undefined : at(properties, property);
    if (property === undefined || limit === undefined) return [];
    if (value === undefined) return alwaysNamed.includes(type) ? [`${id}: expected a ${property}, found none`] : [];
    const name = toText(value).replaceAll('${AWS::StackName}', serviceName);
    const stem = name.replace(/^\/aws\/(lambda|vendedlogs\/states)\//, '');
    return [
      ...(stem.startsWith(serviceName)
        ? []
        : [`${id}: expected a name that begins with ${serviceName}, found ${name}`]),
      ...(name.length <= limit ? [] : [`${id}: expected a name of at most ${limit} characters, found ${name}`]),
    ];
  });

export const withinLimits: TemplateRule = (template) => {
  const counted = [
    ['resources', listResources(template).length, 500],
    ['outputs', entriesOf(template['Outputs']).length, 200],
    ['bytes', Buffer.byteLength(JSON.stringify(template)), 1_000_000],
  ] as const;
  return counted.flatMap(([what, count, limit]) =>
    count <= limit ? [] : [`expected at most ${limit} ${what}, found ${count}`],
  );
};
