/**
 * A sentence for staff in both languages of the admin web, born together so that neither can be forgotten. Code carries
 * this one value; columns and the API hold it as two fields: `detail` is the Chinese one, `detailEn` the English one.
 */
export type Text = { readonly zh: string; readonly en: string };

/** What a person or the platform wrote, which nobody translates. */
export const asWritten = (text: string): Text => ({ zh: text, en: text });
