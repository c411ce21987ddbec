// All checks of one customer file together, and their report.
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { listContradictions } from '../../functions/lib/runtime/settings.ts';
import type { CustomerFile } from '../../schemas/customer.ts';
import type { CustomerDocument, CustomerFinding } from './customer-document.ts';
import { checkCustomerRules, checkOtherCustomers } from './customer-rules.ts';
import { checkCustomerShape } from './customer-shape.ts';

/** One line a mistake, in order of the file; what is missing stands last. */
function describeFindings(document: CustomerDocument, findings: readonly CustomerFinding[]): string {
  const mistakes = findings
    .map(({ path, message, line = document.findLine(path) }) => ({
      line,
      text: path.length === 0 ? message : `${path.join('.')}: ${message}`,
    }))
    .toSorted((one, other) => (one.line ?? Number.MAX_VALUE) - (other.line ?? Number.MAX_VALUE))
    .map(({ line, text }) => `  - ${line === undefined ? '' : `line ${line}, `}${text}`);
  return [
    `${document.file} holds ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:`,
    ...mistakes,
    'Every setting with its values: docs/configuration.md',
  ].join('\n');
}

/**
 * The stage's file with every default filled in.
 * @param documents all files of customers/, this one among them: no two may deliver to the same place
 * @throws {ConfigError} listing every mistake
 */
export function checkCustomer(stage: string, documents: readonly CustomerDocument[]): CustomerFile {
  const document = documents.find((one) => one.stage === stage);
  if (document === undefined) throw new ConfigError(`There is no file customers/${stage}.yml`);
  // What follows in a file that is no valid YAML is guesswork.
  if (document.syntaxFindings.length > 0) throw new ConfigError(describeFindings(document, document.syntaxFindings));
  const { file, values, findings } = checkCustomerShape(document.values);
  const wrongPlaces = new Set(findings.map(({ path }) => path.join('.')));
  const contradictions: CustomerFinding[] = [
    ...checkCustomerRules(values),
    ...checkOtherCustomers(
      values,
      documents.filter((one) => one !== document),
    ),
    ...(file === undefined ? [] : listContradictions(file)).map((message) => ({ path: [], message })),
  ];
  const mistakes = [...findings, ...contradictions.filter(({ path }) => !wrongPlaces.has(path.join('.')))];
  if (file === undefined || mistakes.length > 0) throw new ConfigError(describeFindings(document, mistakes));
  return file;
}
