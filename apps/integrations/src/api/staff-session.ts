import { BACKGROUND_HEADER } from '@orderbridge/contracts/request-headers';
import { StaffSession } from '@orderbridge/contracts/staff-api';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';

const Answer = z.object({ result: z.object({ data: StaffSession.nullable() }) });
const TIMEOUT_MS = 3_000;

/**
 * Asks orders, which owns accounts and sessions, who the bearer of this cookie is. The client's address goes along:
 * orders limits calls of nobody by it.
 * @throws TRPCError TOO_MANY_REQUESTS when orders says so, SERVICE_UNAVAILABLE when it cannot say
 */
export async function staffSessionOf(
  ordersUrl: string,
  {
    cookie,
    forwardedFor,
    background,
  }: { cookie: string | undefined; forwardedFor: string | undefined; background?: string | undefined },
): Promise<StaffSession | null> {
  if (!cookie) return null;
  try {
    const response = await fetch(`${ordersUrl}/trpc/session.current`, {
      headers: {
        cookie,
        ...(forwardedFor && { 'x-forwarded-for': forwardedFor }),
        ...(background && { [BACKGROUND_HEADER]: background }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (response.status === 429) throw new TRPCError({ code: 'TOO_MANY_REQUESTS' });
    return Answer.parse(await response.json()).result.data;
  } catch (cause) {
    throw cause instanceof TRPCError ? cause : new TRPCError({ code: 'SERVICE_UNAVAILABLE', cause });
  }
}
