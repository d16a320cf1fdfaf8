import { internalCalls } from '@orderbridge/contracts/internal-calls';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import { call, CallRefused, CallUnavailable } from '@orderbridge/service-kit/nats-calls';
import type { z } from 'zod';
import { Refused } from '../errors.ts';

type Call = typeof internalCalls.explainSignature;

/**
 * Asks the gateway, which holds the secrets, about a signature; never inside a transaction.
 * @throws Refused UNAVAILABLE when it does not answer
 */
export type AskGateway = (asked: z.input<Call['request']>) => Promise<z.output<Call['reply']>>;

const TIMEOUT_MS = 5_000;

/** The way to the gateway over NATS. */
export const askGateway =
  ({ connection }: Pick<JetStream, 'connection'>): AskGateway =>
  async (asked) => {
    try {
      return await call(connection, internalCalls.explainSignature, asked, TIMEOUT_MS);
    } catch (error) {
      if (error instanceof CallUnavailable || error instanceof CallRefused)
        throw new Refused(
          'UNAVAILABLE',
          '网关没有应答，暂时无法解释签名：密钥只在网关中，请确认网关正在运行后重试',
          'The gateway does not answer, so the signature cannot be explained: only it has the secrets. Make sure that it runs, then try again',
        );
      throw error;
    }
  };
