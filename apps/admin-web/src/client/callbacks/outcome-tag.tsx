import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import type { CallbackItem } from '@orderbridge/contracts/orders-api';

type Outcome = CallbackItem['outcome'];

/** Green took effect, grey changed nothing, warm colours want a person, red was refused. */
export const OUTCOME_COLORS = {
  applied: 'green',
  repeated: 'default',
  conflict: 'volcano',
  amount_mismatch: 'volcano',
  orphan: 'gold',
  late: 'orange',
  malformed: 'magenta',
  unknown_method: 'purple',
  parked: 'red',
  refused: 'red',
} as const satisfies Record<Outcome, string>;

export function OutcomeTag({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation();
  return (
    <Tag color={OUTCOME_COLORS[outcome]} data-testid={`outcome-${outcome}`}>
      {t(`outcome.${outcome}`)}
    </Tag>
  );
}
