import { describe, expect, it } from '@jest/globals';
import { addEventBridge } from '../../../../../functions/lib/domain/bucket-events/notification-document.ts';
import { ConfigError } from '../../../../../functions/lib/domain/errors.ts';

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const opening = '<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
const element = '<EventBridgeConfiguration></EventBridgeConfiguration>';

describe('addEventBridge', () => {
  it('puts its element behind the entries of others, which stay as they stand', () => {
    const others = '\n  <QueueConfiguration><Id>a</Id></QueueConfiguration>\n  <NewKind/>\n';
    expect(addEventBridge(`${declaration}${opening}${others}</NotificationConfiguration>`)).toBe(
      `${declaration}${opening}${others}${element}</NotificationConfiguration>`,
    );
  });

  it('opens an empty document, whatever its attributes', () => {
    const empty = (tag: string) => addEventBridge(`${declaration}${tag}`);
    const filled = (tag: string) => `${declaration}${tag}${element}</NotificationConfiguration>`;
    expect(empty('<NotificationConfiguration/>')).toBe(filled('<NotificationConfiguration>'));
    expect(empty('<NotificationConfiguration />')).toBe(filled('<NotificationConfiguration >'));
    expect(empty(opening.replace('>', '/>'))).toBe(filled(opening));
  });

  it('leaves white space behind the document out, not in front of it', () => {
    expect(addEventBridge(' <NotificationConfiguration></NotificationConfiguration>\n\n')).toBe(
      ` <NotificationConfiguration>${element}</NotificationConfiguration>`,
    );
  });

  it.each([
    ['', '""'],
    ['<Error><Code>SlowDown</Code></Error>', '"<Error><Code>SlowDown</Code></Error>"'],
    ['<NotificationConfigurations/>', '"<NotificationConfigurations/>"'],
    ['<NotificationConfiguration/><more>', '"<NotificationConfiguration/><more>"'],
    ['<NotificationConfiguration><a/>', '"<NotificationConfiguration><a/>"'],
    ['</NotificationConfiguration><more>', '"</NotificationConfiguration><more>"'],
    ['x'.repeat(100), `"${'x'.repeat(80)}"`],
  ])('changes nothing in %j, and says what to do instead', (document, found) => {
    expect(() => addEventBridge(document)).toThrow(ConfigError);
    expect(() => addEventBridge(document)).toThrow(
      `Expected S3 to answer with a NotificationConfiguration; found ${found}. Nothing was changed. Switch Amazon EventBridge on by hand`,
    );
  });
});
