import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ActButton } from '../layout/act-button.tsx';
import { useSession } from '../session/session-guard.tsx';
import { exportQuery, type ExportFilters } from './export-query.ts';

type ExportButtonProps = {
  list: 'payments' | 'refunds' | 'exceptions' | 'callbacks' | 'audit';
  /** As the list takes them. */
  filters: ExportFilters;
};

/** Everything that the filters of a list select, as a file; the browser streams it to disk, however long it is. */
export function ExportButton({ list, filters }: ExportButtonProps) {
  const { t, i18n } = useTranslation();
  const testId = `${list}-export`;
  const icon = <DownloadOutlined />;
  if (!useSession().permissions.includes('exports.download')) {
    return (
      <ActButton icon={icon} refused={t('exports.notPermitted')} testId={testId} onClick={() => {}}>
        {t('exports.csv')}
      </ActButton>
    );
  }
  const lang = i18n.language === 'en' ? 'en' : 'zh-CN';
  return (
    <Button
      icon={icon}
      href={`/exports/${list}.csv?${exportQuery({ ...filters, lang })}`}
      download
      data-testid={testId}
    >
      {t('exports.csv')}
    </Button>
  );
}
