import { StaffSession } from '@orderbridge/contracts/staff-api';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';

const Answer = z.object({ result: z.object({ data: StaffSession.nullable() }) });
const TIMEOUT_MS = 3_000;

/**
 * Asks orders, which owns accounts and sessions, who the bearer of this cookie is.
 * @throws TRPCError SERVICE_UNAVAILABLE when orders cannot say
 */
export async function staffSessionOf(ordersUrl: string, cookie: string | undefined): Promise<StaffSession | null> {
  if (!cookie) return null;
  try {
    const response = await fetch(`${ordersUrl}/trpc/session.current`, {
      headers: { cookie },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    return Answer.parse(await response.json()).result.data;
  } catch (cause) {
    throw new TRPCError({ code: 'SERVICE_UNAVAILABLE', cause });
  }
}
