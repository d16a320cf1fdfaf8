import { z } from 'zod';

/** Ways in which a sender's signature is known to differ from what was agreed (features.md row 21). */
export const SIGNATURE_VARIANTS = [
  /** The signature itself: digits in the other case, blanks around it, a `+` of it that became a blank. */
  'digits_case',
  'signature_blanks',
  /** `+` in a value was signed as it stands, or as a blank. */
  'plus_literal',
  'plus_blank',
  'escaped_values',
  'values_trimmed',
  'blank_or_newline_added',
  'blank_fields_signed',
  'blank_fields_left_out',
  'field_left_out',
  'time_format',
  'key_case',
  'order_of_fields',
  'other_separators',
  'letters_not_lowered',
  'json_rewritten',
  'number_rewritten',
  'sign_type_signed',
  'whole_body_signed',
  'secret_once',
  'secret_blanks',
  'previous_secret',
  'other_secret',
  'other_hash',
  'timestamp_unit',
  'no_last_newline',
  'body_newline',
  'request_text',
  'other_serial',
] as const;
export const SignatureVariant = z.enum(SIGNATURE_VARIANTS);
export type SignatureVariant = z.infer<typeof SignatureVariant>;

/**
 * Why the signature of a stored callback is right or wrong. It never holds a secret, nor the signature that would have
 * been right: whoever reads it can sign nothing with it.
 */
export const SignatureReport = z.object({
  /** e.g. `MD5 · UTF-8 · 32 × 0-9A-F`, for readers of any language; null when nothing can be said about this provider or body. */
  algorithm: z.string().nullable(),
  /** The text that the signature is over, each secret as `******`; null when the body could not be read. */
  canonical: z.string().nullable(),
  /** The signature as it came; null when none did. */
  given: z.string().nullable(),
  /** Whether it is right under a secret that is valid now. */
  matches: z.boolean(),
  /** Known mistakes that were tried, and whether the signature is what each of them makes of it. */
  variantsTried: z.array(z.object({ name: SignatureVariant, matches: z.boolean() })),
  /** Why, for staff, in Chinese; `explanationEn` says the same in English. */
  explanation: z.string(),
  explanationEn: z.string(),
});
export type SignatureReport = z.infer<typeof SignatureReport>;
