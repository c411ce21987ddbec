// The notification configuration of a bucket: one XML document, in which the entries of others stand.
import { ConfigError } from '../errors.ts';

const eventBridge = '<EventBridgeConfiguration></EventBridgeConfiguration>';

/**
 * The document with EventBridge switched on: the text of S3 as it stands and one element more, so that entries of a kind this
 * connector has never heard of stay what they are.
 * @throws {ConfigError} when the text is no notification configuration
 */
export function addEventBridge(document: string): string {
  const text = document.trimEnd();
  const closing = '</NotificationConfiguration>';
  if (text.endsWith(closing)) return `${text.slice(0, -closing.length)}${eventBridge}${closing}`;
  const empty = /<NotificationConfiguration\b[^<>]*\/>$/.exec(text)?.[0];
  if (empty !== undefined) {
    return `${text.slice(0, -empty.length)}${empty.slice(0, -'/>'.length)}>${eventBridge}${closing}`;
  }
  throw new ConfigError(
    `Expected S3 to answer with a NotificationConfiguration; found "${text.slice(0, 80)}". Nothing was changed. Switch Amazon EventBridge on by hand (S3 console, bucket, Properties, Event notifications) and set manageBucketEvents: false`,
  );
}
