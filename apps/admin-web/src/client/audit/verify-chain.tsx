import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ordersApi } from '../api/orders-api.ts';
import { CopyButton } from '../layout/copy-button.tsx';
import { FailureNotice } from '../layout/failure-notice.tsx';

/** Walks the whole chain when asked, and says where it does not hold. */
export function VerifyChain() {
  const { t } = useTranslation();
  const verification = useQuery(ordersApi.audit.verify.queryOptions(undefined, { enabled: false }));
  const { data, error, isFetching, refetch } = verification;
  const verify = () => void refetch();
  return (
    <div className="verify-chain">
      <Button onClick={verify} loading={isFetching} data-testid="audit-verify">
        {isFetching ? t('audit.verifying') : t('audit.verify')}
      </Button>
      {error && !isFetching && <FailureNotice error={error} onRetry={verify} />}
      {data && !isFetching && (
        <Alert
          type={data.ok ? 'success' : 'error'}
          showIcon
          role="status"
          data-testid="audit-verification"
          title={
            data.ok
              ? t('audit.verified', { count: data.checked })
              : t('audit.brokenTitle', { count: data.broken.length })
          }
          description={
            <>
              <div>{t('audit.checked', { count: data.checked, unsealed: data.unsealed })}</div>
              {data.head !== null && (
                <div>
                  {t('audit.head')}: <span className="code breakable">{data.head}</span>
                  <CopyButton text={data.head} what={t('audit.head')} />
                </div>
              )}
              {data.broken.map(({ sealNo, entryId, problem }) => (
                <div key={sealNo}>{t('audit.brokenAt', { entry: entryId, problem: t(`auditProblem.${problem}`) })}</div>
              ))}
            </>
          }
        />
      )}
    </div>
  );
}
