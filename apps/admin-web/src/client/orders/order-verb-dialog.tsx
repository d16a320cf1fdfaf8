import { useQueryClient } from '@tanstack/react-query';
import { Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderRebuild, OrderView } from '@orderbridge/contracts/orders-api';
import { readYuan } from '@orderbridge/contracts/payment-callback';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { useFieldWords } from '../i18n/use-field-words.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { cancelEffects } from './cancel-effects.ts';
import { opensAwaiting } from './opened-refunds.ts';
import { RefundConsequence } from './refund-consequence.tsx';
import { type Recipient, RevealedRecipient } from './revealed-recipient.tsx';

/** What can be done with an order by filling in a few fields; paying, pushing and replaying have ways of their own. */
type OrderVerb = Exclude<OrderAction, 'openPayment' | 'push' | 'recordInvoice' | 'replayCallback'>;
type OrderAction = OrderView['allowedActions'][number]['action'];

type FieldName =
  | 'reason'
  | 'purpose'
  | 'note'
  | 'carrier'
  | 'trackingNo'
  | 'payableYuan'
  | 'refundYuan'
  | 'distributionTime'
  | 'installTime';
type Values = Partial<Record<FieldName, string>>;
type Result =
  | { kind: 'done'; message?: string; found?: number; awaitsApproval?: boolean }
  | { kind: 'recipient'; recipient: Recipient }
  | { kind: 'rebuild'; rebuild: OrderRebuild };
/** What stays on the screen until the viewer closes it. */
type Shown = Exclude<Result, { kind: 'done' }>;

const FIELDS: Record<OrderVerb, { ask: readonly FieldName[]; required: readonly FieldName[] }> = {
  adjustPrice: { ask: ['payableYuan', 'reason'], required: ['payableYuan', 'reason'] },
  reschedule: { ask: ['distributionTime', 'installTime'], required: [] },
  addNote: { ask: ['note'], required: ['note'] },
  ship: { ask: ['carrier', 'trackingNo'], required: [] },
  logistics: { ask: [], required: [] },
  deliveryImages: { ask: [], required: [] },
  complete: { ask: [], required: [] },
  cancel: { ask: ['reason'], required: ['reason'] },
  requestRefund: { ask: ['refundYuan', 'reason'], required: ['reason'] },
  withdrawRefund: { ask: ['reason'], required: ['reason'] },
  reveal: { ask: ['purpose'], required: ['purpose'] },
  rebuild: { ask: [], required: [] },
};

type OrderVerbDialogProps = { order: OrderView; verb: OrderVerb; onClose: () => void };

/** Says what the verb will do, asks what it needs, and shows the service's own words when it is refused. */
export function OrderVerbDialog({ order, verb, onClose }: OrderVerbDialogProps) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const queryClient = useQueryClient();
  const action = t(`action.${verb}`);
  const { refundableFen, secondPersonFromFen } = order;
  const sums = { amount: formatFen(refundableFen), from: formatFen(secondPersonFromFen ?? 0) };
  const effects = verb === 'cancel' ? cancelEffects(order).map((effect) => t(effect, sums)) : [t(EFFECTS[verb])];
  return (
    <ActDialog<Values>
      title={action}
      effects={effects}
      confirm={t('order.actionConfirm', { action })}
      danger={verb === 'cancel' || verb === 'requestRefund'}
      {...(verb === 'cancel' && { leave: t('order.doNotCancel') })}
      testId="verb"
      run={async (values) => {
        const answer = await callVerb(order, verb, values, staffText);
        await queryClient.invalidateQueries(ordersApi.order.pathFilter());
        if (answer.kind !== 'done') return { shown: <ResultView result={answer} onClose={onClose} /> };
        if (answer.found !== undefined)
          return t(verb === 'logistics' ? 'order.foundParcels' : 'order.foundPhotos', { count: answer.found });
        if (verb !== 'requestRefund') return answer.message ?? t('order.actionDone', { action });
        return t(answer.awaitsApproval ? 'order.refundAwaits' : 'order.refundAsked');
      }}
      onClose={onClose}
    >
      {FIELDS[verb].ask.map((name) => (
        <VerbField key={name} name={name} required={FIELDS[verb].required.includes(name)} order={order} />
      ))}
      {verb === 'requestRefund' && <RefundConsequence order={order} />}
    </ActDialog>
  );
}

const EFFECTS = {
  adjustPrice: 'order.effectAdjustPrice',
  reschedule: 'order.effectReschedule',
  addNote: 'order.effectAddNote',
  ship: 'order.effectShip',
  logistics: 'order.effectLogistics',
  deliveryImages: 'order.effectDeliveryImages',
  complete: 'order.effectComplete',
  requestRefund: 'order.effectRequestRefund',
  withdrawRefund: 'order.effectWithdrawRefund',
  reveal: 'order.effectReveal',
  rebuild: 'order.effectRebuild',
} as const satisfies Record<Exclude<OrderVerb, 'cancel'>, string>;

function VerbField({ name, required, order }: { name: FieldName; required: boolean; order: OrderView }) {
  const { t } = useTranslation();
  const labels: Record<FieldName, string> = {
    reason: t('order.actionReason'),
    purpose: t('order.purpose'),
    note: t('order.note'),
    carrier: t('order.carrier'),
    trackingNo: t('order.trackingNo'),
    payableYuan: t('order.newPayable'),
    refundYuan: t('order.refundAmount', { amount: formatFen(order.refundableFen) }),
    distributionTime: t('order.newDistributionTime'),
    installTime: t('order.newInstallTime'),
  };
  const isMoney = name === 'payableYuan' || name === 'refundYuan';
  return (
    <Form.Item
      name={name}
      label={labels[name]}
      rules={[
        ...(required ? [{ required: true, whitespace: true, message: t('order.missing') }] : []),
        ...(isMoney
          ? [{ validator: (_rule: unknown, text?: string) => checkYuan(text, t('order.amountInvalid')) }]
          : []),
      ]}
    >
      {name === 'note' ? (
        <Input.TextArea rows={3} maxLength={500} data-testid="verb-note" />
      ) : (
        <Input
          {...(name === 'distributionTime' || name === 'installTime' ? { type: 'datetime-local' } : {})}
          {...(isMoney ? { inputMode: 'decimal' as const } : {})}
          maxLength={200}
          data-testid={`verb-${name}`}
        />
      )}
    </Form.Item>
  );
}

async function checkYuan(text: string | undefined, message: string): Promise<void> {
  if (text && readYuan(text.trim()) === undefined) throw new Error(message);
}

async function callVerb(of: OrderView, verb: OrderVerb, given: Values, staffText: StaffText): Promise<Result> {
  const { orderNumber } = of;
  const { order } = ordersClient;
  const reason = given.reason?.trim() ?? '';
  switch (verb) {
    case 'adjustPrice':
      await order.adjustPrice.mutate({ orderNumber, payableFen: readYuan(given.payableYuan!.trim())!, reason });
      break;
    case 'logistics':
      return { kind: 'done', found: (await order.logistics.mutate({ orderNumber })).logisticsInfo.length };
    case 'deliveryImages':
      return { kind: 'done', found: (await order.deliveryImages.mutate({ orderNumber })).urls.length };
    case 'reschedule':
      await order.reschedule.mutate({
        orderNumber,
        ...(given.distributionTime && { distributionTime: beijingInstant(given.distributionTime) }),
        ...(given.installTime && { installTime: beijingInstant(given.installTime) }),
      });
      break;
    case 'addNote':
      await order.addNote.mutate({ orderNumber, note: given.note! });
      break;
    case 'ship':
      await order.ship.mutate({
        orderNumber,
        ...(given.carrier?.trim() && { carrier: given.carrier.trim() }),
        ...(given.trackingNo?.trim() && { trackingNo: given.trackingNo.trim() }),
      });
      break;
    case 'complete':
      await order.complete.mutate({ orderNumber });
      break;
    case 'cancel':
      return saidAs(await order.cancel.mutate({ orderNumber, reason }), staffText);
    case 'requestRefund': {
      const amountFen = given.refundYuan ? readYuan(given.refundYuan.trim()) : undefined;
      const asked = { orderNumber, reason, ...(amountFen !== undefined && { amountFen }) };
      const { refunds } = await order.requestRefund.mutate(asked);
      return { kind: 'done', awaitsApproval: opensAwaiting(of.refunds, refunds) };
    }
    case 'withdrawRefund':
      await order.withdrawRefund.mutate({ orderNumber, reason });
      break;
    case 'reveal':
      return {
        kind: 'recipient',
        recipient: await order.reveal.mutate({ orderNumber, purpose: given.purpose!.trim() }),
      };
    case 'rebuild':
      return { kind: 'rebuild', rebuild: await order.rebuild.query({ orderNumber }) };
  }
  return { kind: 'done' };
}

type StaffText = ReturnType<typeof useStaffText>;

/** What the service says when it is done, in the language of the page. */
function saidAs(
  { message, messageEn }: { message: string | null; messageEn: string | null },
  staffText: StaffText,
): Result {
  const said = staffText(message, messageEn);
  return { kind: 'done', ...(said && { message: said }) };
}

/** `2026-11-21T10:00` as the clock shows it in Beijing. */
const beijingInstant = (local: string): string => new Date(`${local}:00+08:00`).toISOString();

function ResultView({ result, onClose }: { result: Shown; onClose: () => void }) {
  if (result.kind === 'recipient') return <RevealedRecipient recipient={result.recipient} onHide={onClose} />;
  return <RebuildView rebuild={result.rebuild} />;
}

function RebuildView({ rebuild: { facts, matches, differences } }: { rebuild: OrderRebuild }) {
  const { t } = useTranslation();
  const words = useFieldWords();
  return (
    <div className="verb-result" data-testid="rebuild-result">
      <p>{matches ? t('order.rebuildMatches', { count: facts }) : t('order.rebuildDiffers', { count: facts })}</p>
      <ul>
        {differences.map(({ field, stored, rebuilt }) => (
          <li key={field} data-testid={`rebuild-difference-${field.replaceAll(' ', '-')}`}>
            {t('order.rebuildDifference', {
              field: words.name(field),
              stored: words.value(field, stored),
              rebuilt: words.value(field, rebuilt),
            })}
          </li>
        ))}
      </ul>
    </div>
  );
}
