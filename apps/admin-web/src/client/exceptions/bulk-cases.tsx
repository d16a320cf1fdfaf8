import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { ActButton } from '../layout/act-button.tsx';
import { OnDemand } from '../layout/on-demand.tsx';
import { fetched } from '../outage/fetch-part.ts';
import { useSession } from '../session/session-guard.tsx';
import '../layout/bulk-bar.css';

const BulkCasesDialog = fetched(() => import('./bulk-cases-dialog.tsx'));

/** What is safe to do with many cases of one kind. */
export type BulkAct = 'takeOn' | 'replay_callback' | 'acknowledge';

type BulkCasesProps = {
  /** Whether the page has no case to tick. */
  isEmpty: boolean;
  selected: readonly ExceptionItem[];
  onSelectPage: () => void;
  onClear: () => void;
};

/** Acts on the ticked cases, which are all of one kind. */
export function BulkCases({ isEmpty, selected, onSelectPage, onClear }: BulkCasesProps) {
  const { t } = useTranslation();
  const [act, setAct] = useState<BulkAct>();
  const permitted = useSession().permissions.includes('exceptions.resolve');
  const count = selected.length;
  const offered = (['replay_callback', 'acknowledge'] as const).filter((action) =>
    selected.some(({ actions }) => actions.some((entry) => entry.action === action)),
  );
  const begin = (chosen: BulkAct, name: string) => (
    <ActButton
      key={chosen}
      refused={permitted ? null : t('exceptions.notPermitted')}
      onClick={() => setAct(chosen)}
      testId={`bulk-${chosen}`}
    >
      {name}
    </ActButton>
  );
  return (
    <>
      {!isEmpty && (
        <section
          className={count > 0 ? 'bulk-bar floating' : 'bulk-bar'}
          aria-label={t('exceptions.actions')}
          data-testid="bulk-cases"
        >
          {count === 0 ? (
            <Button onClick={onSelectPage} data-testid="select-page">
              {t('exceptions.selectPage')}
            </Button>
          ) : (
            <>
              <span role="status">{t('exceptions.selected', { count })}</span>
              {begin('takeOn', t('exceptions.bulkTakeOn'))}
              {offered.map((action) => begin(action, t(`exceptionAction.${action}`)))}
              <Button type="text" onClick={onClear} data-testid="clear-selection">
                {t('exceptions.clear')}
              </Button>
            </>
          )}
        </section>
      )}
      {act && (
        <OnDemand>
          <BulkCasesDialog cases={selected} act={act} onDone={onClear} onClose={() => setAct(undefined)} />
        </OnDemand>
      )}
    </>
  );
}
