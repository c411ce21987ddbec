// Every customer file, packaged as `serverless deploy` would, and looked at as CloudFormation and an auditor would.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import validator from '@aws/cloudformation-validate';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mapConcurrently } from '../../functions/lib/io/concurrency.ts';
import { readCustomerFacts } from '../../tools/deploy/template-rules/customer-facts.ts';
import { createTemplateRules } from '../../tools/deploy/template-rules/rules.ts';
import { at, listResources, toText } from '../../tools/deploy/template-rules/template.ts';
import { TemplateEditor } from './mutations/mutation.ts';
import { rightsMutations } from './mutations/rights.ts';
import { storeMutations } from './mutations/stores.ts';
import { structureMutations } from './mutations/structure.ts';
import { copySources, listCustomerFiles, packageCustomer, root, type PackagedCustomer } from './packaged-customers.ts';

const customers = listCustomerFiles();
const stages = customers.map(({ stage }) => stage);
const facts = new Map(customers.map(({ stage, path }) => [stage, readCustomerFacts(path, readFileSync(path, 'utf8'))]));
const rules = createTemplateRules(root);
const mutations = [...structureMutations, ...rightsMutations, ...storeMutations];
/** With a VPC and alarms: there a mistake can be made in everything. */
const fullest = stages.find(
  (stage) => facts.get(stage)!.alarmEmails.length > 1 && facts.get(stage)!.managesBucketEvents,
)!;

let folder: string;
const packages = new Map<string, PackagedCustomer>();
let packagedAgain: PackagedCustomer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'acdhub-packages-'));
  const sources = join(folder, 'sources');
  await copySources(sources);
  const [first] = customers;
  const folders = [
    ...customers.map((customer) => ({ customer, name: customer.stage })),
    { customer: first!, name: 'again' },
  ];
  const packaged = await mapConcurrently(folders, 2, ({ customer, name }) =>
    packageCustomer(customer, sources, join(folder, `of-${name}`)),
  );
  packagedAgain = packaged.at(-1)!;
  for (const each of packaged.slice(0, -1)) packages.set(each.stage, each);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Warnings that stay, by their rule, with the reason. */
const acceptedWarnings: Readonly<Record<string, string>> = {
  W3005: 'osls names the role of a function a second time, in DependsOn',
  W9002: 'the stream is the customer’s: its ARN is a literal of the customer file',
  W9013: 'the stream is the customer’s: its ARN is a literal of the customer file',
};

describe.each(stages)('the package of %s', (stage) => {
  it.each(Object.entries(rules))('keeps the rule: %s', (_, rule) => {
    expect(rule(packages.get(stage)!.template, facts.get(stage)!)).toEqual([]);
  });

  it('is accepted by AWS’s own validator', () => {
    const engine = new validator.CelEngine();
    const file = new validator.TemplateFile(packages.get(stage)!.templateFile);
    const { diagnostics } = engine.validateStandard(file, { severityLevel: 'WARN' });
    engine.free();
    expect(
      diagnostics
        .filter(({ ruleId }) => acceptedWarnings[ruleId] === undefined)
        .map(({ ruleId, entity, propertyPath, message }) =>
          [ruleId, entity?.logicalId, propertyPath, message].join(' '),
        ),
    ).toEqual([]);
  }, 120_000);
});

describe('every mistake is noticed:', () => {
  it.each(mutations)('$mistake', ({ rule, says, make }) => {
    const customer = facts.get(fullest)!;
    const template = structuredClone(packages.get(fullest)!.template);
    expect(rules[rule]!(template, customer)).toEqual([]);
    make(new TemplateEditor(template), customer);
    expect(rules[rule]!(template, customer).join('\n')).toMatch(says);
  });

  it('there is a mistake for every rule', () => {
    expect([...new Set(mutations.map(({ rule }) => rule))].toSorted()).toEqual(Object.keys(rules).toSorted());
  });

  it('a customer without a VPC or alarms who gets them after all', () => {
    const withLess = { ...facts.get(fullest)!, subnetIds: [], alarmEmails: [] };
    const { template } = packages.get(fullest)!;
    const found = Object.values(rules).flatMap((rule) => rule(template, withLess));
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringContaining('deliver-batch: expected the subnets of no VPC'),
        'HubSecurityGroup: this customer has no VPC',
        'WatchSilentAlarm: this customer has no alarms',
      ]),
    );
  });
});

describe('packaging the same customer twice', () => {
  it('makes the same zips, byte for byte, so that a deployment changes what was changed', () => {
    expect(packagedAgain.zipDigests).toEqual(packages.get(stages[0]!)!.zipDigests);
  });

  it('makes the same template, but for the folder of the upload', () => {
    const withoutFolder = ({ template }: PackagedCustomer) =>
      JSON.stringify(template).replaceAll(/serverless\/[^"]*\/(?=[\w-]+\.zip")/g, '');
    expect(withoutFolder(packagedAgain)).toBe(withoutFolder(packages.get(stages[0]!)!));
  });
});

describe.each(stages)('the zips of %s', (stage) => {
  it('hold the function’s own files and the settings, nothing else', () => {
    const { zipPaths } = packages.get(stage)!;
    const foreign = Object.entries(zipPaths).flatMap(([zip, paths]) => {
      const own = `functions/${zip.replace(/\.zip$/, '')}/handler.`;
      return paths.filter((path) => !path.startsWith(own) && path !== `.build/${stage}/settings.json`);
    });
    expect(foreign).toEqual([]);
  });

  it('hold the settings where the function looks for them', () => {
    const { template, zipPaths } = packages.get(stage)!;
    const expected = listResources(template, 'AWS::Lambda::Function').map(({ properties }) => [
      basename(toText(at(properties, 'Code', 'S3Key'))),
      at(properties, 'Environment', 'Variables', 'CONNECTOR_SETTINGS_FILE') ?? null,
    ]);
    const found = Object.entries(zipPaths).map(([zip, paths]) => [
      zip,
      paths.find((path) => path.endsWith('settings.json')) ?? null,
    ]);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });
});

// Not in npm: tried where it is installed. The title tells which of the two it was.
const cfnLint = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' });
const isInstalled = cfnLint.status === 0;

describe(isInstalled ? `cfn-lint ${cfnLint.stdout.trim()}` : 'cfn-lint, which is not installed here,', () => {
  it.each(stages)(
    isInstalled ? 'finds nothing in the template of %s' : 'was not asked about the template of %s',
    (stage) => {
      if (!isInstalled) return;
      const { templateFile } = packages.get(stage)!;
      const { stdout } = spawnSync(
        'cfn-lint',
        ['--ignore-checks', ...Object.keys(acceptedWarnings), '--', templateFile],
        {
          encoding: 'utf8',
        },
      );
      expect(stdout).toBe('');
    },
    120_000,
  );
});
