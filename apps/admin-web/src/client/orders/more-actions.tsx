import DownOutlined from '@ant-design/icons/es/icons/DownOutlined';
import { Button } from 'antd';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { useStaffText } from '../i18n/use-staff-text.ts';

type Allowed = OrderView['allowedActions'][number];
type MoreActionsProps = { actions: readonly Allowed[]; onAct: (action: Allowed['action']) => void };

/**
 * Actions behind a button: those that can be done, then those that cannot, each with why. No menu of antd's: its greyed
 * entries take no focus, and then nobody at the keyboard learns the reason.
 */
export function MoreActions({ actions, onAct }: MoreActionsProps) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const panelId = useId();

  useEffect(() => {
    if (!opened) return undefined;
    const closeOutside = ({ target }: Event) => {
      if (target instanceof Node && !root.current?.contains(target)) setOpened(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
    };
  }, [opened]);

  if (actions.length === 0) return null;
  return (
    <div
      ref={root}
      className="more-actions"
      onKeyDown={({ key }) => {
        if (key !== 'Escape' || !opened) return;
        setOpened(false);
        root.current?.querySelector('button')?.focus();
      }}
    >
      <Button
        aria-expanded={opened}
        aria-controls={panelId}
        data-testid="more-actions"
        icon={<DownOutlined />}
        iconPlacement="end"
        onClick={() => setOpened(!opened)}
      >
        {t('order.moreActions')}
      </Button>
      <ul id={panelId} hidden={!opened} className="more-panel" data-testid="more-panel">
        {actions
          .toSorted((one, other) => Number(other.allowed) - Number(one.allowed))
          .map((entry) =>
            entry.allowed ? (
              <li key={entry.action}>
                <Button
                  size="small"
                  data-testid={`action-${entry.action}`}
                  onClick={() => {
                    setOpened(false);
                    // Here the focus comes back to when the act is over; the button itself is hidden then.
                    root.current?.querySelector('button')?.focus();
                    onAct(entry.action);
                  }}
                >
                  {t(`action.${entry.action}`)}
                </Button>
              </li>
            ) : (
              <RefusedAction key={entry.action} refused={entry} />
            ),
          )}
      </ul>
    </div>
  );
}

function RefusedAction({ refused: { action, reason, reasonEn } }: { refused: Allowed }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const reasonId = useId();
  return (
    <li>
      <Button
        size="small"
        aria-disabled
        aria-describedby={reasonId}
        className="greyed"
        data-testid={`action-${action}`}
      >
        {t(`action.${action}`)}
      </Button>
      <span id={reasonId}>{staffText(reason, reasonEn) ?? t('error.REFUSED')}</span>
    </li>
  );
}
