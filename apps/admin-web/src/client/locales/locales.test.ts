import { InventoryEntry } from '@orderbridge/contracts/catalogue-api';
import { CALLBACK_OUTCOMES, CALLBACK_PROVIDERS } from '@orderbridge/contracts/callback-envelope';
import { ERROR_CODES } from '@orderbridge/contracts/error-codes';
import { EXCEPTION_ACTIONS, EXCEPTION_KINDS } from '@orderbridge/contracts/exceptions-api';
import { HAIER_METHODS } from '@orderbridge/contracts/haier-callback';
import { PreflightCheck } from '@orderbridge/contracts/internal-calls';
import {
  DIFFERENCE_KINDS,
  JOB_KINDS,
  JOB_STATES,
  SYNC_STATUSES,
  SYNC_TYPES,
} from '@orderbridge/contracts/integrations-api';
import {
  BREAKERS,
  INVARIANT_NAMES,
  INVARIANT_PARTS,
  RATE_NAMES,
  RATE_STATES,
} from '@orderbridge/contracts/overview-api';
import {
  AMENDMENT_FACTS,
  HaierStatus,
  OrderOccurrence,
  OrderStatus,
  PAYMENT_METHODS,
  PaymentStatus,
  RefundStatus,
} from '@orderbridge/contracts/orders-api';
import { PAYMENT_STATUS_WORDS, REFUND_STATUS_WORDS } from '@orderbridge/contracts/payment-callback';
import { SIGNATURE_VARIANTS } from '@orderbridge/contracts/signature-report';
import { STAFF_ROLES } from '@orderbridge/contracts/permissions';
import { describe, expect, test } from 'vitest';
import { readableCode } from '../i18n/use-labels.ts';
import { TIMELINE_KINDS } from '../orders/timeline-items.ts';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

const texts = { 'zh-CN': textsByKey(zhCN), en: textsByKey(en) };

test('both languages have the same keys, and no text is empty', () => {
  expect([...texts.en.keys()].toSorted(byText)).toEqual([...texts['zh-CN'].keys()].toSorted(byText));
  for (const entries of Object.values(texts)) {
    expect([...entries].filter(([, text]) => text.trim() === '')).toEqual([]);
  }
});

test('a text has the same values to fill in, in both languages', () => {
  const blanks = (text: string | undefined) =>
    [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!).toSorted(byText);
  for (const [key, text] of texts.en) {
    // The zone and the count may stand at another place in the sentence, but they stand there.
    expect([key, blanks(text)]).toEqual([key, blanks(texts['zh-CN'].get(key))]);
  }
});

test('no English text is left in Chinese', () => {
  const chinese = [...texts.en].filter(([, text]) => /[\u4e00-\u9fff]/.test(text)).map(([key]) => key);
  // The switch speaks the language it leads to.
  expect(chinese).toEqual(['language.switch', 'language.short']);
});

test('every key that the sources name exists, and every text is named somewhere', () => {
  const sources = Object.values(
    import.meta.glob<string>(['../**/*.{ts,tsx}', '!../**/*.test.ts', '!./**'], {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  ).join('\n');
  const named = [...sources.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(([, key]) => key!);
  expect(named.filter((key) => !texts['zh-CN'].has(key))).toEqual([]);

  const known = new Set(sources.match(/(?<=')[\w.]+(?=')/g));
  const computed = new Set(
    [...sources.matchAll(/`([a-zA-Z]+)\.\$\{/g), ...sources.matchAll(/(?:label\(|: )'([a-zA-Z]+)'/g)].map(
      ([, group]) => group!,
    ),
  );
  const idle = [...texts['zh-CN'].keys()].filter((key) => !known.has(key) && !computed.has(key.split('.')[0]!));
  expect(idle).toEqual([]);
});

// Facts are free text in the contract, so the tables themselves are asked for theirs.
const tables = import.meta.glob<Record<string, unknown>>('/packages/state-machine/src/*-transitions.ts', {
  eager: true,
});
const facts = Object.values(tables).flatMap((table) =>
  Object.entries(table).flatMap(([name, list]) => (name.endsWith('_FACTS') ? (list as string[]) : [])),
);

describe.each([
  ['orderStatus', OrderStatus.options],
  ['haierStatus', HaierStatus.options],
  ['haierStatusHint', HaierStatus.options],
  ['paymentStatus', PaymentStatus.options],
  ['refundStatus', RefundStatus.options],
  ['fact', [...facts, ...AMENDMENT_FACTS]],
  ['exceptionKind', EXCEPTION_KINDS],
  ['exceptionAction', EXCEPTION_ACTIONS],
  ['signatureVariant', SIGNATURE_VARIANTS],
  ['exceptionEffect', EXCEPTION_ACTIONS],
  ['outcome', CALLBACK_OUTCOMES],
  ['provider', CALLBACK_PROVIDERS],
  ['method', HAIER_METHODS.map((method) => method.replaceAll('.', '_'))],
  ['paymentMethod', PAYMENT_METHODS],
  ['error', ERROR_CODES],
  ['role', STAFF_ROLES],
  ['rate', RATE_NAMES],
  ['rateState', RATE_STATES],
  ['invariant', INVARIANT_NAMES],
  ['invariantPart', INVARIANT_PARTS],
  ['breaker', BREAKERS],
  ['preflightCheck', PreflightCheck.shape.check.options],
  ['preflightResult', PreflightCheck.shape.result.options],
  ['timelineKind', TIMELINE_KINDS],
  ['occurrence', OrderOccurrence.options.map(({ shape }) => shape.kind.value)],
  ['providerStatus', [...Object.keys(PAYMENT_STATUS_WORDS), ...Object.keys(REFUND_STATUS_WORDS)]],
  ['inventoryChange', InventoryEntry.shape.changeType.options],
  ['syncType', SYNC_TYPES],
  ['syncStatus', SYNC_STATUSES],
  ['jobKind', JOB_KINDS],
  ['jobState', JOB_STATES],
  ['differenceKind', DIFFERENCE_KINDS],
] as const)('%s', (group, codes) => {
  test.each(['zh-CN', 'en'] as const)('has a text for every code in %s', (language) => {
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !texts[language].has(`${group}.${code}`))).toEqual([]);
  });
});

test.each([
  ['never_seen_kind', 'never seen kind'],
  ['hmm.scm_heorder.resend', 'hmm scm heorder resend'],
  ['', '—'],
])('a code without a text, %o, is shown as %o', (code, shown) => {
  expect(readableCode(code)).toBe(shown);
});

const byText = (a: string, b: string) => a.localeCompare(b);

function textsByKey(tree: object, path = ''): Map<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[path + key, value] as const] : [...textsByKey(value as object, `${path}${key}.`)],
    ),
  );
}
