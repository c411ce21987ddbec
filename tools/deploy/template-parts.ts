// Parts of the template that depend on what a customer has, for serverless.yml, which has no if: statements of roles, the
// network of the functions that call the hub. What a customer does not have is `absent` and leaves no trace in the package.
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { absent, type Absent } from './absent-parts.ts';
import type { Customer } from './customer.ts';

type TemplateValue = string | number | boolean | readonly TemplateValue[] | TemplateObject;

interface TemplateObject {
  readonly [key: string]: TemplateValue;
}

/** `custom.parts` of serverless.yml. */
export interface TemplateParts {
  readonly joinVpc: TemplateObject | Absent;
  readonly decryptSourceObjects: TemplateObject | Absent;
  readonly decryptStream: TemplateObject | Absent;
  readonly decryptHubSecret: TemplateObject | Absent;
  readonly switchBucketEventsOn: TemplateObject | Absent;
  readonly deliverConcurrency: number | Absent;
  /** Environments and custom resources know text alone. */
  readonly manageBucketEvents: 'true' | 'false';
  readonly quarantineErrors: readonly string[];
  /** An entry of `resources:`. */
  readonly network: { readonly Resources: TemplateObject };
}

/** Reading with a customer's own key, through the service that holds the data and no other way. */
function decrypt(keyArn: string | undefined, service: string): TemplateObject | Absent {
  if (keyArn === undefined) return absent;
  return {
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: keyArn,
    Condition: {
      StringEquals: { 'kms:ViaService': { 'Fn::Sub': `${service}.\${AWS::Region}.\${AWS::URLSuffix}` } },
    },
  };
}

/**
 * Lambda makes and removes the network interfaces of a function with the function's own role; the condition keeps the
 * function's code from doing so. EC2 has no resource to name before the interface exists.
 * @source AWS Lambda Developer Guide, "Required IAM permissions" of VPC functions and "Using Lambda function ARN in policies"
 */
const joinVpcStatement: TemplateObject = {
  Effect: 'Allow',
  Action: [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  Resource: '*',
  Condition: { Null: { 'lambda:SourceFunctionArn': 'true' } },
};

function toEgress(protocol: 'tcp' | 'udp', port: number, description: string): TemplateObject {
  return { IpProtocol: protocol, FromPort: port, ToPort: port, CidrIp: '0.0.0.0/0', Description: description };
}

function toNetwork({ VpcId, network, derived }: Customer): TemplateParts['network'] {
  if (VpcId === undefined) return { Resources: {} };
  const dns = [toEgress('udp', 53, 'DNS'), toEgress('tcp', 53, 'DNS')];
  return {
    Resources: {
      HubSecurityGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: `acdhub-amazon-connector-${derived.stage}: functions that call the hub`,
          VpcId,
          SecurityGroupEgress: [toEgress('tcp', 443, 'Hub and AWS services'), ...(network.allowDns ? dns : [])],
        },
      },
    },
  };
}

/** Whoever manages the bucket's notifications has them to himself. */
function switchOn({ manageBucketEvents, derived }: Customer): TemplateObject | Absent {
  if (!manageBucketEvents) return absent;
  return {
    Effect: 'Allow',
    Action: ['s3:GetBucketNotification', 's3:PutBucketNotification'],
    Resource: derived.sourceBucketArn,
  };
}

/** @param quarantineErrors names of the errors that lead to quarantine, see readQuarantineErrors */
export function toTemplateParts(customer: Customer, quarantineErrors: readonly string[]): TemplateParts {
  const { BucketKmsKeyArn, StreamKmsKeyArn, HubSecretKmsKeyArn, limits, manageBucketEvents } = customer;
  return {
    joinVpc: customer.VpcId === undefined ? absent : joinVpcStatement,
    decryptSourceObjects: decrypt(BucketKmsKeyArn, 's3'),
    decryptStream: decrypt(StreamKmsKeyArn, 'kinesis'),
    decryptHubSecret: decrypt(HubSecretKmsKeyArn, 'secretsmanager'),
    switchBucketEventsOn: switchOn(customer),
    deliverConcurrency: limits.deliverConcurrency ?? absent,
    manageBucketEvents: manageBucketEvents ? 'true' : 'false',
    quarantineErrors,
    network: toNetwork(customer),
  };
}

/** Every list of errors below a Catch, at whatever depth. */
function listCaughtErrors(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    key === 'Catch' && Array.isArray(child)
      ? child.flatMap((catcher: { readonly ErrorEquals: readonly string[] }) => catcher.ErrorEquals)
      : listCaughtErrors(child),
  );
}

/** Names of the errors the state machine catches, all of which lead to quarantine; sorted, each once. */
export async function readQuarantineErrors(): Promise<string[]> {
  const file = new URL('../../statemachines/report-ingest.asl.yml', import.meta.url);
  return [...new Set(listCaughtErrors(parse(await readFile(file, 'utf8'))))].toSorted();
}
