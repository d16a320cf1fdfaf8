import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Input, InputNumber } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { integrationsApi } from '../api/integrations-api.ts';
import { newUuid } from '../api/new-uuid.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { FailureNotice } from '../layout/failure-notice.tsx';
import { usePageTitle } from '../layout/use-page-title.ts';
import { DifferenceTable } from './difference-table.tsx';
import { ReconcileProgress } from './reconcile-progress.tsx';
import { RepairAll } from './repair-difference.tsx';
import './reconcile.css';

const LIMIT = { default: 1_000, max: 10_000 };

/** The three-way comparison: nothing is asked before somebody presses the button, because it asks YLH too. */
export default function ReconcilePage() {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const [params, setParams] = useSearchParams();
  const orderId = useId();
  const limitId = useId();
  const [limit, setLimit] = useState(LIMIT.default);
  const orderNumber = params.get('orderNumber')?.trim() ?? '';
  const check = useMutation(integrationsApi.reconcile.run.mutationOptions());
  const input = { limit, ...(orderNumber !== '' && { orderNumber }) };
  const start = () => check.mutate({ ...input, dryRun: true, runId: newUuid() });
  usePageTitle(t('reconcile.title'));

  return (
    <div data-testid="reconcile-page">
      <h1>{t('reconcile.title')}</h1>
      <p className="secondary room-lead">{t('reconcile.lead')}</p>
      <form
        className="reconcile-form"
        onSubmit={(event) => {
          event.preventDefault();
          start();
        }}
      >
        <div className="filter-field">
          <label htmlFor={orderId}>{t('reconcile.orderNumber')}</label>
          <Input
            id={orderId}
            maxLength={100}
            value={orderNumber}
            placeholder={t('reconcile.orderHint')}
            data-testid="reconcile-order-number"
            onChange={({ target }) =>
              setParams(target.value === '' ? {} : { orderNumber: target.value }, { replace: true })
            }
          />
        </div>
        <div className="filter-field">
          <label htmlFor={limitId}>{t('reconcile.limit')}</label>
          <InputNumber
            id={limitId}
            min={1}
            max={LIMIT.max}
            precision={0}
            value={limit}
            data-testid="reconcile-limit"
            onChange={(value) => setLimit(value ?? LIMIT.default)}
          />
        </div>
        <Button type="primary" htmlType="submit" loading={check.isPending} data-testid="reconcile-check">
          {t('reconcile.check')}
        </Button>
      </form>
      {/* Says that it has begun and how it ended, and nothing in between. */}
      <p className="visually-hidden" role="status" data-testid="reconcile-announced">
        {check.isPending && t('reconcile.checking')}
        {check.data && !check.isPending && t('reconcile.checked', { count: check.data.checked })}
      </p>
      {check.isPending && check.variables.runId && <ReconcileProgress runId={check.variables.runId} />}
      {check.error && <FailureNotice error={check.error} onRetry={start} />}
      {!check.data && !check.error && !check.isPending && <p className="secondary">{t('reconcile.idle')}</p>}
      {check.data && !check.isPending && (
        <section className="reconcile-result" aria-label={t('reconcile.title')} data-testid="reconcile-result">
          <p className="reconcile-summary">
            <strong>{t('reconcile.checked', { count: check.data.checked })}</strong>
            <RepairAll differences={check.data.differences} input={input} onDone={start} />
          </p>
          {check.data.truncated && <Alert type="info" showIcon title={t('reconcile.truncated')} />}
          {check.data.ylhProblem !== null && (
            <Alert
              type="warning"
              showIcon
              title={t('reconcile.ylhAway', { why: staffText(check.data.ylhProblem, check.data.ylhProblemEn) })}
            />
          )}
          <DifferenceTable differences={check.data.differences} onRepaired={start} />
        </section>
      )}
    </div>
  );
}
