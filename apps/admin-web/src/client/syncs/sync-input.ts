import type { integrationsClient } from '../api/integrations-api.ts';
import { readCodes } from '../products/read-codes.ts';

type SyncInput = Parameters<typeof integrationsClient.sync.start.mutate>[0];

export const STARTABLE = ['products', 'prices', 'stock'] as const satisfies readonly SyncInput['type'][];

/** Fields of the form that starts a run. */
export type SyncForm = {
  type: SyncInput['type'];
  codes?: string;
  prices?: boolean;
  stock?: boolean;
  countyCode?: string;
  changedOnly?: boolean;
};

/** Whether the run asks for stock, and so needs a county. */
export const needsCounty = ({ type, stock }: Pick<SyncForm, 'type' | 'stock'>): boolean =>
  type === 'stock' || (type === 'products' && stock === true);

/** The form as `sync.start` takes it; what does not belong to the type stays out, though it was filled in before. */
export function syncInput(form: SyncForm): SyncInput {
  const codes = readCodes(form.codes);
  const county = form.countyCode?.trim();
  const withProducts = form.type === 'products';
  return {
    type: form.type,
    ...(codes.length > 0 && { productCodes: codes }),
    ...(withProducts && form.prices && { prices: true }),
    ...(withProducts && form.stock && { stock: true }),
    ...(needsCounty(form) && county && { countyCode: county }),
    ...(form.changedOnly && { changedOnly: true }),
  };
}
