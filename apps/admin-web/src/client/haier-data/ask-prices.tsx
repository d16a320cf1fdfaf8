import { useTranslation } from 'react-i18next';
import { formatFen } from '@orderbridge/contracts/money';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import type { RecordColumn } from '../layout/record-table.tsx';
import { AskByCodes } from './ask-by-codes.tsx';

/** What Haier's products cost us today, with discounts and rebates. */
export function AskPrices() {
  const { t } = useTranslation();
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
    <AskByCodes what="prices" label={t('haierData.tabPrices')} hint={t('haierData.pricesHint')} columns={columns} />
  );
}
