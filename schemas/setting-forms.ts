// Forms that recur among settings: each says its values, its default and its meaning.
import Type from 'typebox';

/** No key but those named. */
export const closed = { additionalProperties: false } as const;
/** A text that is not blank. */
export const text = (description: string, preset?: string) =>
  Type.String({ pattern: '\\S', description, ...(preset === undefined ? {} : { default: preset }) });
/** One of a few words, the second argument being the default. */
export const oneOf = <const T extends string>(words: readonly T[], preset: NoInfer<T>, description: string) =>
  Type.Unsafe<T>(Type.Enum([...words], { type: 'string', default: preset, description }));
/** A whole number between two limits, both allowed, with its default. */
export const wholeNumber = (minimum: number, maximum: number, preset: number, description: string) =>
  Type.Integer({ minimum, maximum, default: preset, description });
