import { bodyKind } from '@orderbridge/contracts/parse-form';
import { maskName, maskPhone, maskText, type PersonalData } from '../orders/mask.ts';

/**
 * A callback's body with what names a person hidden (R140): values under names of phones, people, addresses and payer
 * accounts, and mobile numbers in any other text. Whatever needs no hiding stays as it was received, to the letter.
 */
export function maskBody(
  { contentType, body }: { readonly contentType: string; readonly body: string },
  known?: PersonalData,
): string {
  const asJson = maskJsonText(body, textRule(known));
  if (asJson !== undefined) return asJson;
  return bodyKind(contentType === '' ? undefined : contentType) === 'form'
    ? body
        .split('&')
        .map((pair) => maskPair(pair, known))
        .join('&')
    : maskText(body, known);
}

/** The value of one decoded field, hidden as its name or its content demands. */
export const maskField = (name: string, value: string, known?: PersonalData): string =>
  maskValue(value, ruleOf(name) ?? textRule(known));

/** How a value is shown. */
type Rule = (value: string) => string;

const hideAll: Rule = (value) => (value === '' ? '' : '***');
const hidePhone: Rule = (value) => (/\d/.test(value) ? maskPhone(value) : hideAll(value));
const hideName: Rule = (value) => (value === '' ? '' : maskName(value));
const showAll: Rule = (value) => value;
const textRule =
  (known: PersonalData | undefined): Rule =>
  (value) =>
    maskText(value, known);

/** By name in lower case without separators; the first that fits rules, also for everything inside of it. */
const RULES: readonly (readonly [RegExp, Rule])[] = [
  // Digits of a signature are nobody's number.
  [/^sign(ature)?$/, showAll],
  [/phone|mobile|^tel|tel(no|number)?$/, hidePhone],
  [/addr/, hideAll],
  [/openid|unionid|logonid|payer|idcard|idno$|identity|email|(buyer|user|member)(user)?(id|account)$/, hideAll],
  [/(contact|consignee|receiver|recipient|buyer|user|customer|member|real|full)s?name$/, hideName],
  [/^(contact|consignee|receiver|recipient|linkman)$/, hideName],
];

function ruleOf(name: string): Rule | undefined {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return RULES.find(([names]) => names.test(plain))?.[1];
}

function maskPair(pair: string, known: PersonalData | undefined): string {
  const equals = pair.indexOf('=');
  const name = equals < 0 ? undefined : decoded(pair.slice(0, equals));
  const value = equals < 0 ? undefined : decoded(pair.slice(equals + 1));
  if (name === undefined || value === undefined) return maskText(pair, known);
  const masked = maskField(name, value, known);
  return masked === value ? pair : `${pair.slice(0, equals)}=${encodeURIComponent(masked)}`;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const maskValue = (value: string, rule: Rule): string => maskJsonText(value, rule) ?? rule(value);

/** Undefined when the text is no JSON object or list. */
function maskJsonText(text: string, rule: Rule): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const given: unknown = JSON.parse(text);
    const masked = JSON.stringify(maskJson(given, rule));
    return masked === JSON.stringify(given) ? text : masked;
  } catch {
    return undefined;
  }
}

function maskJson(value: unknown, rule: Rule): unknown {
  if (typeof value === 'string') return maskValue(value, rule);
  if (typeof value === 'number') {
    // A phone may also come as a number; any other number stays one.
    const masked = rule(String(value));
    return masked === String(value) ? value : masked;
  }
  if (Array.isArray(value)) return value.map((item) => maskJson(item, rule));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskJson(item, ruleOf(name) ?? rule)]));
}
