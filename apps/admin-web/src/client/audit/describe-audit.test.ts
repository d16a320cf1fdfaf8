import type { AuditEntry } from '@orderbridge/contracts/audit-api';
import {
  AuditExport,
  CallbacksExport,
  EvidenceExport,
  ExceptionsExport,
  OrdersExport,
  PaymentsExport,
  RefundsExport,
} from '@orderbridge/contracts/exports-api';
import { formatFen } from '@orderbridge/contracts/money';
import { expect, test } from 'vitest';
import { en } from '../locales/en.ts';
import { zhCN } from '../locales/zh-CN.ts';
import { auditFacts, auditSummary, type Say, shortId, subjectAddress } from './describe-audit.ts';

const STATES = {
  order: 'orderStatus',
  payment: 'paymentStatus',
  refund: 'refundStatus',
  haier: 'haierStatus',
} as const;

const sayIn = (language: 'zh-CN' | 'en'): Say => {
  const texts = (language === 'en' ? en : zhCN) as unknown as Record<string, Record<string, string>>;
  const label: Say['label'] = (group, code, unknown = code) => texts[group]?.[code.replaceAll('.', '_')] ?? unknown;
  return {
    language,
    label,
    state: (machine, state) => label(STATES[machine], state),
    actor: (by) => by.replace('staff:', ''),
    money: formatFen,
    moment: (instant) => instant.slice(0, 10),
    yesNo: (yes) => (yes ? 'yes' : 'no'),
  };
};
const zh = sayIn('zh-CN');
const english = sayIn('en');

const entry = (action: string, detail: AuditEntry['detail'], more: Partial<AuditEntry> = {}): AuditEntry => ({
  id: '1',
  at: '2026-11-21T08:00:00.000Z',
  actor: 'staff:li',
  action,
  resourceType: 'order',
  resourceId: '20261121000001',
  detail,
  sealed: true,
  ...more,
});

test.each([
  [
    'a move',
    entry('order_status_changed', { orderNumber: 'A', from: 'paid', to: 'refunding', fact: 'refund_agreed' }),
    '已支付 → 退款中',
    'Paid → Refunding',
  ],
  [
    'a move of Haier’s status, whose entry is about the order',
    entry('haier_status_changed', { from: 'none', to: 'push_pending', fact: 'push_requested' }),
    '未推送 → 推送中',
    'Not pushed → Push pending',
  ],
  [
    'another price',
    entry('order_amended', { what: 'price', fromFen: 299_900, toFen: 250_000, reason: '老客户' }),
    '应付金额 · ¥2,999.00 → ¥2,500.00 · 老客户',
    'Amount due · ¥2,999.00 → ¥2,500.00 · 老客户',
  ],
  [
    'a refusal, in the language of the page',
    entry('admin_action_refused', {
      procedure: 'order.cancel',
      requestId: 'r',
      errorCode: 'SUPPLIER_API_ERROR',
      message: '推送易理货取消失败',
      messageEn: 'The cancellation could not be passed on to YLH',
    }),
    '取消订单 · 推送易理货取消失败',
    'cancel the order · The cancellation could not be passed on to YLH',
  ],
  [
    'a refusal of before it was told in English',
    entry('admin_action_refused', { procedure: 'order.ship', errorCode: 'INSUFFICIENT_STOCK', message: '库存不足' }),
    '发货 · 库存不足',
    `ship · ${en.error.INSUFFICIENT_STOCK}`,
  ],
  [
    'lines of an order',
    entry('order_created', { payableFen: 299_900, lines: [{ productCode: 'GA0SZC00U', quantity: 1 }] }),
    '¥2,999.00 · GA0SZC00U × 1',
    '¥2,999.00 · GA0SZC00U × 1',
  ],
  [
    'an account',
    entry('staff_changed', { from: { role: 'viewer', isActive: true }, to: { role: 'operator', isActive: true } }),
    `角色 ${zhCN.role.viewer}，启用 yes → 角色 ${zhCN.role.operator}，启用 yes`,
    `Role ${en.role.viewer}, Active yes → Role ${en.role.operator}, Active yes`,
  ],
  ['nothing besides', entry('user_logout', {}), '', ''],
])('%s in one line', (_name, told, inChinese, inEnglish) => {
  expect(auditSummary(told, zh)).toBe(inChinese);
  expect(auditSummary(told, english)).toBe(inEnglish);
});

test('what a sync brings and what was amended are words', () => {
  const synced = entry('sync_started', { type: 'products', parts: ['product', 'price', 'stock'], products: 'all' });
  expect(auditFacts(synced, zh).map(({ value }) => value)).toEqual([
    zhCN.syncType.products,
    '商品、价格、库存',
    '全部商品',
  ]);
  const learned = entry('order_amended', { what: 'haier_number', haierOrderNo: 'SO.1' });
  expect(auditFacts(learned, english).map(({ label, value }) => `${label}: ${value}`)).toEqual([
    'What: Haier order number',
    'Haier order number: SO.1',
  ]);
});

test('a detail that names a record leads to it, and nothing is told twice', () => {
  const facts = auditFacts(
    entry('refund_opened', { orderNumber: 'A/1', refundId: 'r-1', reason: '质量问题', reasonEn: 'quality' }),
    english,
  );
  expect(facts.map(({ name, to }) => [name, to])).toEqual([
    ['orderNumber', '/orders/A%2F1'],
    ['refundId', '/payments?tab=refunds&refund=r-1'],
    ['reason', undefined],
  ]);
  expect(facts.at(-1)!.value).toBe('quality');
});

test.each([
  ['order', 'A', '/orders/A'],
  ['payment', 'p', '/payments?payment=p'],
  ['refund', 'r', '/payments?tab=refunds&refund=r'],
  ['callback', 'c', '/callbacks?callback=c'],
  ['job', 'j', '/jobs?job=j'],
  ['sync', 's', '/syncs?run=s'],
  ['order', '-', undefined],
  ['never seen', 'x', undefined],
])('%s %s is shown at %s', (resourceType, resourceId, address) => {
  expect(subjectAddress(entry('x', {}, { resourceType, resourceId }))).toBe(address);
});

test('long ids are cut, names are not', () => {
  expect(shortId('0199a8b0-1234-7abc-8def-0123456789ab')).toBe('…456789ab');
  expect(shortId('LOCAL-KETTLE-01')).toBe('LOCAL-KETTLE-01');
});

const EXPORTS = {
  AuditExport,
  CallbacksExport,
  EvidenceExport,
  ExceptionsExport,
  OrdersExport,
  PaymentsExport,
  RefundsExport,
};

test.each(Object.entries(EXPORTS))('everything that %s can be narrowed down by has a name', (_name, { shape }) => {
  const names = Object.keys(shape).filter((name) => name !== 'lang' && name !== 'reveal');
  expect(names.filter((name) => !(name in zhCN.auditDetail) || !(name in en.auditDetail))).toEqual([]);
});

const exported = (what: string, filter: AuditEntry['detail']) =>
  entry('exported', { filter, rows: 3 }, { resourceType: 'export', resourceId: what });

test.each([
  ['orders', { status: ['paid'], haierStatus: ['confirmed'] }, `Status Paid, Haier status ${en.haierStatus.confirmed}`],
  ['payments', { status: ['succeeded'] }, `Status ${en.paymentStatus.succeeded}`],
  ['refunds', { status: ['failed'], toApprove: true }, `Status ${en.refundStatus.failed}, To be approved yes`],
  ['exceptions', { status: 'open', owner: null }, 'Status Open, Owner —'],
  ['callbacks', { provider: 'wechat' }, `Provider ${en.provider.wechat}`],
  ['audit', { action: 'order_cancelled', resourceType: 'order' }, 'Action Order cancelled, Kind of subject Order'],
])('the filter of an export of %s is told in the words of that list', (what, filter, words) => {
  expect(auditFacts(exported(what, filter), english)[0]).toMatchObject({ label: 'Filter', value: words });
});

test.each([
  ['exception', 'exception_resolved', { action: 'acknowledge' }, `Resolved by ${en.exceptionAction.acknowledge}`],
  ['refund', 'refund_retried', { status: 'failed' }, `Status ${en.refundStatus.failed}`],
  ['payment', 'payment_synced', { status: 'succeeded' }, `Status ${en.paymentStatus.succeeded}`],
  ['job', 'job_retried', { kind: 'push' }, `Kind ${en.jobKind.push}`],
  ['order', 'exported', { what: 'evidence', missing: ['photos', 'invoice'] }, 'Missing photos, invoice'],
])('a code of a %s in %s has the words of its kind', (resourceType, action, detail, words) => {
  const facts = auditFacts(entry(action, detail, { resourceType }), english);
  expect(facts.map(({ label, value }) => `${label} ${value}`)).toContain(words);
});
