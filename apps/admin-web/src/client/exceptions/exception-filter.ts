import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import { textIn } from '../paging/read-filter.ts';
import { EXCEPTION_KIND_NAMES } from './sla.ts';

export const EXCEPTION_FILTER_NAMES = ['orderNumber', 'owner'] as const;
/** With what is chosen outside the filter bar. */
export const EXCEPTION_VIEW_NAMES = ['status', 'kind', ...EXCEPTION_FILTER_NAMES] as const;
const OWNERS = ['me', 'nobody'] as const;

export type ExceptionFilter = {
  status: 'open' | 'resolved';
  kind: ExceptionKind | undefined;
  orderNumber: string | undefined;
  owner: (typeof OWNERS)[number] | undefined;
};

/** Reads the filter out of an address; what it does not know there, it leaves out. */
export const readExceptionFilter = (params: URLSearchParams): ExceptionFilter => ({
  status: params.get('status') === 'resolved' ? 'resolved' : 'open',
  kind: EXCEPTION_KIND_NAMES.find((kind) => kind === params.get('kind')),
  orderNumber: textIn(params, 'orderNumber'),
  owner: OWNERS.find((owner) => owner === params.get('owner')),
});

/** The filter as `exception.list` takes it, for the person of this user name. */
export const exceptionListInput = ({ status, kind, orderNumber, owner }: ExceptionFilter, username: string) => ({
  status,
  ...(kind && { kind }),
  ...(orderNumber && { orderNumber }),
  ...(owner && { owner: owner === 'me' ? username : null }),
});
