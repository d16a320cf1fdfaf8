import { Alert, Button } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { readProblem } from '../api/api-problem.ts';
import { formatInstant } from '../format/beijing-time.ts';
import { ProblemText } from '../layout/failure-notice.tsx';
import { LoadingLines } from '../layout/loading-lines.tsx';

type Answer<T> = {
  data: T | undefined;
  error: unknown;
  isFetching: boolean;
  dataUpdatedAt: number;
  refetch: () => unknown;
};

type AnswerViewProps<T> = {
  answer: Answer<T>;
  /** Whether anything was asked. */
  asked: boolean;
  hint: string;
  children: (data: T) => ReactNode;
};

/** What Haier answered and when, or why it did not, in its own words; bad input is said at its field instead. */
export function AnswerView<T>({ answer, asked, hint, children }: AnswerViewProps<T>) {
  const { t } = useTranslation();
  const { data, error, isFetching, dataUpdatedAt, refetch } = answer;
  if (!asked) return <p className="secondary">{hint}</p>;
  if (isFetching) return <LoadingLines />;
  if (error !== null) {
    const { code, fields } = readProblem(error);
    if (code === 'BAD_INPUT' && fields.length > 0) return null;
    return (
      <Alert
        type="error"
        showIcon
        role="alert"
        data-testid="haier-failure"
        title={t('haierData.failed')}
        description={<ProblemText error={error} />}
        action={
          <Button size="small" onClick={() => void refetch()} data-testid="retry">
            {t('common.retry')}
          </Button>
        }
      />
    );
  }
  if (data === undefined) return null;
  return (
    <div data-testid="haier-answer">
      <p className="secondary">{t('haierData.answeredAt', { time: formatInstant(new Date(dataUpdatedAt)) })}</p>
      {children(data)}
    </div>
  );
}
