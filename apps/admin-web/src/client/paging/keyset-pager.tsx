import LeftOutlined from '@ant-design/icons/es/icons/LeftOutlined';
import RightOutlined from '@ant-design/icons/es/icons/RightOutlined';
import { Button, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ListAddress } from './use-list-address.ts';

type KeysetPagerProps = {
  address: ListAddress;
  count: number;
  /** Undefined while the page is loading. */
  nextCursor: string | null | undefined;
};

export function KeysetPager({ address, count, nextCursor }: KeysetPagerProps) {
  const { t } = useTranslation();
  const { cursor, limit, pageSizes, hasPrevious } = address;
  // Nothing to leaf through; a page that became empty still leads back.
  if (count === 0 && cursor === undefined && !hasPrevious && !nextCursor) return null;
  return (
    <nav className="pager" aria-label={t('paging.label')}>
      <span className="secondary">{t('paging.onThisPage', { count })}</span>
      <Select
        size="small"
        value={limit}
        aria-label={t('paging.pageSize')}
        data-testid="page-size"
        popupMatchSelectWidth={false}
        options={pageSizes.map((size) => ({ value: size, label: t('paging.perPage', { count: size }) }))}
        onChange={(size) => address.filter({ limit: String(size) })}
      />
      <Button size="small" disabled={cursor === undefined} onClick={address.toFirst} data-testid="page-first">
        {t('paging.first')}
      </Button>
      <Button
        size="small"
        icon={<LeftOutlined />}
        disabled={!hasPrevious}
        onClick={address.toPrevious}
        data-testid="page-previous"
      >
        {t('paging.previous')}
      </Button>
      <Button
        size="small"
        icon={<RightOutlined />}
        iconPlacement="end"
        disabled={!nextCursor}
        onClick={() => nextCursor && address.toNext(nextCursor)}
        data-testid="page-next"
      >
        {t('paging.next')}
      </Button>
    </nav>
  );
}
