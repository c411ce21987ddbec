import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { checkCustomers } from '../../../../tools/deploy/check-customers.ts';
import { describeFileName, maxStageLength } from '../../../../tools/deploy/customer-folder.ts';
import { createCustomersFolder, toCustomerText } from './customers-folder.ts';

const functions = readdirSync(fileURLToPath(new URL('../../../../functions/', import.meta.url)));

describe('describeFileName', () => {
  it.each(functions)('leaves room in 64 characters for the function %s', (name) => {
    const stage = 'a'.repeat(maxStageLength);
    expect(describeFileName(`${stage}.yml`)).toBeUndefined();
    expect(`acdhub-amazon-connector-${stage}-${name}`.length).toBeLessThanOrEqual(64);
  });

  it('refuses a stage of one character more', () => {
    expect(describeFileName(`${'a'.repeat(maxStageLength + 1)}.yml`)).toContain('(20 characters)');
  });
});

describe('checkCustomers', () => {
  it('reports every file that cannot be deployed, and passes over hidden ones', async () => {
    const { root, remove } = createCustomersFolder({
      'good.yml': toCustomerText(),
      'wrong.yml': toCustomerText({ acd: { name: 'other', version: '16.0.0' } }),
      'notes.txt': '',
      '.hidden': '',
    });
    try {
      const { stages, reports } = await checkCustomers(root);
      expect(stages).toEqual(['good', 'wrong']);
      expect(reports).toEqual([
        expect.stringContaining('customers/notes.txt: expected a file that ends in .yml'),
        expect.stringContaining('customers/wrong.yml holds a mistake'),
      ]);
    } finally {
      remove();
    }
  });
});
