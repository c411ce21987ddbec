// `npm run check:customers`: checks every file in customers/ and prints every mistake.
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { checkCustomer } from './customer-check.ts';
import { describeFileName, listCustomerFiles, readCustomerDocuments } from './customer-folder.ts';

export interface CheckedCustomers {
  readonly stages: readonly string[];
  /** A report for each file that cannot be deployed, in order of the file names. */
  readonly reports: readonly string[];
}

/** @throws {ConfigError} when customers/ cannot be read */
export async function checkCustomers(root: string): Promise<CheckedCustomers> {
  const fileNames = await listCustomerFiles(root);
  const documents = await readCustomerDocuments(root, fileNames);
  const findReport = (stage: string) => {
    try {
      checkCustomer(stage, documents);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return [error.message];
      throw error;
    }
  };
  return {
    stages: documents.map(({ stage }) => stage),
    reports: [
      ...fileNames.flatMap((fileName) => describeFileName(fileName) ?? []),
      ...documents.flatMap(({ stage }) => findReport(stage)),
    ],
  };
}

if (import.meta.main) {
  const { stages, reports } = await checkCustomers(fileURLToPath(new URL('../../', import.meta.url)));
  if (reports.length === 0) console.log(`checked the customer files of ${stages.join(', ')}`);
  else console.error(reports.join('\n\n'));
  process.exitCode = reports.length === 0 ? 0 : 1;
}
