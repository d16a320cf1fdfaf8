import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatFen } from '@orderbridge/contracts/money';
import type { OrderView } from '@orderbridge/contracts/orders-api';
import { OutcomeTag } from '../callbacks/outcome-tag.tsx';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { Moment } from '../layout/moment.tsx';
import { useSession } from '../session/session-guard.tsx';
import { SeeCallback } from './see-callback.tsx';
import { OCCURRENCE_KIND } from './timeline-items.ts';

type Occurrence = OrderView['occurrences'][number];

export const OCCURRENCE_COLORS = {
  order_placed: 'blue',
  payment_opened: 'green',
  callback_replayed: 'gold',
  case_raised: 'red',
  case_resolved: 'green',
  personal_data_revealed: 'purple',
} as const satisfies Record<Occurrence['kind'], string>;

/** What happened around the order and moved nothing. */
export function OccurrenceEntry({ occurrence }: { occurrence: Occurrence }) {
  const { t } = useTranslation();
  const { actor } = useLabels();
  const { id, kind, at, by } = occurrence;
  const words = useWords(occurrence);
  return (
    <div className="timeline-entry" data-testid={`timeline-occurrence-${id}`} data-kind={kind}>
      <div className="timeline-line">
        <Tag color={OCCURRENCE_COLORS[kind]}>{t(`timelineKind.${OCCURRENCE_KIND[kind]}`)}</Tag>
        <strong>{t(`occurrence.${kind}`)}</strong>
        {kind === 'callback_replayed' && <OutcomeTag outcome={occurrence.outcome} />}
      </div>
      {words.length > 0 && <div className="as-written">{words.join(' · ')}</div>}
      <div className="secondary">
        <Moment at={at} />
        {by !== null && ` · ${actor(by)}`}
        {kind === 'callback_replayed' && <SeeCallback id={occurrence.callbackId} />}
        {kind === 'payment_opened' && <SeePayment id={occurrence.paymentId} />}
      </div>
    </div>
  );
}

function useWords(occurrence: Occurrence): string[] {
  const { t } = useTranslation();
  const { label } = useLabels();
  const staffText = useStaffText();
  const said = (text: string | null) => (text ? [text] : []);
  switch (occurrence.kind) {
    case 'order_placed':
      return [];
    case 'payment_opened':
      return [t(`paymentMethod.${occurrence.method}`), formatFen(occurrence.amountFen)];
    case 'callback_replayed':
      return said(occurrence.reason);
    case 'case_raised':
      return [label('exceptionKind', occurrence.caseKind), staffText(occurrence.detail, occurrence.detailEn)];
    case 'case_resolved':
      return [
        label('exceptionKind', occurrence.caseKind),
        ...(occurrence.action === null ? [] : [label('exceptionAction', occurrence.action)]),
        ...said(staffText(occurrence.reason, occurrence.reasonEn)),
      ];
    case 'personal_data_revealed':
      return occurrence.purpose ? [t('orderPage.purpose', { purpose: occurrence.purpose })] : [];
  }
}

function SeePayment({ id }: { id: string }) {
  const { t } = useTranslation();
  if (!useSession().permissions.includes('payments.view')) return null;
  return (
    <span className="nowrap">
      {' · '}
      <Link to={`/payments?payment=${id}`}>{t('orderPage.seePayment')}</Link>
    </span>
  );
}
