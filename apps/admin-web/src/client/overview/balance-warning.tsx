import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatFen } from '@orderbridge/contracts/money';
import type { IntegrationsOverview, OrdersOverview } from '@orderbridge/contracts/overview-api';
import { Moment } from '../layout/moment.tsx';
import { judgeBalance } from './judge-balance.ts';

type BalanceWarningProps = { orders: OrdersOverview; integrations: IntegrationsOverview };

/** Says before pushes fail that our money at Haier will not do; nothing while it does. */
export function BalanceWarning({ orders, integrations }: BalanceWarningProps) {
  const { t } = useTranslation();
  const judged = judgeBalance(integrations, orders);
  if (!judged) return null;
  const { orders: count, costFen, unpricedLines } = orders.waitingPushes;
  return (
    <Alert
      type="warning"
      showIcon
      role="status"
      className="failure-notice"
      data-testid="overview-balance"
      title={t('overview.balanceLow')}
      description={
        <>
          {judged.runningOut.map(({ payerAccountCode, payerAccountName, balanceFen, forecast }, place) => (
            // Accounts need no code, and two may hold the same.
            <div key={place}>
              {t('overview.balanceRunsOut', {
                account: payerAccountName ?? payerAccountCode ?? '—',
                balance: formatFen(balanceFen),
                perDay: formatFen(forecast?.perDayFen ?? 0),
                days: forecast?.daysLeft ?? 0,
              })}
            </div>
          ))}
          {judged.isShort && (
            <div>
              {t('overview.balanceShort', { count, cost: formatFen(costFen), sum: formatFen(judged.sumFen) })}{' '}
              {unpricedLines > 0 && t('overview.balanceUnpriced', { lines: unpricedLines })}
            </div>
          )}
          <div className="secondary">
            {t('overview.balanceAsOf')} <Moment at={integrations.balances[0]!.readAt} zone />
          </div>
        </>
      }
      action={<Link to="/haier?tab=balance">{t('overview.toBalance')}</Link>}
    />
  );
}
