import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { ordersApi } from '../api/orders-api.ts';
import { ExceptionCard } from '../exceptions/exception-actions.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { useSession } from '../session/session-guard.tsx';

// The live feed tells of orders, not of who has taken a case on.
const LOOK_EVERY_MS = 15_000;
const MOST = 50;

/** What staff must decide about stands above everything else, each case with its safe acts; settled ones are folded away. */
export function OrderExceptions({ order: { orderNumber, exceptions } }: { order: OrderView }) {
  const { t } = useTranslation();
  const maySee = useSession().permissions.includes('exceptions.view');
  const count = (status: 'open' | 'resolved') => exceptions.filter((entry) => entry.status === status).length;
  if (!maySee || exceptions.length === 0) return null;
  return (
    <section className="order-exceptions" aria-label={t('order.exceptions')} data-testid="order-exceptions">
      {count('open') > 0 && <Cases orderNumber={orderNumber} status="open" key={count('open')} />}
      {count('resolved') > 0 && (
        <details>
          <summary className="secondary">{t('orderPage.resolvedCases', { count: count('resolved') })}</summary>
          <Cases orderNumber={orderNumber} status="resolved" />
        </details>
      )}
    </section>
  );
}

function Cases({ orderNumber, status }: { orderNumber: string; status: 'open' | 'resolved' }) {
  const cases = useQuery(
    ordersApi.exception.list.queryOptions(
      { orderNumber, status, limit: MOST },
      { refetchInterval: LOOK_EVERY_MS, refetchOnMount: 'always' },
    ),
  );
  return (
    <QueryView query={cases}>
      {({ items }) => (
        <div className="order-cases">
          {items.map((item) => (
            <ExceptionCard key={item.id} item={item} onOrderPage />
          ))}
        </div>
      )}
    </QueryView>
  );
}
