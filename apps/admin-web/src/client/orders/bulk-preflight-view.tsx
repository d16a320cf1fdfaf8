import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { BulkPreflight } from '@orderbridge/contracts/orders-api';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { Moment } from '../layout/moment.tsx';
import { HeldBackOrders } from './held-back-orders.tsx';

/** How many can go; its region is there before the answer is, or nobody reads it aloud. */
export function BulkPreflightCounts({ preflight }: { preflight: BulkPreflight | undefined }) {
  const { t } = useTranslation();
  const going = preflight?.orders.filter(({ canPush }) => canPush).length ?? 0;
  const refused = (preflight?.orders.length ?? 0) - going;
  return (
    <p className="bulk-counts" role="status" data-testid="bulk-preflight-counts">
      {preflight && (
        <span data-testid="bulk-preflight-can">
          {going > 0 ? t('orderList.pushCan', { count: going }) : t('orderList.pushNone')}
        </span>
      )}
      {going > 0 && refused > 0 && (
        <span className="danger" data-testid="bulk-preflight-cannot">
          {t('orderList.pushCannot', { count: refused })}
        </span>
      )}
    </p>
  );
}

/** Before a bulk push: at what cost orders can go, and each that cannot with its reason. */
export function BulkPreflightView({ preflight }: { preflight: BulkPreflight }) {
  const { t } = useTranslation();
  const { orders, money, balance, costFen } = preflight;
  const refused = orders.filter(({ canPush }) => !canPush);
  const going = orders.length - refused.length;
  return (
    <section className="bulk-preflight" aria-label={t('orderPage.preflight')} data-testid="bulk-preflight">
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
      {refused.length > 0 && <HeldBackOrders orders={refused} />}
    </section>
  );
}

/** What the orders cost beside what is there to pay for them. */
function Cost({ preflight: { costFen, unpricedOrders, waitingFen, balance, money } }: { preflight: BulkPreflight }) {
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
      {waitingFen > 0 && (
        <Fact label={t('orderList.pushWaiting')}>
          <span className="number" data-testid="bulk-preflight-waiting">
            {formatFen(waitingFen)}
          </span>
        </Fact>
      )}
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
