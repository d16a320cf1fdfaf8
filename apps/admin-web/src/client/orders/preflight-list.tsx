import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderPreflight } from '@orderbridge/contracts/orders-api';
import { useStaffText } from '../i18n/use-staff-text.ts';

type Check = OrderPreflight['checks'][number];

const RESULT_COLORS = {
  ok: 'green',
  warning: 'orange',
  failed: 'red',
  unknown: 'default',
} as const satisfies Record<Check['result'], string>;

/** Every check before a push with how it ended, and every field that is missing. */
export function PreflightList({ preflight: { checks, missing, canPush } }: { preflight: OrderPreflight }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  return (
    <section aria-label={t('orderPage.preflight')} data-testid="preflight" data-can-push={canPush}>
      <ul className="preflight">
        {checks.map(({ check, result, detail, detailEn }, index) => (
          <li key={`${check}-${index}`} data-testid={`preflight-${check}`} data-result={result}>
            <Tag color={RESULT_COLORS[result]}>{t(`preflightResult.${result}`)}</Tag>
            <span>{t(`preflightCheck.${check}`)}</span>
            <span className="secondary">{staffText(detail, detailEn)}</span>
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <p className="danger" data-testid="preflight-missing">
          {t('orderPage.preflightMissing', {
            fields: missing.map(({ name, nameEn }) => staffText(name, nameEn)).join(', '),
          })}
        </p>
      )}
      <p className={canPush ? 'secondary' : 'danger'}>
        {canPush ? t('orderPage.preflightReady') : t('orderPage.preflightBlocked')}
      </p>
    </section>
  );
}
