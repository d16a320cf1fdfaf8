import type { ReactNode } from 'react';
import { readProblem } from '../api/api-problem.ts';
import { FirstPageLink } from '../paging/first-page-link.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { LoadingLines } from './loading-lines.tsx';

type Reading<T> = {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
};

/** Loading, failure, and the content; content read before stays on the screen when a later reading fails. */
export function QueryView<T>({ query, children }: { query: Reading<T>; children: (data: T) => ReactNode }) {
  const { data, error, isPending, refetch } = query;
  const retry = () => void refetch();
  if (data !== undefined) {
    return (
      <>
        {error !== null && <FailureNotice error={error} onRetry={retry} stale />}
        {children(data)}
      </>
    );
  }
  if (isPending && error === null) return <LoadingLines />;
  const more = readProblem(error).code === 'BAD_INPUT' && <FirstPageLink />;
  return <FailureNotice error={error} onRetry={retry} more={more} />;
}
