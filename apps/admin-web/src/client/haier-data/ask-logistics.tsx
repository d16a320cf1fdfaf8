import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { LogisticsItem } from '@orderbridge/contracts/supplier-events';
import { integrationsApi } from '../api/integrations-api.ts';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { AnswerView } from './answer-view.tsx';
import { QuestionForm } from './question-form.tsx';
import { ASKED_ONCE, useQuestion } from './use-question.ts';

/** The parcels of one of Haier's orders, and what Haier sent as it came. */
export function AskLogistics() {
  const { t } = useTranslation();
  const { written, asked, ask } = useQuestion(['order']);
  const answer = useQuery({
    ...integrationsApi.haier.logistics.queryOptions({ orderCode: asked?.order ?? '' }, ASKED_ONCE),
    enabled: asked !== undefined,
  });
  const columns: RecordColumn<LogisticsItem & { place: number }>[] = [
    { key: 'carrier', title: t('order.carrier'), render: ({ logisticsCompany }) => logisticsCompany ?? '—' },
    {
      key: 'number',
      title: t('order.trackingNo'),
      render: ({ logisticsNo }) => <span className="code">{logisticsNo ?? '—'}</span>,
    },
    {
      key: 'record',
      title: t('haierData.deliveryRecord'),
      render: ({ deliveryRecordCode }) => <span className="code">{deliveryRecordCode ?? '—'}</span>,
    },
    {
      key: 'sn',
      title: t('haierData.sn'),
      render: ({ snCode }) => <span className="code breakable">{snCode ?? '—'}</span>,
    },
  ];
  return (
    <>
      <QuestionForm
        fields={[
          {
            name: 'order',
            label: t('order.haierOrderNo'),
            placeholder: 'SO.20251128.000001',
            maxLength: 100,
            path: 'orderCode',
          },
        ]}
        written={written}
        onAsk={(values) => (values.order === asked?.order ? void answer.refetch() : ask(values))}
        isAsking={answer.isFetching}
        error={answer.error}
      />
      <AnswerView answer={answer} asked={asked !== undefined} hint={t('haierData.logisticsHint')}>
        {({ data: { items, raw } }) => (
          <>
            <RecordTable
              label={t('haierData.tabLogistics')}
              columns={columns}
              records={items.map((item, place) => ({ ...item, place }))}
              rowKey={({ place }) => String(place)}
              empty={t('haierData.noParcels')}
            />
            <details className="haier-raw">
              <summary>{t('haierData.raw')}</summary>
              <pre className="raw-body" tabIndex={0}>
                {JSON.stringify(raw, undefined, 2)}
              </pre>
            </details>
          </>
        )}
      </AnswerView>
    </>
  );
}
