import { formatHaierTime, type FormFields } from '@orderbridge/contracts/haier-callback';
import { bodyKind, parseFields, parseForm } from '@orderbridge/contracts/parse-form';
import type { SignatureVariant } from '@orderbridge/contracts/signature-report';

/** A form, or a flat JSON object, as it was posted. */
type Posted = {
  readonly fields: FormFields;
  /** The names under which the signature came, in whatever case. */
  readonly signatureNames: readonly string[];
  readonly text: string;
  readonly isForm: boolean;
};

/** Reads the fields of a body, and which of them is the signature; undefined when it cannot be read. */
export function readPosted(
  { body, contentType }: { body: string; contentType: string },
  signatureNames: readonly string[],
): Posted | undefined {
  const fields = parseFields(contentType === '' ? undefined : contentType, body);
  if (!fields) return undefined;
  const known = signatureNames.map((name) => name.toLowerCase());
  return {
    fields,
    signatureNames: Object.keys(fields).filter((name) => known.includes(name.toLowerCase())),
    text: body,
    isForm: bodyKind(contentType === '' ? undefined : contentType) === 'form',
  };
}

export const without = (fields: FormFields, names: readonly string[]): FormFields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

/** Of a body with many fields only so many are changed one by one. */
const ONE_BY_ONE_MAX = 24;

/**
 * The fields that a sender may have signed instead of those we read, by the mistake that leads there. `signed` are the
 * fields that our text is made of.
 */
export function fieldVariants(
  posted: Posted,
  signed: FormFields,
): readonly (readonly [SignatureVariant, () => readonly FormFields[]])[] {
  const { text, isForm, signatureNames } = posted;
  const ofForm = (form: string) => {
    const fields = isForm ? parseForm(form) : undefined;
    return fields ? [without(fields, signatureNames)] : [];
  };
  return [
    ['plus_literal', () => ofForm(text.replaceAll('+', '%2B'))],
    ['plus_blank', () => [changed(signed, (value) => value.replaceAll('+', ' '))]],
    [
      'escaped_values',
      () => [...ofForm(escapedTwice(text)), changed(signed, encodeURIComponent), changed(signed, formEscaped)],
    ],
    ['values_trimmed', () => [changed(signed, (value) => value.trim())]],
    ['blank_or_newline_added', () => oneByOne(signed, (value) => [' ', '\n', '\r\n'].map((end) => value + end))],
    [
      'blank_fields_left_out',
      () => [Object.fromEntries(Object.entries(signed).filter(([, value]) => value.trim() !== ''))],
    ],
    ['field_left_out', () => namesOf(signed).map((name) => without(signed, [name]))],
    ['time_format', () => oneByOne(signed, otherTimes)],
    ['json_rewritten', () => oneByOne(signed, otherJson)],
    ['number_rewritten', () => oneByOne(signed, otherNumbers)],
  ];
}

const namesOf = (fields: FormFields) => Object.keys(fields).slice(0, ONE_BY_ONE_MAX);

const changed = (fields: FormFields, change: (value: string) => string): FormFields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, change(value)]));

const oneByOne = (fields: FormFields, others: (value: string) => readonly string[]): FormFields[] =>
  namesOf(fields).flatMap((name) =>
    others(fields[name]!)
      .filter((value) => value !== fields[name])
      .map((value) => ({ ...fields, [name]: value })),
  );

/** So that decoding gives the escapes as they were sent. */
const escapedTwice = (form: string) => form.replaceAll('%', '%25').replaceAll('+', '%2B');

const formEscaped = (value: string) => new URLSearchParams({ v: value }).toString().slice(2);

/** The same instant in the other forms and zones that senders use; none when the value is no time. */
function otherTimes(value: string): string[] {
  const instants = instantsOf(value);
  return instants.flatMap((at) => {
    const utc = at.toISOString();
    const seconds = Math.floor(at.getTime() / 1_000);
    const china = formatHaierTime(at);
    const inUtc = utc.slice(0, 19).replaceAll(/\D/g, '');
    return [china, inUtc]
      .flatMap(written)
      .concat([utc, `${utc.slice(0, 19)}Z`, `${dashed(china, 'T')}+08:00`, String(seconds), String(at.getTime())]);
  });
}

const dashed = (digits: string, between: string) =>
  `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}${between}${digits.slice(8, 10)}:${digits.slice(10, 12)}:${digits.slice(12, 14)}`;

const written = (digits: string) => [digits, dashed(digits, ' '), dashed(digits, 'T')];

function instantsOf(value: string): Date[] {
  if (/^\d{10}$/.test(value)) return valid([new Date(Number(value) * 1_000)]);
  if (/^\d{13}$/.test(value)) return valid([new Date(Number(value))]);
  const plain = /^\d{14}$/.test(value) ? dashed(value, 'T') : value.replace(' ', 'T');
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(plain)) return valid([new Date(`${plain}+08:00`), new Date(`${plain}Z`)]);
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(plain) ? valid([new Date(plain)]) : [];
}

const valid = (dates: Date[]) => dates.filter((at) => !Number.isNaN(at.getTime()) && at.getUTCFullYear() < 10_000);

/** The same JSON as other libraries write it; none when the value is no object or list. */
function otherJson(value: string): string[] {
  if (!/^\s*[[{]/.test(value)) return [];
  let read: unknown;
  try {
    read = JSON.parse(value);
  } catch {
    return [];
  }
  const spaced = { comma: ', ', colon: ': ' };
  const dense = { comma: ',', colon: ':' };
  const texts = [dense, spaced].flatMap((style) => [false, true].map((sorted) => json(read, { ...style, sorted })));
  texts.push(JSON.stringify(read, undefined, 2), JSON.stringify(read, undefined, 4));
  return texts.flatMap((text) => [
    text,
    text.replaceAll('/', String.raw`\/`),
    text.replaceAll(/[^\u0000-\u007f]/g, (char) => String.raw`\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    text.replaceAll('"', '&quot;'),
  ]);
}

function json(value: unknown, style: { comma: string; colon: string; sorted: boolean }): string {
  if (Array.isArray(value)) return `[${value.map((item) => json(item, style)).join(style.comma)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value);
  if (style.sorted) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => JSON.stringify(name) + style.colon + json(item, style)).join(style.comma)}}`;
}

/** The same sum with other decimals, or in fen or yuan. */
function otherNumbers(value: string): string[] {
  if (!/^\d{1,12}(\.\d{1,4})?$/.test(value)) return [];
  const number = Number(value);
  return [number, number * 100, number / 100].flatMap((sum) => [String(sum), sum.toFixed(1), sum.toFixed(2)]);
}
