import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { formatClock } from '../format/beijing-time.ts';
import { useSession } from '../session/session-guard.tsx';
import type { Outage } from './judge-outage.ts';
import { useOutage } from './use-outage.ts';

/** Says over every page what is wrong, what works all the same, and how old the page is; goes by itself. */
export function OutageBanner() {
  const outage = useOutage();
  // The region is there before its words are: otherwise nobody reads them aloud.
  return (
    <div className="outage" role="status">
      {outage && <OutageNotice outage={outage} />}
    </div>
  );
}

const AS_OF = {
  network: 'outage.asOf',
  orders: 'outage.asOf',
  gateway: 'outage.asOfGateway',
  integrations: 'outage.asOfIntegrations',
} as const satisfies Record<Outage['cause'], string>;

function OutageNotice({ outage: { cause, isPartial, also, asOf } }: { outage: Outage }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const maySeeHealth = useSession().permissions.includes('integrations.view');
  return (
    <Alert
      type={cause === 'integrations' || cause === 'gateway' || isPartial ? 'warning' : 'error'}
      showIcon
      role="none"
      data-testid="outage-banner"
      data-cause={cause}
      title={
        isPartial && cause !== 'network'
          ? t('outage.partial', { service: t(`serviceName.${cause}`) })
          : t(`outage.${cause}`)
      }
      description={
        <>
          <span>{t(isPartial ? 'outage.effectPartial' : `outageEffect.${cause}`)}</span>{' '}
          {cause === 'orders' && !isPartial && !also.includes('gateway') && <span>{t('outage.gatewayKeeps')} </span>}
          {also.map((name) => (
            <span key={name} data-testid={`outage-also-${name}`}>
              {t(`outageAlso.${name}`)}{' '}
            </span>
          ))}
          <strong className="number" data-testid="outage-as-of">
            {t(AS_OF[cause], { time: formatClock(asOf) })}
          </strong>{' '}
          <span>{t('outage.recovers')}</span>
        </>
      }
      action={
        cause !== 'network' &&
        maySeeHealth &&
        pathname !== '/health' && (
          <Link to="/health" data-testid="outage-to-health">
            {t('outage.toHealth')}
          </Link>
        )
      }
    />
  );
}
