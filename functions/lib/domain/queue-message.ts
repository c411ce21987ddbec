// The text of a message to a queue.

/** JSON as SQS takes it: two characters it refuses as they are stand escaped, and mean the same. */
export function toQueueMessage(content: object): string {
  return JSON.stringify(content).replace(
    /[\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );
}
