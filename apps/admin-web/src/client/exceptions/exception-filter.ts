import type { ExceptionKind } from '@orderbridge/contracts/exceptions-api';
import { textIn } from '../paging/read-filter.ts';
import { EXCEPTION_KIND_NAMES } from './sla.ts';

export const EXCEPTION_FILTER_NAMES = ['orderNumber', 'owner'] as const;
/** With what is chosen outside the filter bar. */
export const EXCEPTION_VIEW_NAMES = ['status', 'kind', 'cause', ...EXCEPTION_FILTER_NAMES] as const;
const CAUSE = /^[0-9a-f]{12}$/;
/** Whoever looks, nobody, or one person by the name that actors have. */
export type OwnerChoice = 'me' | 'nobody' | `staff:${string}`;

export type ExceptionFilter = {
  status: 'open' | 'resolved';
  kind: ExceptionKind | undefined;
  /** One of `exception.causes`; only open cases have one. */
  cause: string | undefined;
  orderNumber: string | undefined;
  owner: OwnerChoice | undefined;
};

/** Reads the filter out of an address; what it does not know there, it leaves out. */
export function readExceptionFilter(params: URLSearchParams): ExceptionFilter {
  const status = params.get('status') === 'resolved' ? 'resolved' : 'open';
  return {
    status,
    kind: EXCEPTION_KIND_NAMES.find((kind) => kind === params.get('kind')),
    cause: status === 'open' ? CAUSE.exec(params.get('cause') ?? '')?.[0] : undefined,
    orderNumber: textIn(params, 'orderNumber'),
    owner: ownerIn(params),
  };
}

function ownerIn(params: URLSearchParams): OwnerChoice | undefined {
  const owner = textIn(params, 'owner');
  if (owner === 'me' || owner === 'nobody') return owner;
  return owner !== undefined && isPerson(owner) ? owner : undefined;
}

const isPerson = (owner: string): owner is `staff:${string}` => /^staff:.+$/.test(owner);

function ownerInput(owner: OwnerChoice, username: string): string | null {
  if (owner === 'nobody') return null;
  return owner === 'me' ? username : owner.slice('staff:'.length);
}

/** The filter as `exception.list` takes it, for the person of this user name. */
export const exceptionListInput = ({ status, kind, cause, orderNumber, owner }: ExceptionFilter, username: string) => ({
  status,
  ...(kind && { kind }),
  ...(cause && { cause }),
  ...(orderNumber && { orderNumber }),
  ...(owner && { owner: ownerInput(owner, username) }),
});
