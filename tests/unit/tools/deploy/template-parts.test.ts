import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { explainQuarantine } from '../../../../functions/lib/domain/report-file/quarantine-cause.ts';
import { absent } from '../../../../tools/deploy/absent-parts.ts';
import { loadCustomer } from '../../../../tools/deploy/customer.ts';
import { readQuarantineErrors, toTemplateParts } from '../../../../tools/deploy/template-parts.ts';

const withAll = await loadCustomer('larkfield-bank');
const withLeast = await loadCustomer('harbour-travel');
const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('toTemplateParts', () => {
  it('leaves the network, its rights, the keys and the reserved concurrency out for a customer without them', () => {
    const parts = toTemplateParts(withLeast, []);
    expect(parts.network).toEqual({ Resources: {} });
    const { joinVpc, decryptSourceObjects, decryptStream, decryptHubSecret, deliverConcurrency } = parts;
    expect([joinVpc, decryptSourceObjects, decryptStream, decryptHubSecret, deliverConcurrency]).toEqual(
      Array.from({ length: 5 }, () => absent),
    );
  });

  it('lets a key be used only through the service that holds the data', () => {
    const parts = toTemplateParts({ ...withAll, HubSecretKmsKeyArn: keyArn }, []);
    expect(parts.decryptHubSecret).toEqual({
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: keyArn,
      Condition: {
        StringEquals: { 'kms:ViaService': { 'Fn::Sub': 'secretsmanager.${AWS::Region}.${AWS::URLSuffix}' } },
      },
    });
    expect(parts.decryptSourceObjects).toMatchObject({ Resource: withAll.BucketKmsKeyArn });
    expect(parts.decryptStream).toMatchObject({ Resource: withAll.StreamKmsKeyArn });
  });

  it.each([
    { allowDns: false, ports: ['tcp 443-443'] },
    { allowDns: true, ports: ['tcp 443-443', 'udp 53-53', 'tcp 53-53'] },
  ])('lets the functions in the VPC out to $ports with allowDns $allowDns, and nobody in', ({ allowDns, ports }) => {
    const { network } = toTemplateParts({ ...withAll, network: { allowDns } }, []);
    const { HubSecurityGroup } = network.Resources as Record<string, { Properties: Record<string, unknown> }>;
    const egress = HubSecurityGroup!.Properties['SecurityGroupEgress'] as Record<string, string | number>[];
    expect(egress.map((rule) => `${rule['IpProtocol']!} ${rule['FromPort']!}-${rule['ToPort']!}`)).toEqual(ports);
    expect(HubSecurityGroup!.Properties).toMatchObject({ VpcId: withAll.VpcId });
    expect(HubSecurityGroup!.Properties).not.toHaveProperty('SecurityGroupIngress');
  });

  it('says in text whether the bucket events are managed', () => {
    expect(toTemplateParts({ ...withAll, manageBucketEvents: false }, []).manageBucketEvents).toBe('false');
    expect(toTemplateParts(withAll, []).manageBucketEvents).toBe('true');
  });

  it('may change the notifications of a bucket only where it manages them', () => {
    expect(toTemplateParts(withAll, []).switchBucketEventsOn).toMatchObject({
      Action: ['s3:GetBucketNotification', 's3:PutBucketNotification'],
      Resource: withAll.derived.sourceBucketArn,
    });
    expect(toTemplateParts({ ...withAll, manageBucketEvents: false }, []).switchBucketEventsOn).toEqual(absent);
  });
});

describe('readQuarantineErrors', () => {
  it('lists every error the state machine catches, each once, and nothing it only retries', async () => {
    const errors = await readQuarantineErrors();
    const definition = await readFile('statemachines/report-ingest.asl.yml', 'utf8');
    expect(errors).toEqual([...new Set(errors)].toSorted());
    expect(errors).toContain('UnknownReportKindError');
    expect(errors).toContain('HubRejectedError');
    expect(errors.filter((name) => !definition.includes(name))).toEqual([]);
    expect(errors).not.toContain('HubUnavailableError');
  });

  it('is told from a failed step by a cause in plain text, which the Fail state of a quarantined file always has', async () => {
    const cause = JSON.stringify({ errorType: 'ReportHeaderError', errorMessage: 'The column Queue is missing' });
    for (const name of await readQuarantineErrors()) {
      expect(explainQuarantine({ Error: name, Cause: cause }).cause).toMatch(/^[^{]/);
    }
  });
});
