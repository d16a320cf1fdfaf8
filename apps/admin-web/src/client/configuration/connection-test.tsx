import { Alert, Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import type { UseMutationResult } from '@tanstack/react-query';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ProblemText } from '../layout/failure-notice.tsx';

type Tested = {
  success: boolean;
  message: string;
  messageEn: string;
  parts: { name: 'haier' | 'ylh'; ok: boolean; detail: string; detailEn: string; durationMs: number }[];
};
type ConnectionTestProps = {
  test: Pick<UseMutationResult<Tested, unknown, never>, 'data' | 'error' | 'isPending'>;
};

/** What Haier and YLH answered to a token request, each in its own words. */
export function ConnectionTest({ test: { data, error, isPending } }: ConnectionTestProps) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  if (isPending)
    return (
      <p role="status">
        <Spin size="small" /> {t('configuration.testing')}
      </p>
    );
  if (error)
    return (
      <Alert
        type="error"
        showIcon
        role="alert"
        title={t('configuration.testFailed')}
        description={<ProblemText error={error} />}
      />
    );
  if (!data) return null;
  return (
    <Alert
      type={data.success ? 'success' : 'error'}
      showIcon
      role="status"
      className="connection-test"
      data-testid="connection-test"
      title={staffText(data.message, data.messageEn)}
      description={
        <ul>
          {data.parts.map(({ name, ok, detail, detailEn, durationMs }) => (
            <li key={name} data-testid={`connection-${name}`}>
              <strong>{t(name === 'haier' ? 'configuration.groupHaier' : 'configuration.groupYlh')}</strong>{' '}
              {ok ? t('configuration.testOk') : t('configuration.testFailed')} · {staffText(detail, detailEn)} ·{' '}
              <span className="number">{t('configuration.took', { ms: Math.round(durationMs) })}</span>
            </li>
          ))}
        </ul>
      }
    />
  );
}
