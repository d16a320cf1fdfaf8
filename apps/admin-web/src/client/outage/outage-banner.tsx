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

function OutageNotice({ outage: { cause, isPartial, alsoIntegrations, asOf } }: { outage: Outage }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const maySeeHealth = useSession().permissions.includes('integrations.view');
  return (
    <Alert
      type={cause === 'integrations' || isPartial ? 'warning' : 'error'}
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
          {alsoIntegrations && <span>{t('outage.alsoIntegrations')} </span>}
          <strong className="number" data-testid="outage-as-of">
            {t(cause === 'integrations' ? 'outage.asOfIntegrations' : 'outage.asOf', { time: formatClock(asOf) })}
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
