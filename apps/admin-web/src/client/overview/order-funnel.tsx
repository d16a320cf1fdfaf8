import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { formatCount } from '../format/count.ts';

type Funnel = OrdersOverview['funnel'];
type Step = { code: string; name: string; count: number; query: Record<string, string> };

/** Where the orders of the last days are now; each step leads to the list of its orders. */
export function OrderFunnel({ funnel }: { funnel: Funnel }) {
  const { t } = useTranslation();
  const { from, to } = funnel;
  return (
    <div className="funnels">
      <Steps
        title={t('overview.byStatus')}
        testId="overview-funnel-status"
        steps={funnel.status.map(({ status, count }) => ({
          code: status,
          name: t(`orderStatus.${status}`),
          count,
          query: { status, from, to },
        }))}
      />
      <Steps
        title={t('overview.byHaierStatus')}
        testId="overview-funnel-haier"
        steps={funnel.haierStatus.map(({ haierStatus, count }) => ({
          code: haierStatus,
          name: t(`haierStatus.${haierStatus}`),
          count,
          query: { haierStatus, from, to },
        }))}
      />
    </div>
  );
}

function Steps({ title, steps, testId }: { title: string; steps: readonly Step[]; testId: string }) {
  const most = Math.max(1, ...steps.map(({ count }) => count));
  return (
    <div data-testid={testId}>
      <h3>{title}</h3>
      <ul className="funnel">
        {steps.map(({ code, name, count, query }) => (
          <li key={code}>
            <Link to={`/orders?${new URLSearchParams(query).toString()}`} data-testid={`${testId}-${code}`}>
              {name}
            </Link>
            <span className="funnel-bar" aria-hidden="true">
              <i style={{ width: `${(count / most) * 100}%` }} />
            </span>
            <span className="number">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
