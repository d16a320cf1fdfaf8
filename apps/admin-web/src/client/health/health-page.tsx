import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SeenService, ServiceHealth, SystemHealth } from '@orderbridge/contracts/health-api';
import { integrationsApi } from '../api/integrations-api.ts';
import { ordersApi } from '../api/orders-api.ts';
import { LoadingLines } from '../layout/loading-lines.tsx';
import { Moment } from '../layout/moment.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import './health.css';
import { ServiceBox } from './service-box.tsx';
import { NotAllowedToLook, useSystemHealth } from './use-system-health.ts';

const LOOK_EVERY_MS = 10_000;

export default function HealthPage() {
  const { t } = useTranslation();
  const system = useSystemHealth();
  const more = {
    orders: useQuery(ordersApi.system.health.queryOptions(undefined, { refetchInterval: LOOK_EVERY_MS, retry: false })),
    integrations: useQuery(
      integrationsApi.system.health.queryOptions(undefined, { refetchInterval: LOOK_EVERY_MS, retry: false }),
    ),
  };
  usePageTitle(t('health.title'));

  return (
    <div data-testid="health-page" className="health">
      <div className="health-head">
        <h1>{t('health.title')}</h1>
        {system.data && (
          <span className="secondary">
            {t('health.asOf')} <Moment at={system.data.at} zone />
          </span>
        )}
      </div>
      {system.error && (
        <Alert
          type={system.data ? 'warning' : 'error'}
          showIcon
          role="alert"
          data-testid="health-failure"
          title={system.error instanceof NotAllowedToLook ? t('health.notAllowed') : t('health.noAnswer')}
        />
      )}
      {system.isPending && <LoadingLines />}
      {system.data && <Services system={system.data} more={more} />}
    </div>
  );
}

type More = Record<'orders' | 'integrations', UseQueryResult<ServiceHealth, unknown>>;

function Services({ system, more }: { system: SystemHealth; more: More }) {
  const { t } = useTranslation();
  const isLimited = system.services.some(({ name, state }) => name === 'orders' && state === 'down');
  const moreOf = ({ name, state }: SeenService) =>
    name === 'gateway' || state === 'down' || isLimited ? undefined : more[name];
  return (
    <>
      {isLimited && <Alert type="warning" showIcon title={t('health.limited')} />}
      <div className="health-services">
        {system.services.map((service) => (
          <ServiceBox key={service.name} service={service} more={moreOf(service)} />
        ))}
      </div>
    </>
  );
}
