import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Tag } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { BulkPreflight, orderApi } from '@orderbridge/contracts/orders-api';
import type { z } from 'zod';
import { integrationsApi } from '../api/integrations-api.ts';
import { ordersApi, ordersClient } from '../api/orders-api.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActDialog } from '../layout/act-dialog.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { BulkPreflightCounts, BulkPreflightView } from './bulk-preflight-view.tsx';
import { HeldBackOrders } from './held-back-orders.tsx';

type Pushed = z.output<typeof orderApi.pushMany.output>;
type Held = BulkPreflight['orders'];
type BulkPushDialogProps = { orderNumbers: readonly string[]; onPushed: () => void; onClose: () => void };

/** Looks first at which of the orders can go and what they cost, pushes those, and says what became of each. */
export default function BulkPushDialog({ orderNumbers, onPushed, onClose }: BulkPushDialogProps) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  // What can go is a question of this moment.
  const preflight = useQuery(
    ordersApi.order.preflightMany.queryOptions({ orderNumbers: [...orderNumbers] }, { staleTime: 0, gcTime: 0 }),
  );
  const orders = preflight.data?.orders ?? [];
  const going = orders.flatMap(({ orderNumber, canPush }) => (canPush ? [orderNumber] : []));
  const held = orders.filter(({ canPush }) => !canPush);
  return (
    <ActDialog
      title={t('orderList.pushTitle')}
      effects={[t('orderList.pushOnlyReady'), t('orderList.pushBehind'), t('orderList.pushConfirmed')]}
      confirm={preflight.data ? t('orderList.pushConfirm', { count: going.length }) : t('orderList.pushTitle')}
      blocked={going.length === 0}
      width={640}
      testId="bulk-push"
      run={async () => {
        const pushed = await ordersClient.order.pushMany.mutate({ orderNumbers: going });
        onPushed();
        await Promise.all([
          queryClient.invalidateQueries(ordersApi.order.list.pathFilter()),
          queryClient.invalidateQueries(integrationsApi.job.pathFilter()),
        ]);
        return { shown: <PushedOrders pushed={pushed} held={held} /> };
      }}
      onClose={onClose}
    >
      <BulkPreflightCounts preflight={preflight.data} />
      <QueryView query={preflight}>{(data) => <BulkPreflightView preflight={data} />}</QueryView>
    </ActDialog>
  );
}

function PushedOrders({ pushed: { batchId, results }, held }: { pushed: Pushed; held: Held }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const heldId = useId();
  const accepted = results.filter((result) => result.accepted).length;
  const columns: RecordColumn<Pushed['results'][number]>[] = [
    {
      key: 'orderNumber',
      title: t('orders.orderNumber'),
      render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
    },
    {
      key: 'accepted',
      title: t('orderList.pushOutcome'),
      render: (result) =>
        result.accepted ? (
          <Tag color="green">{t('orderList.pushAccepted')}</Tag>
        ) : (
          <Tag color="red">{t('orderList.pushRefused')}</Tag>
        ),
    },
    { key: 'reason', title: t('order.reason'), render: ({ reason, reasonEn }) => staffText(reason, reasonEn) ?? '—' },
  ];
  return (
    <div className="bulk-result" data-testid="bulk-push-result">
      <Alert
        type={accepted === results.length ? 'success' : 'warning'}
        showIcon
        role="status"
        title={t('orderList.pushedCount', { accepted, refused: results.length - accepted })}
        {...(accepted > 0 && { action: <Link to={`/jobs?batchId=${batchId}`}>{t('orderList.pushProgress')}</Link> })}
      />
      <div className="bulk-results">
        <RecordTable
          label={t('orderList.pushTitle')}
          columns={columns}
          // What wants a look comes first.
          records={results.toSorted((a, b) => Number(a.accepted) - Number(b.accepted))}
          rowKey={({ orderNumber }) => orderNumber}
          testId={({ orderNumber }) => `bulk-push-row-${orderNumber}`}
          empty={t('common.none')}
        />
      </div>
      {held.length > 0 && (
        <section data-testid="bulk-push-held" aria-labelledby={heldId}>
          <p id={heldId} className="bulk-held">
            {t('orderList.pushHeld', { count: held.length })}
          </p>
          <HeldBackOrders orders={held} />
        </section>
      )}
    </div>
  );
}
