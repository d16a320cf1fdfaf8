import { Alert, Modal } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../layout/copy-button.tsx';

/** A new token, which stays on the screen until somebody says that it is stored. */
export function TokenShown({ token, onClose }: { token: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open
      title={t('staff.tokenShown')}
      okText={t('staff.tokenCopied')}
      okButtonProps={{ 'data-testid': 'token-stored' }}
      cancelButtonProps={{ className: 'no-cancel' }}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      onOk={onClose}
    >
      <Alert type="warning" showIcon title={t('staff.addTokenEffect')} />
      <p className="with-copy">
        <span className="code breakable" data-testid="token-shown">
          {token}
        </span>
        <CopyButton text={token} what={t('staff.tokenShown')} />
      </p>
    </Modal>
  );
}
