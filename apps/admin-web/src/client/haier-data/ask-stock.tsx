import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { inferOutput } from '@trpc/tanstack-react-query';
import { integrationsApi } from '../api/integrations-api.ts';
import { formatCount } from '../format/count.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { AnswerView } from './answer-view.tsx';
import { QuestionForm } from './question-form.tsx';
import { ASKED_ONCE, useQuestion } from './use-question.ts';

type Warehouse = inferOutput<typeof integrationsApi.haier.stock>['data']['warehouses'][number];

/** What Haier can deliver of a product to a county, by warehouse. */
export function AskStock() {
  const { t } = useTranslation();
  const { label } = useLabels();
  const { written, asked, ask } = useQuestion(['code', 'county']);
  const answer = useQuery({
    ...integrationsApi.haier.stock.queryOptions(
      { productCode: asked?.code ?? '', countyCode: asked?.county ?? '' },
      ASKED_ONCE,
    ),
    enabled: asked !== undefined,
  });
  const columns: RecordColumn<Warehouse>[] = [
    {
      key: 'code',
      title: t('products.warehouse'),
      render: ({ code }) => <span className="code">{code ?? '—'}</span>,
    },
    { key: 'quantity', title: t('order.quantity'), align: 'right', render: ({ quantity }) => quantity },
    {
      key: 'grade',
      title: t('haierData.grade'),
      render: ({ grade }) => (grade === null ? '—' : label('warehouseGrade', grade)),
    },
    { key: 'cutTime', title: t('haierData.cutTime'), render: ({ cutTime }) => cutTime ?? '—' },
    {
      key: 'hours',
      title: t('haierData.hours'),
      align: 'right',
      render: ({ hours }) => hours ?? '—',
    },
  ];
  return (
    <>
      <QuestionForm
        fields={[
          {
            name: 'code',
            label: t('products.code'),
            placeholder: 'GA0SZC00U',
            maxLength: 100,
            path: 'productCode',
          },
          {
            name: 'county',
            label: t('order.countyCode'),
            placeholder: t('haierData.countyHint'),
            maxLength: 20,
            path: 'countyCode',
          },
        ]}
        written={written}
        onAsk={(values) =>
          values.code === asked?.code && values.county === asked.county ? void answer.refetch() : ask(values)
        }
        isAsking={answer.isFetching}
        error={answer.error}
      />
      <AnswerView answer={answer} asked={asked !== undefined} hint={t('haierData.stockHint')}>
        {({ data: { productCode, countyCode, quantity, warehouses } }) => (
          <>
            <p data-testid="haier-stock-sum">
              {t('haierData.stockSum', { code: productCode, county: countyCode })}{' '}
              <strong className="number">{formatCount(quantity)}</strong>
            </p>
            <RecordTable<Warehouse & { place: number }>
              label={t('haierData.tabStock')}
              columns={columns}
              records={warehouses.map((warehouse, place) => ({ ...warehouse, place }))}
              rowKey={({ place }) => String(place)}
              empty={t('haierData.noWarehouses')}
            />
          </>
        )}
      </AnswerView>
    </>
  );
}
