import CheckCircleFilled from '@ant-design/icons/es/icons/CheckCircleFilled';
import CloseCircleFilled from '@ant-design/icons/es/icons/CloseCircleFilled';
import ExclamationCircleFilled from '@ant-design/icons/es/icons/ExclamationCircleFilled';
import MinusCircleOutlined from '@ant-design/icons/es/icons/MinusCircleOutlined';
import type { Rate } from '@orderbridge/contracts/overview-api';
import './state-mark.css';

const ICONS = {
  ok: CheckCircleFilled,
  warn: ExclamationCircleFilled,
  alert: CloseCircleFilled,
  no_data: MinusCircleOutlined,
} as const satisfies Record<Rate['state'], unknown>;

/** How something stands: a sign and a word, with a colour for those who see it. */
export function StateMark({ state, word }: { state: Rate['state']; word: string }) {
  const Icon = ICONS[state];
  return (
    <span className={`state-mark ${state}`} data-state={state}>
      <Icon aria-hidden="true" /> {word}
    </span>
  );
}
