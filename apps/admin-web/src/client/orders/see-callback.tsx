import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useOpenCallback } from '../callbacks/use-open-callback.ts';

/** Opens the callback that an entry of the timeline comes from. */
export function SeeCallback({ id }: { id: string }) {
  const { t } = useTranslation();
  const openCallback = useOpenCallback();
  return (
    <span className="nowrap">
      {' · '}
      <Button type="link" size="small" onClick={() => openCallback(id)}>
        {t('order.seeCallback')}
      </Button>
    </span>
  );
}
