import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ExceptionItem } from '@orderbridge/contracts/exceptions-api';
import { ordersApi } from '../api/orders-api.ts';
import { ActButton } from '../layout/act-button.tsx';
import { ProblemText } from '../layout/failure-notice.tsx';
import { OnDemand } from '../layout/on-demand.tsx';
import { useToast } from '../layout/toasts.tsx';
import { fetched } from '../outage/fetch-part.ts';
import { useSession } from '../session/session-guard.tsx';
import { refreshCases } from './refresh-cases.ts';

const AssignDialog = fetched(() => import('./assign-dialog.tsx'));

/** Who has taken a case on, and the buttons that take it on, give it back, or give it to a colleague. */
export function ExceptionOwner({ item }: { item: ExceptionItem }) {
  const { t } = useTranslation();
  const toast = useToast();
  const queryClient = useQueryClient();
  const { username, permissions } = useSession();
  const assign = useMutation(
    ordersApi.exception.assign.mutationOptions({
      onError: (error) => toast('error', <ProblemText error={error} />),
      onSettled: () => refreshCases(queryClient),
    }),
  );
  const [assigning, setAssigning] = useState(false);
  const mine = item.owner === username;
  const refused = permissions.includes('exceptions.resolve') ? null : t('exceptions.notPermitted');
  return (
    <span className="exception-owner">
      <span className="secondary" data-testid="exception-owner">
        {item.owner === null
          ? t('exceptions.nobody')
          : t(mine ? 'exceptions.mine' : 'exceptions.owner', { name: item.owner })}
      </span>
      {item.status === 'open' && (
        <ActButton
          size="small"
          type="link"
          loading={assign.isPending}
          refused={refused}
          onClick={() => assign.mutate({ id: item.id, owner: mine ? null : username })}
          testId={mine ? 'give-back' : 'take-on'}
        >
          {mine ? t('exceptions.giveBack') : t('exceptions.takeOn')}
        </ActButton>
      )}
      {item.status === 'open' && (
        <ActButton size="small" type="link" refused={refused} onClick={() => setAssigning(true)} testId="assign-case">
          {t('exceptions.assignTo')}
        </ActButton>
      )}
      {assigning && (
        <OnDemand>
          <AssignDialog item={item} onClose={() => setAssigning(false)} />
        </OnDemand>
      )}
    </span>
  );
}
