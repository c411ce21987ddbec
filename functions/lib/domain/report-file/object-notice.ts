// Which objects a message of the bucket speaks of, whatever form it has.
import { checkObjectCreatedEvent } from '../../../../schemas/checks/object-created-event.ts';
import { checkS3Notification } from '../../../../schemas/checks/s3-notification.ts';
import { StateInputError } from '../errors.ts';

export interface ObjectNotice {
  readonly bucket: string;
  readonly key: string;
}

function isFolderMarker(notice: ObjectNotice): boolean {
  return notice.key.endsWith('/');
}

/** S3 form-encodes the key of its own notifications: `+` is a space, `%3A` a colon. */
function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    return key;
  }
}

function isTestEvent(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'Event' in body && body.Event === 's3:TestEvent';
}

/**
 * Objects a message announces, in its order, folder markers left out; none for S3's test event and for deletions.
 * @throws {StateInputError} when the body is neither of EventBridge's nor of S3's form
 */
export function parseObjectNotices(messageBody: string): ObjectNotice[] {
  let body: unknown;
  try {
    body = JSON.parse(messageBody);
  } catch (error) {
    throw new StateInputError('The message is no JSON; expected an "Object Created" event of the bucket', {
      cause: error,
    });
  }
  if (isTestEvent(body)) return [];
  if (checkObjectCreatedEvent(body)) {
    const notice = { bucket: body.detail.bucket.name, key: body.detail.object.key };
    return isFolderMarker(notice) ? [] : [notice];
  }
  if (checkS3Notification(body)) {
    return body.Records.filter((record) => record.eventName.includes('ObjectCreated'))
      .map(({ s3 }) => ({ bucket: s3.bucket.name, key: decodeKey(s3.object.key) }))
      .filter((notice) => !isFolderMarker(notice));
  }
  throw new StateInputError(
    'The message is neither an EventBridge "Object Created" event nor an S3 notification; it is left on the queue and ends in its dead letter queue',
  );
}
