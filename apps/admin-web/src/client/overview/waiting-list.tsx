import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { ExceptionAge, useAge } from '../exceptions/exception-age.tsx';
import { Fact, FactList } from '../layout/fact-list.tsx';
import { OrderLink } from '../layout/order-link.tsx';
import { StateMark } from '../layout/state-mark.tsx';

/** A relay that is well tells an event within this time, in seconds. */
const TOLD_WITHIN = 30;

/** What waits for a person, and what waits to be told to the other services. */
export function WaitingList({ exceptions, outbox }: Pick<OrdersOverview, 'exceptions' | 'outbox'>) {
  const { t } = useTranslation();
  const age = useAge();
  const { open, oldest } = exceptions;
  const outboxAge = outbox.oldestAgeSeconds ?? 0;
  return (
    <FactList>
      <Fact label={t('overview.openExceptions')}>
        <span data-testid="overview-open-exceptions">
          {open === 0 ? (
            <StateMark state="ok" word={t('overview.noExceptions')} />
          ) : (
            <Link to="/exceptions" className="number">
              {t('overview.exceptionCount', { count: open })}
            </Link>
          )}
        </span>
      </Fact>
      {oldest && (
        <Fact label={t('overview.oldestException')}>
          <span className="oldest" data-testid="overview-oldest-exception">
            <Link to={`/exceptions?${new URLSearchParams({ kind: oldest.kind }).toString()}`}>
              {t(`exceptionKind.${oldest.kind}`)}
            </Link>
            <ExceptionAge item={oldest} />
            {oldest.orderNumber !== null && <OrderLink number={oldest.orderNumber} />}
          </span>
        </Fact>
      )}
      <Fact label={t('overview.outbox')}>
        <span data-testid="overview-outbox">
          <StateMark
            state={outboxAge > TOLD_WITHIN ? 'alert' : 'ok'}
            word={
              outbox.unsent === 0
                ? t('overview.allTold')
                : t('overview.unsent', { count: outbox.unsent, age: age(outboxAge) })
            }
          />
        </span>
      </Fact>
    </FactList>
  );
}
