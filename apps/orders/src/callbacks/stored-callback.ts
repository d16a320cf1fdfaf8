import type { CallbackEnvelope } from '@orderbridge/contracts/callback-envelope';

/** What a row of `callbacks` keeps of the request that it was. */
export const ENVELOPE_COLUMNS =
  'public_id, provider, transport_key, secret, late, received_at, source, path, content_type, body';

/** Those columns as the driver gives them. */
export type EnvelopeRow = {
  public_id: string;
  provider: CallbackEnvelope['provider'];
  transport_key: string;
  secret: CallbackEnvelope['secret'];
  late: boolean;
  received_at: string;
  source: string;
  path: string;
  content_type: string;
  body: string;
};

/** A stored callback as the gateway sent it; nobody waits for its answer any more. */
export const storedEnvelope = (row: EnvelopeRow): CallbackEnvelope => ({
  id: row.public_id,
  provider: row.provider,
  transportKey: row.transport_key,
  secret: row.secret,
  late: row.late,
  receivedAt: new Date(row.received_at).toISOString(),
  source: row.source,
  path: row.path,
  contentType: row.content_type,
  body: row.body,
});
