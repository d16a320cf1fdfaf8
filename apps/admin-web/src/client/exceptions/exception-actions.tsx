import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ExceptionAction, ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { useOpenCallback } from '../callbacks/use-open-callback.ts';
import { useLabels } from '../i18n/use-labels.ts';
import { useStaffText } from '../i18n/use-staff-text.ts';
import { ActButton } from '../layout/act-button.tsx';
import { Moment } from '../layout/moment.tsx';
import { useSession } from '../session/session-guard.tsx';
import { ExceptionAge } from './exception-age.tsx';
import { ExceptionOwner } from './exception-owner.tsx';
import { ResolveDialog } from './resolve-dialog.tsx';
import './exceptions.css';

type ExceptionCardProps = {
  item: ExceptionItem;
  /** On the order's own page: without the way to that order. */
  onOrderPage?: boolean;
};

/** A case with everything needed to decide it: what happened, how long ago, whose it is, and what can be done. */
export function ExceptionCard({ item, onOrderPage = false }: ExceptionCardProps) {
  const { label } = useLabels();
  const staffText = useStaffText();
  return (
    <article
      className="exception-card"
      aria-label={label('exceptionKind', item.kind)}
      data-testid={`exception-${item.id}`}
    >
      <div className="exception-head">
        <strong>{label('exceptionKind', item.kind)}</strong>
        {item.status === 'open' && <ExceptionAge item={item} />}
        <span className="secondary">
          <Moment at={item.createdAt} />
        </span>
        <ExceptionOwner item={item} />
      </div>
      <p className="exception-detail">{staffText(item.detail, item.detailEn)}</p>
      <ExceptionLinks item={item} onOrderPage={onOrderPage} />
      {item.status === 'open' ? <ExceptionActions item={item} /> : <Resolution item={item} />}
    </article>
  );
}

/** The ways from a case to what it is about. */
function ExceptionLinks({ item, onOrderPage = false }: ExceptionCardProps) {
  const { t } = useTranslation();
  const openCallback = useOpenCallback();
  const { permissions } = useSession();
  const { orderNumber, callbackId, paymentId, refundId } = item;
  const order = orderNumber !== null && encodeURIComponent(orderNumber);
  // Where nobody can say from here what the platform knows.
  const compares = order && item.kind === 'confirmation_overdue' && permissions.includes('reconcile.run');
  if (!callbackId && !paymentId && !refundId && !compares && (!order || onOrderPage)) return null;
  return (
    <div className="exception-links">
      {order && !onOrderPage && (
        <Link to={`/orders/${order}`}>
          {t('exceptions.order')} <span className="number">{orderNumber}</span>
        </Link>
      )}
      {callbackId !== null && (
        <button
          type="button"
          className="as-link"
          onClick={() => openCallback(callbackId)}
          data-testid="exception-callback"
        >
          {t('exceptions.callback')}
        </button>
      )}
      {paymentId !== null && <Link to={`/payments?payment=${paymentId}`}>{t('exceptions.payment')}</Link>}
      {refundId !== null && <Link to={`/payments?tab=refunds&refund=${refundId}`}>{t('exceptions.refund')}</Link>}
      {compares && (
        <Link to={`/reconcile?orderNumber=${order}`} data-testid="exception-reconcile">
          {t('exceptions.reconcile')}
        </Link>
      )}
    </div>
  );
}

/** What settles a case without doing what it is about: never the button that is put forward. */
const SECOND_CHOICES: ReadonlySet<ExceptionAction> = new Set(['acknowledge', 'decline_refund']);

/** What can be done about a case; what cannot be done now is greyed and says why. The service decides. */
function ExceptionActions({ item }: { item: ExceptionItem }) {
  const { t } = useTranslation();
  const staffText = useStaffText();
  const [asked, setAsked] = useState<ExceptionAction>();
  const first = item.actions.findIndex(({ allowed }) => allowed);
  return (
    <div className="exception-actions" role="group" aria-label={t('exceptions.actions')}>
      {item.actions.map(({ action, allowed, reason, reasonEn }, index) => (
        <ActButton
          key={action}
          size="small"
          type={index === first && !SECOND_CHOICES.has(action) ? 'primary' : 'default'}
          refused={allowed ? null : (staffText(reason, reasonEn) ?? t('error.REFUSED'))}
          onClick={() => setAsked(action)}
          testId={`exception-action-${action}`}
        >
          {t(`exceptionAction.${action}`)}
        </ActButton>
      ))}
      {asked && <ResolveDialog item={item} action={asked} onClose={() => setAsked(undefined)} />}
    </div>
  );
}

/** Who ended a case, when, how and why. */
function Resolution({ item }: { item: ExceptionItem }) {
  const { t } = useTranslation();
  const { actor, label } = useLabels();
  const staffText = useStaffText();
  const { resolvedAt, resolvedBy, resolvedAction, resolvedReason, resolvedReasonEn } = item;
  return (
    <p className="exception-resolution secondary" data-testid="exception-resolution">
      {resolvedAt !== null && <Moment at={resolvedAt} />}{' '}
      {t('exceptions.resolution', {
        by: actor(resolvedBy ?? 'system'),
        action: label('exceptionAction', resolvedAction ?? 'acknowledge'),
        reason: staffText(resolvedReason, resolvedReasonEn) ?? '—',
      })}
    </p>
  );
}
