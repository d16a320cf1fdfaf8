import { Hono } from 'hono';
import { readControl } from '../control-input.ts';
import { CatalogueOrder } from './catalogue.ts';
import { HaierOrder, type PlayedHaier } from './haier.ts';

/** The platform's own side of goods, prices, stock and money, under `/_control/`. */
export function haierControl(haier: PlayedHaier): Hono {
  const app = new Hono();
  app.post('/_control/catalogue', async (c) => {
    const told = await readControl(c, CatalogueOrder);
    if (!told.ok) return told.refusal;
    haier.catalogue.set(told.value);
    return c.json({ products: haier.catalogue.size() });
  });

  app.post('/_control/haier', async (c) => {
    const told = await readControl(c, HaierOrder);
    return told.ok ? c.json({ settings: haier.set(told.value) }) : told.refusal;
  });
  return app;
}
