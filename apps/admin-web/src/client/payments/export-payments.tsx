import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ActButton } from '../layout/act-button.tsx';
import { useSession } from '../session/session-guard.tsx';
import { paymentsFileAddress, readPaymentFilter } from './payment-filter.ts';

/** All payments that the filter selects, as a file; the browser streams it to disk, however long it is. */
export function ExportPayments() {
  const { t, i18n } = useTranslation();
  const [params] = useSearchParams();
  if (!useSession().permissions.includes('exports.download')) {
    return (
      <ActButton
        icon={<DownloadOutlined />}
        refused={t('payments.exportNotPermitted')}
        testId="payments-export"
        onClick={() => {}}
      >
        {t('payments.export')}
      </ActButton>
    );
  }
  return (
    <Button
      icon={<DownloadOutlined />}
      href={paymentsFileAddress(readPaymentFilter(params), i18n.language)}
      download
      data-testid="payments-export"
    >
      {t('payments.export')}
    </Button>
  );
}
