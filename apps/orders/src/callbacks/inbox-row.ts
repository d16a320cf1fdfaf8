import type { CallbackOutcomeName, CallbackProblem } from '@orderbridge/contracts/callback-envelope';

/** A row of `callbacks` as it is written. */
export type InboxRow = {
  public_id: string;
  provider: string;
  transport_key: string;
  semantic_key: string | null;
  outcome: CallbackOutcomeName;
  detail: string | null;
  detail_en: string | null;
  method: string | null;
  platform_order_no: string | null;
  /** The provider's number of the payment, in news of one. */
  transaction_id: string | null;
  order_id: number | null;
  answer: Record<string, unknown> | null;
  /** What news of money is about, by its own word. */
  topic: 'payment' | 'refund' | null;
  problem: CallbackProblem | null;
  secret: string;
  source: string;
  path: string;
  content_type: string;
  body: string;
  /** Headers that sign it, where headers do. */
  signature_headers: Readonly<Record<string, string>> | null;
  late: boolean;
  received_at: string;
  decided_at: string;
};

/** Its columns, as a record definition of PostgreSQL. */
export const INBOX_COLUMNS =
  'public_id uuid, provider text, transport_key text, semantic_key text, outcome text, detail text, detail_en text, method text, platform_order_no text, transaction_id text, order_id bigint, answer json, topic text, problem text, secret text, source text, path text, content_type text, body text, signature_headers json, late boolean, received_at timestamptz, decided_at timestamptz';
