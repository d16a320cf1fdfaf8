import { BACKGROUND_HEADER } from '@orderbridge/contracts/request-headers';
import { StaffSession } from '@orderbridge/contracts/staff-api';
import { z } from 'zod';
import { NotServed } from '../errors.ts';

const Answer = z.object({ result: z.object({ data: StaffSession.nullable() }) });
const TIMEOUT_MS = 3_000;

/**
 * Asks orders, which owns accounts and sessions, who the bearer of this cookie is. The client's address goes along:
 * orders limits calls of nobody by it.
 * @throws NotServed TOO_MANY_REQUESTS when orders says so, UNAVAILABLE when it cannot say
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
  const response = await fetch(`${ordersUrl}/trpc/session.current`, {
    headers: {
      cookie,
      ...(forwardedFor && { 'x-forwarded-for': forwardedFor }),
      ...(background && { [BACKGROUND_HEADER]: background }),
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  }).catch(() => undefined);
  if (response?.status === 429)
    throw new NotServed('TOO_MANY_REQUESTS', '请求过于频繁，请稍后再试', 'Too many requests; try again later');
  const answer = Answer.safeParse(await response?.json().catch(() => undefined));
  if (answer.success) return answer.data.result.data;
  throw new NotServed(
    'UNAVAILABLE',
    '订单服务暂时不可用，请稍后重试',
    'The orders service is not available right now; try again shortly',
  );
}
