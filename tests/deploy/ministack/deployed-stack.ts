// The connector's stack in MiniStack: created, updated and deleted by plain CloudFormation calls.
import { readFile } from 'node:fs/promises';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import {
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { StackVersion } from './packaged-customer.ts';
import { waitFor } from './wait-for.ts';

const timeoutSeconds = 90;

export interface DeployedStack {
  create(version: StackVersion): Promise<void>;
  update(version: StackVersion): Promise<void>;
  remove(): Promise<void>;
  /** Of the stack as it is now. @throws Error naming an output that is not there */
  readOutput(name: string): Promise<string>;
  readPhysicalId(logicalId: string): Promise<string>;
  countResources(): Promise<number>;
}

export function openStack(
  cloudFormation: CloudFormationClient,
  s3: S3Client,
  { stackName, artifactBucket }: { readonly stackName: string; readonly artifactBucket: string },
): DeployedStack {
  let stackId = stackName;

  const describe = async () =>
    (await cloudFormation.send(new DescribeStacksCommand({ StackName: stackId }))).Stacks?.[0];

  const describeFailures = async (): Promise<string> => {
    const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: stackId }));
    return StackEvents.filter(({ ResourceStatus = '' }) => ResourceStatus.includes('FAILED'))
      .map(({ LogicalResourceId, ResourceStatusReason }) => `${LogicalResourceId ?? ''}: ${ResourceStatusReason ?? ''}`)
      .join('\n');
  };

  const reach = async (wanted: string): Promise<void> => {
    await waitFor(`${wanted} of ${stackName}`, timeoutSeconds, async () => {
      const { StackStatus: status = '', StackStatusReason: reason = '' } = (await describe()) ?? {};
      const isEnd = !status.endsWith('_IN_PROGRESS');
      if (isEnd && status !== wanted)
        throw new Error(`${stackName} is ${status}: ${reason}\n${await describeFailures()}`);
      return status === wanted;
    });
  };

  /** The template is too long for the body of a request. */
  const upload = async ({ template, zips }: StackVersion): Promise<string> => {
    for (const [key, file] of zips) {
      await s3.send(new PutObjectCommand({ Bucket: artifactBucket, Key: key, Body: await readFile(file) }));
    }
    const [firstKey = ''] = zips.keys();
    const key = firstKey.replace(/[^/]*$/, 'template.json');
    await s3.send(new PutObjectCommand({ Bucket: artifactBucket, Key: key, Body: JSON.stringify(template) }));
    return `https://s3.amazonaws.com/${artifactBucket}/${key}`;
  };

  const Capabilities = ['CAPABILITY_IAM' as const, 'CAPABILITY_NAMED_IAM' as const];
  return {
    async create(version) {
      const TemplateURL = await upload(version);
      const answer = await cloudFormation.send(
        new CreateStackCommand({ StackName: stackName, TemplateURL, Capabilities, OnFailure: 'DO_NOTHING' }),
      );
      stackId = answer.StackId ?? stackName;
      await reach('CREATE_COMPLETE');
    },
    async update(version) {
      const TemplateURL = await upload(version);
      await cloudFormation.send(new UpdateStackCommand({ StackName: stackName, TemplateURL, Capabilities }));
      await reach('UPDATE_COMPLETE');
    },
    async remove() {
      await cloudFormation.send(new DeleteStackCommand({ StackName: stackName }));
      await reach('DELETE_COMPLETE');
    },
    async readOutput(name) {
      const value = (await describe())?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
      if (value === undefined) throw new Error(`The stack has no output ${name}.`);
      return value;
    },
    async readPhysicalId(logicalId) {
      const { StackResources = [] } = await cloudFormation.send(
        new DescribeStackResourcesCommand({ StackName: stackId, LogicalResourceId: logicalId }),
      );
      const id = StackResources[0]?.PhysicalResourceId;
      if (id === undefined) throw new Error(`The stack has no resource ${logicalId}.`);
      return id;
    },
    async countResources() {
      const { StackResources = [] } = await cloudFormation.send(
        new DescribeStackResourcesCommand({ StackName: stackId }),
      );
      return StackResources.length;
    },
  };
}
