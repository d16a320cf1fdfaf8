import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { integrationsApi } from '../api/integrations-api.ts';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { AnswerView } from './answer-view.tsx';
import { QuestionForm } from './question-form.tsx';
import { UnknownCodes } from './unknown-codes.tsx';
import { ASKED_ONCE, useQuestion } from './use-question.ts';

type AskByCodesProps = {
  what: 'products' | 'prices';
  /** Names the table. */
  label: string;
  hint: string;
  /** What stands behind the product code. */
  columns: readonly RecordColumn<CatalogueItem>[];
};

/** Asks Haier about products by their codes, and shows a row for each that it knows. */
export function AskByCodes({ what, label, hint, columns }: AskByCodesProps) {
  const { t } = useTranslation();
  const { written, asked, ask } = useQuestion(['codes']);
  const answer = useQuery({
    ...integrationsApi.haier[what].queryOptions({ productCodes: asked?.codes ?? '' }, ASKED_ONCE),
    enabled: asked !== undefined,
  });
  return (
    <>
      <QuestionForm
        fields={[
          {
            name: 'codes',
            label: t('haierData.codes'),
            placeholder: t('haierData.codesHint'),
            maxLength: 16_000,
            path: 'productCodes',
            long: true,
          },
        ]}
        written={written}
        onAsk={(values) => (values.codes === asked?.codes ? void answer.refetch() : ask(values))}
        isAsking={answer.isFetching}
        error={answer.error}
      />
      <AnswerView answer={answer} asked={asked !== undefined} hint={hint}>
        {({ data }) => (
          <>
            <UnknownCodes asked={asked?.codes ?? ''} answered={data} />
            <RecordTable<CatalogueItem>
              label={label}
              columns={[
                {
                  key: 'code',
                  title: t('products.code'),
                  render: ({ productCode }) => <span className="code nowrap">{productCode}</span>,
                },
                ...columns,
              ]}
              records={data}
              rowKey={({ productCode }) => productCode}
              testId={({ productCode }) => `haier-data-row-${productCode}`}
              empty={t('haierData.nothing')}
            />
          </>
        )}
      </AnswerView>
    </>
  );
}
