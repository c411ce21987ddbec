// How the bucket tells us of a new object: EventBridge's "Object Created" and S3's own notification.
import Type from 'typebox';

export const objectCreatedEventSchema = Type.Object({
  'detail-type': Type.Literal('Object Created'),
  detail: Type.Object({
    bucket: Type.Object({ name: Type.String({ pattern: '\\S' }) }),
    /** EventBridge carries the key as it is, not form-encoded. */
    object: Type.Object({ key: Type.String({ pattern: '[\\s\\S]' }) }),
  }),
});

/** EventBridge's event of a new object, without the fields nobody reads. */
export type ObjectCreatedEvent = Type.Static<typeof objectCreatedEventSchema>;

export const s3NotificationSchema = Type.Object({
  Records: Type.Array(
    Type.Object({
      eventName: Type.String(),
      s3: Type.Object({
        bucket: Type.Object({ name: Type.String({ pattern: '\\S' }) }),
        /** Form-encoded: `+` is a space, `%3A` a colon. */
        object: Type.Object({ key: Type.String({ pattern: '[\\s\\S]' }) }),
      }),
    }),
  ),
});

/** S3's own notification; may hold several records. */
export type S3Notification = Type.Static<typeof s3NotificationSchema>;
