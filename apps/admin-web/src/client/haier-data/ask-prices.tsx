import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { integrationsApi } from '../api/integrations-api.ts';
import { formatFen } from '../format/money.ts';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { AnswerView } from './answer-view.tsx';
import { QuestionForm } from './question-form.tsx';
import { UnknownCodes } from './unknown-codes.tsx';
import { ASKED_ONCE, useQuestion } from './use-question.ts';

/** What Haier's products cost us today, with discounts and rebates. */
export function AskPrices() {
  const { t } = useTranslation();
  const { written, asked, ask } = useQuestion(['codes']);
  const answer = useQuery({
    ...integrationsApi.haier.prices.queryOptions({ productCodes: asked?.codes ?? '' }, ASKED_ONCE),
    enabled: asked !== undefined,
  });
  const money = (
    key: 'supplyPriceFen' | 'invoicePriceFen' | 'marketPriceFen' | 'rebateMoneyFen',
    title: string,
  ): RecordColumn<CatalogueItem> => ({
    key,
    title,
    align: 'right',
    render: ({ price }) => {
      const fen = price?.[key] ?? null;
      return <span className="number">{fen === null ? '—' : formatFen(fen)}</span>;
    },
  });
  const columns: RecordColumn<CatalogueItem>[] = [
    {
      key: 'code',
      title: t('products.code'),
      render: ({ productCode }) => <span className="code nowrap">{productCode}</span>,
    },
    money('supplyPriceFen', t('products.supplyPrice')),
    money('invoicePriceFen', t('products.invoicePrice')),
    money('marketPriceFen', t('products.marketPrice')),
    { key: 'rebate', title: t('products.rebate'), render: ({ price }) => price?.stockRebate ?? '—' },
    { key: 'policy', title: t('products.rebatePolicy'), render: ({ price }) => price?.stockRebatePolicy ?? '—' },
    money('rebateMoneyFen', t('products.rebateMoney')),
    {
      key: 'reason',
      title: t('haierData.priceReason'),
      render: ({ priceReason }) => (priceReason ? <span className="danger">{priceReason}</span> : '—'),
    },
  ];
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
      <AnswerView answer={answer} asked={asked !== undefined} hint={t('haierData.pricesHint')}>
        {({ data }) => (
          <>
            <UnknownCodes asked={asked?.codes ?? ''} answered={data} />
            <RecordTable<CatalogueItem>
              label={t('haierData.tabPrices')}
              columns={columns}
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
