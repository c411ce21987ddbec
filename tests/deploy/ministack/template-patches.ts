// Everything that is changed in a packaged template before MiniStack gets it, each with its reason. Nothing else is.

interface Resource {
  readonly Type: string;
  readonly Properties?: {
    readonly Code?: { S3Bucket: unknown; S3Key: string };
    readonly Environment?: { readonly Variables?: Record<string, unknown> };
    readonly PolicyDocument?: { Statement: readonly { readonly Sid?: string }[] };
    ScheduleExpression?: string;
  };
}

export interface Template {
  Resources: Record<string, Resource>;
}

export interface PatchFacts {
  readonly artifactBucket: string;
  /** ARN in the customer file, and the one MiniStack gave the secret. */
  readonly secretArn: { readonly packaged: string; readonly created: string };
}

interface TemplatePatch {
  readonly reason: string;
  readonly apply: (template: Template, facts: PatchFacts) => void;
}

function listResources(template: Template, type: string): Resource[] {
  return Object.values(template.Resources).filter(({ Type }) => Type === type);
}

export const templatePatches: readonly TemplatePatch[] = [
  {
    reason:
      'The zips are uploaded before the stack is made in one step; the bucket of `serverless deploy` is none yet.',
    apply: (template, { artifactBucket }) => {
      for (const { Properties } of listResources(template, 'AWS::Lambda::Function')) {
        if (Properties?.Code !== undefined) Properties.Code.S3Bucket = artifactBucket;
      }
    },
  },
  {
    reason: 'The hub is on loopback and has no certificate; a customer file takes https addresses only.',
    apply: (template) => {
      for (const { Properties } of listResources(template, 'AWS::Lambda::Function')) {
        const variables = Properties?.Environment?.Variables;
        if (variables?.['HUB_SECRET_ARN'] !== undefined) variables['HUB_ALLOW_HTTP'] = '1';
      }
    },
  },
  {
    reason: "A secret's ARN ends in six random characters, which nobody can choose.",
    apply: (template, { secretArn }) => {
      const text = JSON.stringify(template.Resources).replaceAll(secretArn.packaged, secretArn.created);
      template.Resources = JSON.parse(text) as Template['Resources'];
    },
  },
  {
    reason: 'MiniStack listens on http, on loopback; IAM is enforced, so TLS-only policies would shut everybody out.',
    apply: (template) => {
      for (const { Type, Properties: { PolicyDocument } = {} } of Object.values(template.Resources)) {
        if (!['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy'].includes(Type) || PolicyDocument === undefined)
          continue;
        PolicyDocument.Statement = PolicyDocument.Statement.filter(({ Sid }) => Sid !== 'TlsOnly');
      }
    },
  },
  {
    reason: 'Schedules of a quarter of an hour would make the test wait for them.',
    apply: (template) => {
      for (const { Properties } of listResources(template, 'AWS::Events::Rule')) {
        if (Properties?.ScheduleExpression !== undefined) Properties.ScheduleExpression = 'rate(1 minute)';
      }
    },
  },
];
