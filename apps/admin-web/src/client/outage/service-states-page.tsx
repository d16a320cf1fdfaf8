import { Tag } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SeenService } from '@orderbridge/contracts/health-api';
import { SERVICE_STATE_COLORS } from '../health/service-state-colors.ts';
import { useServiceStates } from './use-service-states.ts';

const SERVICES = ['gateway', 'orders', 'integrations'] as const satisfies readonly SeenService['name'][];

/** What can be told of the services while nobody can say who is looking. */
export default function ServiceStatesPage({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { data } = useServiceStates({ isUrgent: true });
  return (
    <main className="service-states" data-testid="service-states">
      <h1>{t('health.title')}</h1>
      {children}
      {data && (
        <>
          <dl>
            {SERVICES.map((name) => {
              const state = data.states[name] ?? 'down';
              return (
                <div key={name}>
                  <dt>{t(`serviceName.${name}`)}</dt>
                  <dd>
                    <Tag color={SERVICE_STATE_COLORS[state]} data-testid={`service-state-${name}`} data-state={state}>
                      {t(`serviceState.${state}`)}
                    </Tag>
                    {state === 'down' && <div className="secondary">{t(`serviceDown.${name}`)}</div>}
                  </dd>
                </div>
              );
            })}
          </dl>
          <p className="secondary">{t('outage.moreOnceSignedIn')}</p>
        </>
      )}
    </main>
  );
}
