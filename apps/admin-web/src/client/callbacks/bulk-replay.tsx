import RedoOutlined from '@ant-design/icons/es/icons/RedoOutlined';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallbackFilter } from '@orderbridge/contracts/orders-api';
import { ActButton } from '../layout/act-button.tsx';
import { OnDemand } from '../layout/on-demand.tsx';
import { fetched } from '../outage/fetch-part.ts';
import { useSession } from '../session/session-guard.tsx';
import type { ReplayWhich } from './bulk-replay-dialog.tsx';
import '../layout/bulk-bar.css';

const BulkReplayDialog = fetched(() => import('./bulk-replay-dialog.tsx'));

/** As many as `callback.replayMany` takes at once. */
export const REPLAYS_MOST = 500;

type BulkReplayProps = {
  selected: ReadonlySet<string>;
  filter: CallbackFilter;
  /** Whether a filter is set: without one it would be every callback there is. */
  canReplayMatching: boolean;
  onClear: () => void;
};

/** Replays the ticked callbacks, or all that match the filter. */
export function BulkReplay({ selected, filter, canReplayMatching, onClear }: BulkReplayProps) {
  const { t } = useTranslation();
  const [which, setWhich] = useState<ReplayWhich>();
  const permitted = useSession().permissions.includes('callbacks.replay');
  const refused = permitted ? null : t('replay.notPermitted');
  const count = selected.size;
  if (count === 0 && !canReplayMatching && !which) return null;
  return (
    <>
      <section
        className={count > 0 ? 'bulk-bar floating' : 'bulk-bar'}
        aria-label={t('callbackBulk.title')}
        data-testid="bulk-replay"
      >
        {count > 0 && (
          <>
            <span role="status">{t('callbackBulk.selected', { count })}</span>
            <ActButton
              type={refused === null ? 'primary' : 'default'}
              icon={<RedoOutlined />}
              refused={
                refused ?? (count > REPLAYS_MOST ? t('callbackBulk.tooMany', { max: REPLAYS_MOST, count }) : null)
              }
              onClick={() => setWhich({ ids: [...selected] })}
              testId="replay-selected"
            >
              {t('callbackBulk.replaySelected')}
            </ActButton>
          </>
        )}
        {canReplayMatching && (
          <ActButton refused={refused} onClick={() => setWhich({ filter })} testId="replay-matching">
            {t('callbackBulk.replayMatching')}
          </ActButton>
        )}
        {count > 0 && (
          <Button type="text" onClick={onClear} data-testid="clear-selection">
            {t('callbackBulk.clear')}
          </Button>
        )}
      </section>
      {which && (
        <OnDemand>
          <BulkReplayDialog which={which} onReplayed={onClear} onClose={() => setWhich(undefined)} />
        </OnDemand>
      )}
    </>
  );
}
