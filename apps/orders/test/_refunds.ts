import { setImmediate } from 'node:timers/promises';
import type { RefundNotice } from '@orderbridge/contracts/payment-callback';
import { applyCallbacks } from '../src/callbacks/apply-callbacks.ts';
import { payOutRefunds } from '../src/jobs/pay-out-refunds.ts';
import type {
  PaymentProvider,
  PaymentProviders,
  ProviderAnswer,
  RefundOrder,
} from '../src/payments/providers/provider.ts';
import { transact, type Cause } from '../src/transaction.ts';
import { applyRefundNotice } from '../src/payments/apply-refund-notice.ts';
import { lockRefund } from '../src/payments/lock-refund.ts';
import { type ordersApi, TOKEN } from './_api.ts';
import { anOrder, type ordersOnDatabase, paymentCallback } from './_orders.ts';

type App = Awaited<ReturnType<typeof ordersOnDatabase>>;

/** A paid order of two kettles, 200 yuan; answers its number. */
export async function paidOverHttp(api: Awaited<ReturnType<typeof ordersApi>>): Promise<string> {
  const storefront = { authorization: `Bearer ${TOKEN}` };
  const order = { ...anOrder(), lines: [{ productCode: 'LOCAL-KETTLE-01', quantity: 2 }] };
  const { orderNumber } = (await api.mutate('order.place', order, storefront)).body.result.data;
  const payment = (await api.mutate('payment.open', { orderNumber, method: 'generic' }, storefront)).body.result.data;
  await applyCallbacks(api.context, [paymentCallback(payment, {}, api.context.now())]);
  return orderNumber;
}

/**
 * How a call ends. `pay`, `accept` and `fail` are answered; `lose` pays and the answer is lost, `drop` never arrived and
 * nobody knows, `hang` pays and is silent until `release`, `break` is a client with a bug.
 */
export type Step = 'pay' | 'accept' | 'fail' | 'refuse' | 'not_sent' | 'lose' | 'drop' | 'hang' | 'break';

const WHY = { zh: '测试', en: 'test' };

/** A provider that does what its script says, and like a real one pays out each number at most once. */
export function scriptedProvider(script: Step[] = [], { slow = false }: { slow?: boolean } = {}) {
  const known = new Map<string, { news: RefundNotice['news']; amountFen: number }>();
  const sent: RefundOrder[] = [];
  const asked: RefundOrder[] = [];
  const silent: (() => void)[] = [];
  let questionsFail = false;
  let sentAfterPaid = 0;

  const notice = (refundNo: string): RefundNotice => {
    const { news, amountFen } = known.get(refundNo)!;
    return { refundNo, news, statusText: news.toUpperCase(), amountFen, providerRefundId: `provider-${refundNo}` };
  };
  const refund = async (order: RefundOrder): Promise<ProviderAnswer<RefundNotice>> => {
    sent.push(order);
    if (known.get(order.refundNo)?.news === 'succeeded') sentAfterPaid += 1;
    if (slow) for (let turn = 0; turn < 20; turn += 1) await setImmediate();
    const step = script.shift() ?? 'pay';
    const { refundNo, amountFen } = order;
    const become = (news: RefundNotice['news']) => {
      if (known.get(refundNo)?.news !== 'succeeded') known.set(refundNo, { news, amountFen });
      return { outcome: 'answered', value: notice(refundNo) } as const;
    };
    switch (step) {
      case 'pay':
        return become('succeeded');
      case 'accept':
        return become('processing');
      case 'fail':
        return become('failed');
      case 'refuse':
        return { outcome: 'refused', code: 'NOT_ENOUGH', reason: { zh: '余额不足', en: 'Not enough balance' } };
      case 'not_sent':
        return { outcome: 'not_sent', reason: WHY };
      case 'lose':
        become('succeeded');
        return { outcome: 'uncertain', reason: WHY };
      case 'drop':
        return { outcome: 'uncertain', reason: WHY };
      case 'hang':
        return new Promise((resolve) => {
          const answer = become('succeeded');
          silent.push(() => resolve(answer));
        });
      case 'break':
        throw new Error('a bug of the client');
    }
  };
  const never = () => Promise.reject(new Error('not a matter of refunds'));
  const provider: PaymentProvider = {
    name: 'generic',
    prepay: never,
    query: never,
    close: never,
    refund,
    queryRefund: async (order) => {
      asked.push(order);
      if (questionsFail) return { outcome: 'refused', code: 'NO_AUTH', reason: WHY };
      return { outcome: 'answered', value: known.has(order.refundNo) ? notice(order.refundNo) : 'not_found' };
    },
  };
  return {
    provider,
    providers: new Map([['generic', provider]]) as PaymentProviders,
    sent,
    asked,
    script,
    silent,
    refuseQuestions: (yes: boolean) => (questionsFail = yes),
    end: (refundNo: string, news: RefundNotice['news'], amountFen = known.get(refundNo)?.amountFen ?? 0) =>
      known.set(refundNo, { news, amountFen }),
    /** Calls for a number whose money had gone out. */
    get sentAfterPaid() {
      return sentAfterPaid;
    },
    stands: (refundNo: string) => known.get(refundNo)?.news,
    /** What reached buyers, in fen, each number once. */
    paidOutFen: () =>
      [...known.values()].filter(({ news }) => news === 'succeeded').reduce((sum, { amountFen }) => sum + amountFen, 0),
  };
}

const log = { info: () => {}, warn: () => {} };

/** What the job needs, on this database and with these providers. */
export const payOutContext = (app: App, { providers }: { providers: PaymentProviders }) => ({
  ...app.context,
  providers,
  log,
});

export const payOut = (app: App, providers: { providers: PaymentProviders }) =>
  payOutRefunds(payOutContext(app, providers));

/** A provider's word about a refund, as a callback brings it. */
export const hear = (app: App, id: string, notice: Partial<RefundNotice>, callbackId?: string) =>
  transact(app.context, async (tx) => {
    const { locked, refund } = await lockRefund(tx, id);
    const cause: Cause = { by: 'callback:generic', at: app.now, callbackId };
    return applyRefundNotice(
      tx,
      locked,
      refund,
      {
        refundNo: refund.refundNo,
        news: 'succeeded',
        statusText: (notice.news ?? 'succeeded').toUpperCase(),
        amountFen: refund.amountFen,
        providerRefundId: undefined,
        ...notice,
      },
      cause,
    );
  });
