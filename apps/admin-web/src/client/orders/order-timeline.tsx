import { Button, Empty, Tag, Timeline } from 'antd';
import { useTranslation } from 'react-i18next';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { useOpenCallback } from '../callbacks/use-open-callback.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Box } from '../layout/box.tsx';
import { Moment } from '../layout/moment.tsx';

type Entry = OrderView['timeline'][number];

const MACHINE_COLORS = {
  order: 'blue',
  payment: 'green',
  refund: 'magenta',
  haier: 'geekblue',
} as const satisfies Record<Entry['machine'], string>;

/** Everything that happened to the order, its payments, its refunds and at Haier, the latest first. */
export function OrderTimeline({ order }: { order: OrderView }) {
  const { t } = useTranslation();
  return (
    <Box title={t('order.timeline')} testId="order-timeline">
      {order.timeline.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('order.noTimeline')} />
      ) : (
        <Timeline
          items={order.timeline.toReversed().map((entry) => ({
            key: entry.id,
            color: `var(--ant-${MACHINE_COLORS[entry.machine]})`,
            content: <TimelineEntry entry={entry} />,
          }))}
        />
      )}
    </Box>
  );
}

function TimelineEntry({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const { state, fact, actor } = useLabels();
  const staffText = useStaffText();
  const openCallback = useOpenCallback();
  const { callbackId } = entry;
  const note = staffText(entry.note, entry.noteEn);
  return (
    <div
      className="timeline-entry"
      data-testid={`timeline-entry-${entry.id}`}
      data-machine={entry.machine}
      data-to={entry.to}
    >
      <div className="timeline-line">
        <Tag color={MACHINE_COLORS[entry.machine]}>{t(`machine.${entry.machine}`)}</Tag>
        <strong>{fact(entry.fact)}</strong>
      </div>
      {entry.from !== entry.to && (
        <div>{`${state(entry.machine, entry.from)} → ${state(entry.machine, entry.to)}`}</div>
      )}
      {note !== null && note !== '' && <div className="as-written">{note}</div>}
      <div className="secondary">
        <Moment at={entry.at} /> · {actor(entry.by)}
        {callbackId !== null && (
          <span className="nowrap">
            {' · '}
            <Button type="link" size="small" onClick={() => openCallback(callbackId)}>
              {t('order.seeCallback')}
            </Button>
          </span>
        )}
      </div>
    </div>
  );
}
