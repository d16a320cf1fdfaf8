import fc from 'fast-check';
import { z } from 'zod';

/** Text that breaks parsers, stores and screens. */
const NASTY = [
  '',
  ' ',
  '\u0000',
  '\uFEFF',
  '\uD800',
  '%zz',
  '+',
  '__proto__',
  'constructor',
  "'; drop table orders; --",
  '<script>alert(1)</script>',
  '=cmd()',
  '../../etc/passwd',
  '\u202E1234',
  '9007199254740993',
  '1e400',
  'İ',
  'ς',
  '😀'.repeat(40),
  'x'.repeat(5_000),
  '-1',
  'null',
  'NaN',
] as const;

/** Any text, the nasty ones often. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
);

/** Any JSON value, with the numbers and depths that hurt. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  anyText,
  fc.constantFrom(2 ** 53, -(2 ** 63), 1e308, 0.1, -0, true, null, [], {}, [[[[[[[[]]]]]]]]),
);

type JsonSchema = {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  maxItems?: number;
  format?: string;
  minimum?: number;
  maximum?: number;
};

/** Words that exist in the demo, so that generated calls reach the verbs and not only the parsers. */
export type KnownWords = { readonly orderNumbers: readonly string[]; readonly ids: readonly string[] };

/** Inputs of a procedure: mostly of the right shape, sometimes with one part of another kind. */
export function inputOf(schema: z.ZodType, known: KnownWords): fc.Arbitrary<unknown> {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return fc.oneof(
    { weight: 6, arbitrary: fitting(json, 'input', known) },
    { weight: 3, arbitrary: almostFitting(json, known) },
    { weight: 1, arbitrary: anyJson },
  );
}

function fitting(schema: JsonSchema, name: string, known: KnownWords): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const options = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (options) return fc.oneof(...options.map((option) => fitting(option, name, known)));
  switch (schema.type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? {}).map(
        ([key, value]) => [key, fitting(value, key, known)] as const,
      );
      return fc.record(Object.fromEntries(entries), {
        requiredKeys: schema.required?.filter((key) => schema.properties?.[key]) ?? [],
      });
    }
    case 'array':
      return fc.array(fitting(schema.items ?? {}, name, known), { maxLength: Math.min(schema.maxItems ?? 3, 3) });
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? 0, 0),
        max: Math.min(schema.maximum ?? 1_000_000, 1_000_000),
      });
    case 'number':
      return fc.double({ noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return textFor(schema, name, known);
    default:
      return anyJson;
  }
}

function textFor({ format }: JsonSchema, name: string, { orderNumbers, ids }: KnownWords): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.oneof(fc.uuid(), fc.constantFrom(...ids));
  if (format === 'date-time')
    return fc
      .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  if (name === 'orderNumber') return fc.oneof(fc.constantFrom(...orderNumbers), anyText);
  return fc.oneof(fc.stringMatching(/^[a-zA-Z0-9 ]{1,20}$/), anyText);
}

/** One field gets something else, is left out, or an unknown one is added. */
function almostFitting(schema: JsonSchema, known: KnownWords): fc.Arbitrary<unknown> {
  const names = [...Object.keys(schema.properties ?? {}), 'unknown', '__proto__'];
  return fc
    .tuple(fitting(schema, 'input', known), fc.constantFrom(...names), fc.option(anyJson))
    .map(([input, name, value]) => {
      if (typeof input !== 'object' || input === null) return value;
      const changed: Record<string, unknown> = { ...input };
      if (value === null) delete changed[name];
      else Object.defineProperty(changed, name, { value, enumerable: true });
      return changed;
    });
}
