import { useQuery } from '@tanstack/react-query';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { integrationsApi } from '../api/integrations-api.ts';
import { type RecordColumn, RecordTable } from '../layout/record-table.tsx';
import { OutsideLink } from '../products/outside-link.tsx';
import { AnswerView } from './answer-view.tsx';
import { QuestionForm } from './question-form.tsx';
import { UnknownCodes } from './unknown-codes.tsx';
import { ASKED_ONCE, useQuestion } from './use-question.ts';

/** Which products Haier has, and whether they can be ordered. */
export function AskProducts() {
  const { t } = useTranslation();
  const { written, asked, ask } = useQuestion(['codes']);
  const answer = useQuery({
    ...integrationsApi.haier.products.queryOptions({ productCodes: asked?.codes ?? '' }, ASKED_ONCE),
    enabled: asked !== undefined,
  });
  const columns: RecordColumn<CatalogueItem>[] = [
    {
      key: 'code',
      title: t('products.code'),
      render: ({ productCode }) => <span className="code nowrap">{productCode}</span>,
    },
    {
      key: 'isSales',
      title: t('products.orderable'),
      render: ({ product }) =>
        product === undefined ? (
          '—'
        ) : product.isSales ? (
          <Tag color="green">{t('common.yes')}</Tag>
        ) : (
          <span className="tags">
            <Tag color="red">{t('common.no')}</Tag>
            {product.noSalesReason}
          </span>
        ),
    },
    { key: 'model', title: t('products.model'), render: ({ product }) => product?.model ?? '—' },
    { key: 'group', title: t('products.group'), render: ({ product }) => product?.group ?? '—' },
    { key: 'brand', title: t('products.brand'), render: ({ product }) => product?.brand ?? '—' },
    {
      key: 'image',
      title: t('products.image'),
      render: ({ product }) => (product?.imageUrl ? <OutsideLink address={product.imageUrl} /> : '—'),
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
      <AnswerView answer={answer} asked={asked !== undefined} hint={t('haierData.productsHint')}>
        {({ data }) => (
          <>
            <UnknownCodes asked={asked?.codes ?? ''} answered={data} />
            <RecordTable<CatalogueItem>
              label={t('haierData.tabProducts')}
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
