import { networkOf } from '@orderbridge/service-kit/client-address';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { TooMany } from '../errors.ts';
import type { Principal } from '../staff/principal.ts';

/** A program works for many people at once. */
const MACHINE_FACTOR = 10;

export type TakeCall = (principal: Principal | undefined, source: string) => Promise<void>;

/**
 * Counts API calls per minute in this process (R149): of nobody by network, of a person by account, whatever the number
 * of sessions, and of a machine by token, ten times as many.
 * @returns a function that throws TooMany when the minute's calls are used up
 */
export function callLimits(limits: { anonymousPerMinute: number; userPerMinute: number }): TakeCall {
  const perMinute = (points: number) => new RateLimiterMemory({ points, duration: 60 });
  const anonymous = perMinute(limits.anonymousPerMinute);
  const people = perMinute(limits.userPerMinute);
  const machines = perMinute(limits.userPerMinute * MACHINE_FACTOR);

  return async (principal, source) => {
    try {
      if (!principal) await anonymous.consume(networkOf(source));
      else if (principal.kind === 'staff') await people.consume(principal.staffId);
      else await machines.consume(principal.name);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new TooMany('请求过于频繁，请稍后再试', 'Too many requests; try again later', refusal.msBeforeNext);
    }
  };
}
