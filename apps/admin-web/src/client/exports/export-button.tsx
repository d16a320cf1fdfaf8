import DownloadOutlined from '@ant-design/icons/es/icons/DownloadOutlined';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton } from '../layout/act-button.tsx';
import { useSession } from '../session/session-guard.tsx';

type ExportButtonProps = Pick<ComponentProps<typeof ActButton>, 'children' | 'loading' | 'onClick' | 'size' | 'testId'>;

/** Begins an export, for whoever may take data away. */
export function ExportButton(props: ExportButtonProps) {
  const { t } = useTranslation();
  const permitted = useSession().permissions.includes('exports.download');
  return <ActButton {...props} icon={<DownloadOutlined />} refused={permitted ? null : t('exports.notPermitted')} />;
}
