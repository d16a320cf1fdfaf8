import pg from 'pg';
import { uuidv7 } from '@orderbridge/service-kit/uuid';
import { CALLBACK_PATH, confirmCallback, haierOrderNoOf, orderNumberOf, type OrderRange } from './confirm-callbacks.ts';
import { serveLoad } from './load-process.ts';
import { measureLanes, type Pace } from './measure-lanes.ts';

export type SqlJob = Pace & { readonly databaseUrl: string; readonly orders: OrderRange };

/**
 * Applies each confirmation in a transaction of its own: the rows that orders commits for it, written by hand as
 * prepared statements, one connection per lane. Values are made beforehand; only the database is measured.
 */
serveLoad<SqlJob>(async ({ databaseUrl, orders, lanes, ...pace }, tell) => {
  const sentAt = new Date();
  const confirmations = Array.from({ length: orders.count }, (_, index) =>
    confirmationOf(orderNumberOf(orders, index), sentAt),
  );
  const clients = await Promise.all(Array.from({ length: lanes }, () => openClient(databaseUrl)));

  let next = 0;
  const step = async (client: pg.Client) => {
    const confirmation = confirmations[next++];
    if (!confirmation) return false;
    await applyConfirmation(client, confirmation);
    return true;
  };
  const measured = await measureLanes(clients, pace, step, tell);
  await Promise.all(clients.map((client) => client.end()));
  return measured;
});

async function applyConfirmation(client: pg.Client, confirmation: Confirmation): Promise<void> {
  const { orderNumber, haierOrderNo, callbackId, eventId, transportKey, body, at, moved } = confirmation;
  await client.query({ name: 'begin', text: 'begin' });
  const { rows } = await client.query<{ id: string; haier_status: string }>({
    name: 'lock',
    text: 'select id, status, haier_status, haier_order_no, haier_line_count from orders where order_number = $1 for update',
    values: [orderNumber],
  });
  const orderId = rows[0]!.id;
  await client.query({
    name: 'callback',
    text: `insert into callbacks (public_id, provider, transport_key, semantic_key, outcome, detail, method, platform_order_no, order_id,
             secret, source, path, content_type, body, late, received_at, decided_at)
           values ($1, 'haier', $2, $3, 'applied', $4, 'hmm.scm_heorder.confirm', $5, $6, 'current', '127.0.0.1', $7,
             'application/x-www-form-urlencoded', $8, false, $9, $9)`,
    values: [
      callbackId,
      transportKey,
      `haier:${orderId}:0:hmm.scm_heorder.confirm:1:${haierOrderNo}:`,
      '海尔状态 none → confirmed',
      orderNumber,
      orderId,
      CALLBACK_PATH,
      body,
      at,
    ],
  });
  await client.query({
    name: 'order',
    text: `update orders set haier_status = 'confirmed', haier_order_no = $2, haier_fail_message = null where id = $1`,
    values: [orderId, haierOrderNo],
  });
  await client.query({
    name: 'change',
    text: `insert into state_changes (machine, order_id, from_state, to_state, fact, by, callback_id, at)
           values ('haier', $1, 'none', 'confirmed', 'order_confirmed', 'callback:haier', $2, $3)`,
    values: [orderId, callbackId, at],
  });
  await client.query({
    name: 'audit',
    text: `insert into audit_entries (at, actor, action, resource_type, resource_id, detail)
           values ($1, 'callback:haier', 'haier_status_changed', 'order', $2, $3)`,
    values: [at, orderNumber, moved],
  });
  await client.query({
    name: 'outbox',
    // Already sent, so that the relay of the running orders process leaves it alone.
    text: `insert into outbox (event_id, type, subject, data, at, sent_at) values ($1, 'haier.moved', $2, $3, $4, $4)`,
    values: [eventId, orderNumber, moved, at],
  });
  await client.query({ name: 'commit', text: 'commit' });
}

function confirmationOf(orderNumber: string, sentAt: Date) {
  const { body, sign } = confirmCallback(orderNumber, { signing: 'right', sentAt });
  return {
    orderNumber,
    haierOrderNo: haierOrderNoOf(orderNumber),
    callbackId: uuidv7(sentAt),
    eventId: uuidv7(sentAt),
    transportKey: `haier:${sign}`,
    body,
    at: sentAt.toISOString(),
    moved: JSON.stringify({ from: 'none', to: 'confirmed', fact: 'order_confirmed' }),
  };
}
type Confirmation = ReturnType<typeof confirmationOf>;

async function openClient(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, options: '-c search_path=orders' });
  await client.connect();
  return client;
}
