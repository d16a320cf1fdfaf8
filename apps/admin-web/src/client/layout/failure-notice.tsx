import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isPassing, readProblem } from '../api/api-problem.ts';

/** Says what went wrong and offers to try again; `stale` when older content is still shown below. */
export function FailureNotice({
  error,
  onRetry,
  stale = false,
  more,
}: {
  error: unknown;
  onRetry: () => void;
  stale?: boolean;
  /** Stands below the reason. */
  more?: ReactNode;
}) {
  const { t } = useTranslation();
  // Asking again would change nothing.
  const isRefused = readProblem(error).code === 'NOT_ALLOWED';
  return (
    <Alert
      type={stale ? 'warning' : 'error'}
      showIcon
      className="failure-notice"
      role="alert"
      data-testid="failure-notice"
      title={t(isRefused ? 'failure.notAllowed' : stale ? 'failure.staleTitle' : 'failure.title')}
      description={
        <>
          <ProblemText error={error} />
          {isPassing(error) && <div className="secondary">{t('failure.retrying')}</div>}
          {more}
        </>
      }
      action={
        !isRefused && (
          <Button size="small" onClick={onRetry} data-testid="retry">
            {t('common.retry')}
          </Button>
        )
      }
    />
  );
}

/** The service's own words in the language of the page, bad fields, and the number to ask an administrator with. */
export function ProblemText({ error }: { error: unknown }) {
  const { t, i18n } = useTranslation();
  const { code, message, fields, requestId } = readProblem(error);
  const words = i18n.language === 'en' ? message?.en : message?.zh;
  return (
    <>
      <div>{words ?? (code === 'NETWORK' ? t('failure.network') : t(`error.${code}`))}</div>
      {fields
        // A text that is about one field is said already.
        .filter((field) => field.message !== message?.zh)
        .map(({ path, message: wrong }) => (
          <div key={path}>
            {path}: {wrong}
          </div>
        ))}
      {requestId !== undefined && <div className="secondary">{t('failure.requestId', { id: requestId })}</div>}
    </>
  );
}
