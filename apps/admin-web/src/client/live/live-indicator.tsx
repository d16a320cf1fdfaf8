import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { formatClock } from '../format/beijing-time.ts';
import { useLiveState } from './live-connection.tsx';

/** Says whether what is on the screen is what is. */
export function LiveIndicator() {
  const { t } = useTranslation();
  const state = useLiveState();
  const since = state.phase === 'reconnecting' ? formatClock(state.staleSince) : '';
  return (
    <Tooltip title={t(`live.${state.phase}Hint`, { since })}>
      <span className="live-indicator" data-phase={state.phase} data-testid="live-indicator" role="status" tabIndex={0}>
        <span className="live-dot" aria-hidden />
        {t(`live.${state.phase}`, { since })}
      </span>
    </Tooltip>
  );
}
