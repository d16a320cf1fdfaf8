import type { CallbackOutcomeName } from '@orderbridge/contracts/callback-envelope';
import { createMetrics, type Metrics } from '@orderbridge/service-kit/metrics';
import type { RefusalReason } from './providers/provider.ts';

/** What was answered: an outcome, `accepted` (kept, not yet decided) or why it was refused. */
export type CallbackResult = CallbackOutcomeName | 'accepted' | RefusalReason;

export type GatewayMetrics = {
  readonly registry: Metrics['registry'];
  count: (provider: string, result: CallbackResult) => void;
  observe: (provider: string, seconds: number) => void;
};

export type GaugeReadings = {
  waiting: () => number;
  spoolRecords: () => number;
  spoolBytes: () => number;
  connected: () => boolean;
};

/** The metrics of the gateway. Labels are fixed sets: never an address, a path or an order. */
export function createGatewayMetrics(readings: GaugeReadings): GatewayMetrics {
  const metrics = createMetrics('gateway');
  const requests = metrics.counter('callback_requests_total', 'Callbacks answered, by result', ['provider', 'result']);
  const duration = metrics.histogram('callback_duration_seconds', 'From receipt of a verified callback to its answer', [
    'provider',
  ]);
  metrics.measured('callbacks_waiting', 'Verified callbacks that wait for their answer', readings.waiting);
  metrics.measured(
    'spool_records',
    'Callbacks on the local disk that JetStream has not kept yet',
    readings.spoolRecords,
  );
  metrics.measured('spool_bytes', 'Bytes of the local spool', readings.spoolBytes);
  metrics.measured('jetstream_connected', '1 while the connection to NATS stands', () => Number(readings.connected()));

  return {
    registry: metrics.registry,
    count: (provider, result) => requests.inc({ provider, result }),
    observe: (provider, seconds) => duration.observe({ provider }, seconds),
  };
}
