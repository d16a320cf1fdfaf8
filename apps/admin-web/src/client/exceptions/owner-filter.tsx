import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ordersApi } from '../api/orders-api.ts';
import { ChoiceFilter } from '../paging/choice-filter.tsx';
import { useSession } from '../session/session-guard.tsx';
import type { OwnerChoice } from './exception-filter.ts';
import { nameOf } from './owner-name.ts';

type OwnerFilterProps = { value: OwnerChoice | undefined; onChange: (owner: OwnerChoice | null) => void };

/** Cases of whoever looks, of nobody, or of one colleague; also of one who can no longer be given any. */
export function OwnerFilter({ value, onChange }: OwnerFilterProps) {
  const { t } = useTranslation();
  const { username } = useSession();
  const { data } = useQuery(ordersApi.exception.owners.queryOptions());
  const colleagues = (data?.items ?? [])
    .filter((owner) => owner.username !== username)
    .map((owner) => ({ value: `staff:${owner.username}` as const, label: nameOf(owner) }));
  const isListed =
    value === undefined || value === 'me' || value === 'nobody' || colleagues.some((one) => one.value === value);
  return (
    <ChoiceFilter<OwnerChoice>
      label={t('exceptions.ownerFilter')}
      testId="filter-owner"
      value={value}
      options={[
        { value: 'me', label: t('exceptions.mineOnly') },
        { value: 'nobody', label: t('exceptions.unowned') },
        ...colleagues,
        ...(isListed ? [] : [{ value, label: value.slice('staff:'.length) }]),
      ]}
      onChange={onChange}
    />
  );
}
