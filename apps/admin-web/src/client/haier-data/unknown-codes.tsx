import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CatalogueItem } from '@orderbridge/contracts/supplier-events';
import { readCodes } from '../products/read-codes.ts';

/** Names the codes that were asked for and that Haier says nothing about. */
export function UnknownCodes({ asked, answered }: { asked: string; answered: readonly CatalogueItem[] }) {
  const { t } = useTranslation();
  const unknown = readCodes(asked).filter((code) => !answered.some(({ productCode }) => productCode === code));
  if (unknown.length === 0) return null;
  return (
    <Alert
      type="warning"
      showIcon
      className="unknown-codes"
      data-testid="haier-unknown-codes"
      title={t('haierData.unknownCodes', { codes: unknown.join(', ') })}
    />
  );
}
