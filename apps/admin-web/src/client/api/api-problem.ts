import { TRPCClientError } from '@trpc/client';
import type { ErrorCode } from '@orderbridge/contracts/error-codes';
import type { OrdersApi } from '@orderbridge/contracts/orders-api';
import type { ApiErrorData } from '@orderbridge/contracts/router-types';

/** Why a call failed, for a person; `NETWORK` when nothing that speaks our language answered. */
export type ApiProblem = {
  code: ErrorCode | 'NETWORK';
  /** In Chinese and in English, as the service said it. */
  message: { zh: string; en: string } | undefined;
  requestId: string | undefined;
  fields: readonly { path: string; message: string }[];
};

export function readProblem(error: unknown): ApiProblem {
  const data = error instanceof TRPCClientError ? (error as TRPCClientError<OrdersApi>).data : undefined;
  if (!isOurs(data)) return { code: 'NETWORK', message: undefined, requestId: undefined, fields: [] };
  return {
    code: data.errorCode,
    message: { zh: (error as Error).message, en: data.messageEn },
    requestId: data.requestId,
    fields: data.fields ?? [],
  };
}

export const isNotSignedIn = (error: unknown): boolean => readProblem(error).code === 'NOT_SIGNED_IN';

const PASSING: readonly ApiProblem['code'][] = ['NETWORK', 'UNAVAILABLE', 'INTERNAL'];

/** May go away by itself, so asking again makes sense. */
export const isPassing = (error: unknown): boolean => PASSING.includes(readProblem(error).code);

// A proxy in between may answer with something else than our error shape.
const isOurs = (data: ApiErrorData | null | undefined): data is ApiErrorData =>
  typeof data?.errorCode === 'string' && typeof data.messageEn === 'string';
