import { useMutation } from '@tanstack/react-query';
import { Alert, Tag } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Difference } from '@orderbridge/contracts/integrations-api';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import { Box } from '../layout/box.tsx';
import { FailureNotice } from '../layout/failure-notice.tsx';
import { RepairDifference } from '../reconcile/repair-difference.tsx';
import { useDifferenceSides } from '../reconcile/use-difference-sides.ts';
import { useSession } from '../session/session-guard.tsx';
import { HAIER_STATUS_COLORS } from './haier-status-tag.tsx';
import { ORDER_STATUS_COLORS } from './order-status-tag.tsx';
import { useOrderJobs } from './use-order-jobs.ts';

/** What we, YLH and the payment provider say of the order, side by side; where they disagree is asked on demand. */
export function OrderComparison({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { orderNumber } = order;
  const permitted = useSession().permissions.includes('reconcile.run');
  const check = useMutation(integrationsApi.reconcile.run.mutationOptions());
  const changes = order.timeline.length;
  const [askedAfter, setAskedAfter] = useState<number>();
  const start = () => {
    setAskedAfter(changes);
    check.mutate({ dryRun: true, orderNumber, limit: 1 });
  };
  // What was found before the order moved on is no longer true.
  const found = askedAfter === changes && !check.isPending ? check.data : undefined;
  const differences = found?.differences ?? [];
  return (
    <Box
      title={t('orderPage.comparison')}
      extra={
        <ActButton
          size="small"
          loading={check.isPending}
          refused={permitted ? null : t('orderPage.mayNotCompare')}
          testId="compare"
          onClick={start}
        >
          {t('orderPage.compare')}
        </ActButton>
      }
      testId="order-comparison"
    >
      <table
        className="comparison"
        aria-label={t('orderPage.comparison')}
        data-testid="comparison"
        data-differences={found?.differences.length}
      >
        <thead>
          <tr>
            <th scope="col">{t('reconcile.local')}</th>
            <th scope="col">{t('reconcile.ylh')}</th>
            <th scope="col">{t('reconcile.payment')}</th>
          </tr>
        </thead>
        <tbody>
          <tr data-testid="comparison-known">
            <td>
              <LocalSide order={order} />
            </td>
            <td>
              <PlatformSide order={order} />
            </td>
            <td>
              <MoneySide order={order} />
            </td>
          </tr>
          {differences.map((difference) => (
            <DifferenceRows key={difference.kind} difference={difference} onRepaired={check.reset} />
          ))}
        </tbody>
      </table>
      {check.error && <FailureNotice error={check.error} onRetry={start} />}
      {found && (found.ylhProblem !== null || differences.length === 0) && (
        <div className="comparison-notes">
          {found.ylhProblem !== null && (
            <Alert
              type="warning"
              showIcon
              title={t('reconcile.ylhAway', { why: staffText(found.ylhProblem, found.ylhProblemEn) })}
            />
          )}
          {differences.length === 0 && (
            <Alert
              type="success"
              showIcon
              title={found.checked > 0 ? t('orderPage.sidesAgree') : t('orderPage.nothingToCompare')}
            />
          )}
        </div>
      )}
    </Box>
  );
}

function DifferenceRows({ difference, onRepaired }: { difference: Difference; onRepaired: () => void }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { kind, detail, detailEn } = difference;
  const { local, ylh, payment } = useDifferenceSides()(difference);
  return (
    <>
      <tr className="comparison-said" data-testid={`comparison-${kind}`}>
        {[local, ylh, payment].map((said, side) => (
          <td key={side}>{said}</td>
        ))}
      </tr>
      <tr>
        <td colSpan={3}>
          <div className="comparison-difference">
            <Tag color="volcano">{t(`differenceKind.${kind}`)}</Tag>
            <span>{staffText(detail, detailEn)}</span>
            <RepairDifference difference={difference} onDone={onRepaired} />
          </div>
        </td>
      </tr>
    </>
  );
}

function LocalSide({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  return (
    <Said>
      <span className="tags">
        <Tag color={ORDER_STATUS_COLORS[order.status]}>{t(`orderStatus.${order.status}`)}</Tag>
        {order.hasHaierLines && (
          <Tag color={HAIER_STATUS_COLORS[order.haierStatus]}>{t(`haierStatus.${order.haierStatus}`)}</Tag>
        )}
      </span>
      {t('orderPage.due', { amount: formatFen(order.payableFen) })}
    </Said>
  );
}

/** What we know of the other side without asking it now. */
function PlatformSide({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  const { jobs } = useOrderJobs(order.orderNumber);
  const latest = jobs.data?.items[0];
  if (!order.hasHaierLines) return <span className="secondary">{t('order.noHaier')}</span>;
  return (
    <Said>
      {latest
        ? t('orderPage.lastRequest', { kind: t(`jobKind.${latest.kind}`), state: t(`jobState.${latest.state}`) })
        : t('orderPage.noRequest')}
      {order.haierOrderNo !== null && <span className="breakable">{order.haierOrderNo}</span>}
      {t('orderPage.parcelCount', { count: order.parcels.length })}
    </Said>
  );
}

function MoneySide({ order: { payments, refundedFen } }: { order: OrderView }) {
  const { t } = useTranslation();
  const paid = payments.filter(({ status }) => status === 'succeeded');
  const paidFen = paid.reduce((sum, { amountFen }) => sum + amountFen, 0);
  const methods = [...new Set(paid.map(({ method }) => t(`paymentMethod.${method}`)))];
  return (
    <Said>
      {paid.length === 0
        ? t('orderPage.nothingPaid')
        : t('orderPage.paidBy', { amount: formatFen(paidFen), methods: methods.join(', ') })}
      {refundedFen > 0 && t('orderPage.returned', { amount: formatFen(refundedFen) })}
    </Said>
  );
}

const Said = ({ children }: { children: ReactNode[] }) => (
  <ul className="said">{children.flatMap((line, index) => (line === false ? [] : [<li key={index}>{line}</li>]))}</ul>
);
