// The folder customers/: which stages there are, and their files as text.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../functions/lib/domain/errors.ts';
import { parseCustomerText, type CustomerDocument } from './customer-document.ts';
import { findNearestWord } from './nearest-word.ts';

/** Names of functions have at most 64 characters, and this is the longest. */
const longestFunctionName = 'acdhub-amazon-connector-<stage>-enable-bucket-events';
export const maxStageLength = 64 - longestFunctionName.replace('<stage>', '').length;
const stagePattern = /^[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*$/;

const isCustomerFile = (fileName: string) => fileName.endsWith('.yml');
const toStage = (fileName: string) => fileName.replace(/\.yml$/, '');

/**
 * Names of the files in customers/, sorted; hidden ones left out.
 * @throws {ConfigError} when the folder cannot be read
 */
export async function listCustomerFiles(root: string): Promise<string[]> {
  try {
    return (await readdir(join(root, 'customers'))).filter((name) => !name.startsWith('.')).toSorted();
  } catch (error) {
    throw new ConfigError(`The folder customers/ cannot be read: ${String(error)}`, { cause: error });
  }
}

/** What is wrong with the name of a file in customers/; undefined when nothing is. */
export function describeFileName(fileName: string): string | undefined {
  const place = `customers/${fileName}`;
  if (!isCustomerFile(fileName))
    return `${place}: expected a file that ends in .yml; found ${fileName}. It is not read as it is: rename or remove it.`;
  const stage = toStage(fileName);
  if (stagePattern.test(stage) && stage.length <= maxStageLength) return undefined;
  return (
    `${place}: expected a stage of 1 to ${maxStageLength} lower-case letters, digits and single dashes, beginning with a letter; ` +
    `found ${JSON.stringify(stage)} (${stage.length} characters). It becomes part of the names of functions and queues.`
  );
}

/** @throws {ConfigError} when there is no such customer, with those there are; when the name cannot be one */
export function requireStage(stage: string, fileNames: readonly string[]): void {
  const fileName = `${stage}.yml`;
  if (!fileNames.includes(fileName)) {
    const stages = fileNames.filter(isCustomerFile).map(toStage);
    const nearest = findNearestWord(stage, stages);
    const misnamed = fileNames.find((name) => name.startsWith(`${stage}.`));
    throw new ConfigError(
      `--stage: expected one of ${stages.join(', ')} (the files in customers/); found ${stage}` +
        (misnamed === undefined ? '' : `; customers/${misnamed} must be named ${fileName}`) +
        (nearest === undefined ? '' : `; did you mean ${nearest}?`),
    );
  }
  const fault = describeFileName(fileName);
  if (fault !== undefined) throw new ConfigError(fault);
}

/** The customers' files as they stand, mistakes and all; files that do not end in .yml are passed over. */
export function readCustomerDocuments(root: string, fileNames: readonly string[]): Promise<CustomerDocument[]> {
  return Promise.all(
    fileNames.filter(isCustomerFile).map(async (fileName) => {
      const file = `customers/${fileName}`;
      return parseCustomerText(await readFile(join(root, file), 'utf8'), toStage(fileName), file);
    }),
  );
}
