// A packaged CloudFormation template, read as what it is: JSON of any shape. Rules look into it through these.

export interface Template {
  readonly [section: string]: unknown;
}

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: unknown;
  /** The resource with its DependsOn, DeletionPolicy, Condition. */
  readonly whole: unknown;
}

/** One line a finding: which resource, what was expected, what was found. */
export type TemplateRule = (template: Template, customer: CustomerFacts) => string[];

/** What the customer file says and the template has to keep to. Read from the file itself, not from what packaging made of it. */
export interface CustomerFacts {
  readonly stage: string;
  readonly bucketName: string;
  readonly prefix: string;
  readonly streamArn: string;
  readonly streamRetentionHours: number;
  readonly secretArn: string;
  readonly bucketKeyArn: string | null;
  readonly streamKeyArn: string | null;
  readonly secretKeyArn: string | null;
  /** Empty without a VPC. */
  readonly subnetIds: readonly string[];
  readonly allowDns: boolean;
  readonly managesBucketEvents: boolean;
  /** Empty without alarms. */
  readonly alarmEmails: readonly string[];
}

export const serviceName = 'acdhub-amazon-connector';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What lies at the end of the path; undefined when the path breaks off. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let found = value;
  for (const step of path) {
    if (Array.isArray(found) && typeof step === 'number') found = found[step];
    else if (isRecord(found)) found = found[step];
    else return undefined;
  }
  return found;
}

/** CloudFormation takes one where it takes many: a list in any case. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

export function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value) : [];
}

/** In the template's order. Without `type` all of them. */
export function listResources(template: Template, type?: string): Resource[] {
  return entriesOf(template['Resources'])
    .map(([id, whole]) => ({ id, type: toText(at(whole, 'Type')), properties: at(whole, 'Properties'), whole }))
    .filter((resource) => type === undefined || resource.type === type);
}

/**
 * A value as one text that can be compared: `{Ref: X}` is `${X}`, `{Fn::GetAtt: [X, Arn]}` is `${X.Arn}`, Sub and Join are
 * written out. Anything else stands as JSON.
 */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined) return '';
  if (!isRecord(value)) return JSON.stringify(value);
  if ('Ref' in value) return `\${${toText(value['Ref'])}}`;
  if ('Fn::GetAtt' in value) return `\${${listOf(value['Fn::GetAtt']).map(toText).join('.')}}`;
  if ('Fn::Sub' in value) return substitute(value['Fn::Sub']);
  if ('Fn::Join' in value) {
    const parts = at(value, 'Fn::Join', 1);
    if (Array.isArray(parts)) return parts.map(toText).join(toText(at(value, 'Fn::Join', 0)));
  }
  return JSON.stringify(value);
}

function substitute(value: unknown): string {
  if (!Array.isArray(value)) return toText(value);
  return toText(value[0]).replaceAll(/\$\{([^!}]+)\}/g, (whole, name: string) => {
    const given = at(value, 1, name);
    return given === undefined ? whole : toText(given);
  });
}

/** `${X}` and `${X.Arn}` in a text name the logical id X. */
export function toLogicalId(text: string): string | null {
  return /^\$\{([A-Za-z0-9]+)(?:\.[A-Za-z.]+)?\}$/.exec(text)?.[1] ?? null;
}

/** How serverless spells a function's logical id: classify-report is ClassifyDashreportLambdaFunction. */
export function toFunctionId(functionKey: string): string {
  return `${toNormalized(functionKey)}LambdaFunction`;
}

export function toLogGroupId(functionKey: string): string {
  return `${toNormalized(functionKey)}LogGroup`;
}

/** @returns null when the logical id is none of a function */
export function toFunctionKey(logicalId: string): string | null {
  const name = /^(\w+)LambdaFunction$/.exec(logicalId)?.[1];
  return name === undefined ? null : (name[0] ?? '').toLowerCase() + name.slice(1).replaceAll('Dash', '-');
}

const toNormalized = (functionKey: string) =>
  (functionKey[0] ?? '').toUpperCase() + functionKey.slice(1).replaceAll('-', 'Dash');
