import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { applyChange } from './use-list-address.ts';

/** The way out of a page of a list that cannot be read, such as one whose cursor belongs to another sequence. */
export function FirstPageLink() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  if (!params.has('cursor')) return null;
  return (
    <Link to={{ search: applyChange(params, { cursor: null }).toString() }} data-testid="failure-first-page">
      {t('paging.first')}
    </Link>
  );
}
