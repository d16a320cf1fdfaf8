import type { NatsConnection } from '@nats-io/transport-node';
import { internalCalls } from '@orderbridge/contracts/internal-calls';
import { serveCall } from '@orderbridge/service-kit/nats-calls';
import type { GatewayConfig } from '../config.ts';
import type { GatewayLog } from '../gateway-log.ts';
import { explainSignature } from './explain-signature.ts';

/** Answers orders' questions about signatures on this connection, for as long as it lasts. */
export function serveSignatures(connection: NatsConnection, config: GatewayConfig, log: GatewayLog): void {
  const explain = explainSignature(config);
  serveCall(connection, internalCalls.explainSignature, { queueGroup: 'gateway', log }, async (asked) =>
    explain(asked),
  );
}
