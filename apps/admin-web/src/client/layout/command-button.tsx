import SearchOutlined from '@ant-design/icons/es/icons/SearchOutlined';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fetched } from '../outage/fetch-part.ts';
import { OnDemand } from './on-demand.tsx';

const CommandPalette = fetched(() => import('./command-palette.tsx'));

const KEYS = /mac/i.test(navigator.userAgent) ? '⌘K' : 'Ctrl K';

/** Opens the command palette, as Ctrl+K or ⌘K does from anywhere. */
export function CommandButton() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      // The browser's own meaning of it is its address bar.
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);

  return (
    <>
      <Button
        type="text"
        className="command-button"
        icon={<SearchOutlined />}
        aria-label={`${t('palette.open')} · ${KEYS}`}
        title={t('palette.open')}
        aria-keyshortcuts="Control+K Meta+K"
        aria-haspopup="dialog"
        data-testid="command-button"
        onClick={() => setOpen(true)}
      >
        <kbd aria-hidden>{KEYS}</kbd>
      </Button>
      {open && (
        <OnDemand>
          <CommandPalette onClose={() => setOpen(false)} />
        </OnDemand>
      )}
    </>
  );
}
