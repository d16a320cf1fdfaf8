import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { BulkPreflight } from '@orderbridge/contracts/orders-api';
import { formatFen } from '../format/money.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';

type Order = BulkPreflight['orders'][number];

/** Before a bulk push: how many can go and at what cost, and each that cannot with its reason. */
export function BulkPreflightView({ preflight }: { preflight: BulkPreflight }) {
  const { t } = useTranslation();
  const { orders, money, balance, costFen } = preflight;
  const refused = orders.filter(({ canPush }) => !canPush);
  const going = orders.length - refused.length;
  return (
    <section className="bulk-preflight" aria-label={t('orderPage.preflight')} data-testid="bulk-preflight">
      <p className="bulk-counts" role="status">
        <span data-testid="bulk-preflight-can">
          {going > 0 ? t('orderList.pushCan', { count: going }) : t('orderList.pushNone')}
        </span>
        {going > 0 && refused.length > 0 && (
          <span className="danger" data-testid="bulk-preflight-cannot">
            {t('orderList.pushCannot', { count: refused.length })}
          </span>
        )}
      </p>
      {going > 0 && <Cost preflight={preflight} />}
      {going > 0 && money === 'short' && balance && (
        <Alert
          type="warning"
          showIcon
          role="alert"
          title={t('orderList.pushShort', { missing: formatFen(costFen - balance.balanceFen) })}
          description={t('orderList.pushShortText')}
          data-testid="bulk-preflight-short"
        />
      )}
      {refused.length > 0 && <Refused orders={refused} />}
    </section>
  );
}

/** What the orders cost beside what is there to pay for them. */
function Cost({ preflight: { costFen, unpricedOrders, balance, money } }: { preflight: BulkPreflight }) {
  const { t } = useTranslation();
  return (
    <FactList>
      <Fact label={t('orderList.pushCost')}>
        <span className="number" data-testid="bulk-preflight-cost">
          {formatFen(costFen)}
        </span>
        {unpricedOrders > 0 && (
          <span className="secondary" data-testid="bulk-preflight-unpriced">
            {' '}
            {t('orderList.pushUnpriced', { count: unpricedOrders })}
          </span>
        )}
      </Fact>
      <Fact label={t('orderList.pushBalance')}>
        <span data-testid="bulk-preflight-balance" data-money={money}>
          {balance ? (
            <>
              <span className="number">{formatFen(balance.balanceFen)}</span>{' '}
              <span className="secondary">
                {t('orderList.pushBalanceAt')} <Moment at={balance.readAt} />
                {balance.isOld && ` · ${t('orderList.pushBalanceOld')}`}
              </span>
            </>
          ) : (
            t('orderList.pushBalanceUnknown')
          )}
        </span>
      </Fact>
    </FactList>
  );
}

function Refused({ orders }: { orders: readonly Order[] }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const columns: RecordColumn<Order>[] = [
    {
      key: 'orderNumber',
      title: t('orders.orderNumber'),
      render: ({ orderNumber }) => <OrderLink number={orderNumber} />,
    },
    {
      key: 'reason',
      title: t('orderList.pushWhyNot'),
      render: ({ reason, reasonEn }) => staffText(reason, reasonEn) ?? '—',
    },
  ];
  return (
    <div className="bulk-results">
      <RecordTable
        label={t('orderList.pushWhyNot')}
        columns={columns}
        records={orders}
        rowKey={({ orderNumber }) => orderNumber}
        testId={({ orderNumber }) => `bulk-preflight-row-${orderNumber}`}
        empty={t('common.none')}
      />
    </div>
  );
}
