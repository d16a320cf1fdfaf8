import { Hono } from 'hono';
import { readControl } from '../control-input.ts';
import { type FaultMenu, FaultOrder } from './fault-menu.ts';

/** Sets, shows and forgets faults, under `/_control/faults`. */
export function faultControl(menu: FaultMenu): Hono {
  const app = new Hono();
  app.post('/_control/faults', async (c) => {
    const order = await readControl(c, FaultOrder);
    return order.ok ? c.json({ fault: menu.set(order.value) }) : order.refusal;
  });
  app.get('/_control/faults', (c) => c.json({ items: menu.list() }));
  app.delete('/_control/faults', (c) => {
    menu.forget();
    return c.json({ items: menu.list() });
  });
  return app;
}
