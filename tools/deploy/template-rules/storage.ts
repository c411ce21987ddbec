// What outlives the stack: encrypted, reached by TLS alone, not public, kept when the stack is removed.
import { toStatements } from './rights.ts';
import { at, listOf, listResources, toLogicalId, toText, type TemplateRule } from './template.ts';

const publicAccess = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];
/** Made by serverless for the packages, and encrypted by it. */
const deploymentBucket = 'ServerlessDeploymentBucket';

export const bucketsAreClosed: TemplateRule = (template) =>
  listResources(template, 'AWS::S3::Bucket').flatMap(({ id, properties, whole }) => {
    const statements = listResources(template, 'AWS::S3::BucketPolicy')
      .filter((policy) => toLogicalId(toText(at(policy.properties, 'Bucket'))) === id)
      .flatMap((policy) => toStatements(at(policy.properties, 'PolicyDocument')));
    const hasTlsOnly = statements.some(
      ({ effect, actions, resources, condition }) =>
        effect === 'Deny' &&
        actions.includes('s3:*') &&
        resources.some((resource) => resource.endsWith('/*')) &&
        String(at(condition, 'Bool', 'aws:SecureTransport')) === 'false',
    );
    const findings = [
      ...(hasTlsOnly ? [] : [`${id}: expected a statement that denies what comes without TLS`]),
      ...(at(properties, 'BucketEncryption') === undefined ? [`${id}: expected BucketEncryption, found none`] : []),
      ...publicAccess
        .filter((setting) => at(properties, 'PublicAccessBlockConfiguration', setting) !== true)
        .map((setting) => `${id}: expected ${setting}`),
    ];
    if (id === deploymentBucket) return findings;
    const rules = listOf(at(properties, 'LifecycleConfiguration', 'Rules'));
    const days = rules.map((rule) => Number(at(rule, 'ExpirationInDays'))).filter((count) => count > 0);
    return [
      ...findings,
      ...(toText(at(whole, 'DeletionPolicy') ?? '').startsWith('Retain') ? [] : [`${id}: is deleted with the stack`]),
      ...(days.length > 0 ? [] : [`${id}: expected objects to expire, found no rule`]),
      // Redrive 14 days, reload 30 days: what they need must still be there.
      ...days.filter((count) => count < 45).map((count) => `${id}: expected at least 45 days, found ${count}`),
      ...(rules.some((rule) => at(rule, 'AbortIncompleteMultipartUpload') !== undefined)
        ? []
        : [`${id}: expected unfinished uploads to be aborted`]),
    ];
  });

const tableSettings: readonly (readonly [path: readonly string[], expected: unknown])[] = [
  [['BillingMode'], 'PAY_PER_REQUEST'],
  [['TimeToLiveSpecification', 'AttributeName'], 'expiresAtEpochSeconds'],
  [['TimeToLiveSpecification', 'Enabled'], true],
  [['PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled'], true],
  [['SSESpecification', 'SSEEnabled'], true],
  [['DeletionProtectionEnabled'], true],
];

export const tablesAreKept: TemplateRule = (template) =>
  listResources(template, 'AWS::DynamoDB::Table').flatMap(({ id, properties, whole }) => [
    ...tableSettings
      .filter(([path, expected]) => at(properties, ...path) !== expected)
      .map(
        ([path, expected]) =>
          `${id}: expected ${path.join('.')} ${String(expected)}, found ${toText(at(properties, ...path))}`,
      ),
    ...['DeletionPolicy', 'UpdateReplacePolicy']
      .filter((policy) => !toText(at(whole, policy) ?? '').startsWith('Retain'))
      .map((policy) => `${id}: expected ${policy} Retain`),
    ...(at(properties, 'TableName') === undefined
      ? []
      : [`${id}: a named table that is retained blocks the next deployment`]),
  ]);
