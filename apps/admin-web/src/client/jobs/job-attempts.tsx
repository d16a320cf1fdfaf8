import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { JobAttempt } from '@orderbridge/contracts/integrations-api';
import { indented } from '../format/indented.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { CopyButton } from '../layout/copy-button.tsx';
import { Moment } from '../layout/moment.tsx';

/** Green got through, red was refused; orange and gold are tried again, gold with an open end. */
const OUTCOME_COLORS = {
  done: 'green',
  refused: 'red',
  not_sent: 'orange',
  uncertain: 'gold',
} as const satisfies Record<JobAttempt['outcome'], string>;

/** The calls of a job, the latest first, with what was sent and received folded away. */
export function JobAttempts({ made, attempts }: { made: number; attempts: readonly JobAttempt[] }) {
  const { t } = useTranslation();
  return (
    <section data-testid="job-attempts">
      <h2>{t('jobs.attemptLog')}</h2>
      {made === 0 && attempts.length === 0 && <p className="secondary">{t('jobs.noAttempts')}</p>}
      {made > attempts.length && (
        <p className="secondary" data-testid="job-attempts-kept">
          {t('jobs.attemptsKept', { made, kept: attempts.length })}
        </p>
      )}
      <ol className="job-attempts" reversed>
        {attempts.map((attempt) => (
          <AttemptEntry key={attempt.no} attempt={attempt} />
        ))}
      </ol>
    </section>
  );
}

function AttemptEntry({ attempt }: { attempt: JobAttempt }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const { no, outcome, httpStatus, durationMs, url, request, answer, detail, detailEn } = attempt;
  const said = staffText(detail, detailEn);
  return (
    <li data-testid={`job-attempt-${no}`} data-outcome={outcome}>
      <div className="job-attempt-line">
        <strong>{t('jobs.attemptNo', { no })}</strong>
        <Tag color={OUTCOME_COLORS[outcome]}>{t(`jobOutcome.${outcome}`)}</Tag>
        <span className="secondary number">
          {[
            httpStatus === null ? null : `HTTP ${httpStatus}`,
            durationMs === null ? null : t('jobs.milliseconds', { ms: durationMs }),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
        <span className="secondary job-attempt-at">
          <Moment at={attempt.startedAt} />
        </span>
      </div>
      {said !== null && <div className="as-written">{said}</div>}
      {request === null ? (
        <p className="secondary">{t('jobs.noExchange')}</p>
      ) : (
        <Folded title={t('jobs.request')} text={request} line={url === null ? null : `POST ${url}`} testId="request" />
      )}
      {answer !== null && <Folded title={t('jobs.answer')} text={answer} line={null} testId="answer" />}
      {request !== null && answer === null && <p className="secondary">{t('jobs.noAnswer')}</p>}
    </li>
  );
}

type FoldedProps = { title: string; text: string; line: string | null; testId: string };

function Folded({ title, text, line, testId }: FoldedProps) {
  const { t } = useTranslation();
  return (
    <details className="job-exchange" data-testid={`job-attempt-${testId}`}>
      <summary>{title}</summary>
      <div className="job-exchange-head">
        <span className="code breakable">{line}</span>
        <CopyButton text={text} what={title} />
      </div>
      <pre className="raw-body" tabIndex={0} aria-label={title}>
        {text === '' ? t('jobs.emptyBody') : indented(text)}
      </pre>
    </details>
  );
}
