import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import type { RecordColumn } from '../layout/record-table.tsx';
import { OutsideLink } from '../products/outside-link.tsx';
import { AskByCodes } from './ask-by-codes.tsx';

/** Which products Haier has, and whether they can be ordered. */
export function AskProducts() {
  const { t } = useTranslation();
  const columns: RecordColumn<CatalogueItem>[] = [
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
    <AskByCodes
      what="products"
      label={t('haierData.tabProducts')}
      hint={t('haierData.productsHint')}
      columns={columns}
    />
  );
}
