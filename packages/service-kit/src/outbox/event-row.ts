/** An event on its way into the table `outbox`, in the transaction of what it tells. */
export type EventRow = { event_id: string; type: string; subject: string; data: object; at: Date };

/** Its record definition for `insertRows`. */
export const OUTBOX_COLUMNS = 'event_id uuid, type text, subject text, data jsonb, at timestamptz';
