import SendOutlined from '@ant-design/icons/es/icons/SendOutlined';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActButton } from '../layout/act-button.tsx';
import { OnDemand } from '../layout/on-demand.tsx';
import { fetched } from '../outage/fetch-part.ts';
import { useSession } from '../session/session-guard.tsx';
import '../layout/bulk-bar.css';

const BulkPushDialog = fetched(() => import('./bulk-push-dialog.tsx'));

/** As many as `order.pushMany` takes at once. */
const MOST = 1_000;

type SelectionBarProps = { selected: ReadonlySet<string>; onClear: () => void };

/** What can be done with the ticked orders, at hand while the list is scrolled. */
export function SelectionBar({ selected, onClear }: SelectionBarProps) {
  const { t } = useTranslation();
  const permitted = useSession().permissions.includes('orders.push');
  const [pushing, setPushing] = useState<readonly string[]>();
  const count = selected.size;
  const refused = !permitted ? t('orderList.mayNotPush') : count > MOST ? t('orderList.tooMany', { most: MOST }) : null;
  return (
    <>
      {count > 0 && (
        <section className="bulk-bar floating" aria-label={t('orderList.selection')} data-testid="selection-bar">
          <span role="status">{t('orderList.selected', { count })}</span>
          <ActButton
            type={refused === null ? 'primary' : 'default'}
            icon={<SendOutlined />}
            refused={refused}
            testId="bulk-push"
            onClick={() => setPushing([...selected])}
          >
            {t('action.push')}
          </ActButton>
          <Button onClick={onClear} data-testid="clear-selection">
            {t('orderList.clear')}
          </Button>
        </section>
      )}
      {pushing && (
        <OnDemand>
          <BulkPushDialog orderNumbers={pushing} onPushed={onClear} onClose={() => setPushing(undefined)} />
        </OnDemand>
      )}
    </>
  );
}
