import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { OrdersOverview } from '@orderbridge/contracts/overview-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { ordersApi } from '../api/orders-api.ts';
import { formatInstant } from '../format/beijing-time.ts';
import { Box } from '../layout/box.tsx';
import { Moment } from '../layout/moment.tsx';
import { QueryView } from '../layout/query-view.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { useSession } from '../session/session-guard.tsx';
import { BalanceWarning } from './balance-warning.tsx';
import { CallbacksChart } from './callbacks-chart.tsx';
import { DayFigures } from './day-figures.tsx';
import { InvariantBoard } from './invariant-board.tsx';
import { OrderFunnel } from './order-funnel.tsx';
import './overview.css';
import { RateCards } from './rate-cards.tsx';
import { SalesChart } from './sales-chart.tsx';
import { UpstreamBoard } from './upstream-board.tsx';
import { WaitingList } from './waiting-list.tsx';

/** Refused requests, timers and platforms are told by no event. */
const LOOK_EVERY_MS = 10_000;

export default function OverviewPage() {
  const { t } = useTranslation();
  const maySeeIntegrations = useSession().permissions.includes('integrations.view');
  const orders = useQuery(ordersApi.overview.get.queryOptions(undefined, { refetchInterval: LOOK_EVERY_MS }));
  const integrations = useQuery(
    integrationsApi.overview.get.queryOptions(undefined, {
      refetchInterval: LOOK_EVERY_MS,
      enabled: maySeeIntegrations,
    }),
  );
  usePageTitle(t('overview.title'));

  return (
    <div data-testid="overview-page" className="overview">
      <div className="room-head">
        <h1>{t('overview.title')}</h1>
        {orders.data && (
          <span className="secondary">
            {t('overview.asOf')} <Moment at={orders.data.at} zone />
          </span>
        )}
      </div>
      {orders.data && integrations.data && <BalanceWarning orders={orders.data} integrations={integrations.data} />}
      <QueryView query={orders}>{(overview) => <OrdersPart overview={overview} />}</QueryView>
      {maySeeIntegrations && (
        <section aria-label={t('overview.platforms')} className="overview-part">
          <QueryView query={integrations}>{(overview) => <UpstreamBoard overview={overview} />}</QueryView>
        </section>
      )}
    </div>
  );
}

/** The hour it is in Beijing. */
const hourOf = (at: string) => Number(formatInstant(at).slice(11, 13));

function OrdersPart({ overview }: { overview: OrdersOverview }) {
  const { t } = useTranslation();
  const { at, hours, days, callbackMinutes, funnel, rates, exceptions, outbox, invariants } = overview;
  return (
    <div className="overview-part">
      <DayFigures {...overview} />
      <div className="overview-pair uneven">
        <Box title={t('overview.waiting')} testId="overview-waiting">
          <WaitingList exceptions={exceptions} outbox={outbox} />
        </Box>
        <Box
          title={t('overview.invariants')}
          testId="overview-invariants"
          extra={<span className="secondary">{t('overview.lastDay')}</span>}
        >
          <InvariantBoard invariants={invariants} />
        </Box>
      </div>
      <div className="overview-pair">
        <Box title={t('overview.salesByHour')}>
          <SalesChart
            label={t('overview.salesByHour')}
            slots={hours.map(({ hour }) => `${String(hour).padStart(2, '0')}:00`)}
            sales={hours.slice(0, hourOf(at) + 1)}
            testId="overview-hours-chart"
          />
        </Box>
        <Box title={t('overview.callbacksPerMinute')}>
          <CallbacksChart minutes={callbackMinutes} />
        </Box>
      </div>
      <Box title={t('overview.rates')} testId="overview-rates">
        <RateCards rates={rates} />
      </Box>
      <div className="overview-pair">
        <Box title={t('overview.salesByDay')}>
          <SalesChart
            label={t('overview.salesByDay')}
            slots={days.map(({ day }) => day.slice(5))}
            sales={days}
            testId="overview-days-chart"
          />
        </Box>
        <Box title={t('overview.funnel')} testId="overview-funnel">
          <OrderFunnel funnel={funnel} />
        </Box>
      </div>
    </div>
  );
}
