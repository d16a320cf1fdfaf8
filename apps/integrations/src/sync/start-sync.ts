import type { syncApi, SyncRun } from '@orderbridge/contracts/integrations-api';
import type { z } from 'zod';
import { BadInput } from '../errors.ts';
import { recordEvent } from '../outbox/record-event.ts';
import { refuseBadCounty } from '../suppliers/county-code.ts';
import { distinctProductCodes } from '../suppliers/product-codes.ts';
import { transact, type TransactContext } from '../transaction.ts';
import { MAIN_PART, type Part, PARTS, planSync } from './plan-sync.ts';
import type { SyncConfig } from './sync-config.ts';
import { syncRunView } from './sync-log.ts';

export type SyncVerbContext = TransactContext & {
  readonly now: () => Date;
  /** `staff:<username>`. */
  readonly by: string;
};

/**
 * Plans a sync of products, prices or stock (R108); a worker takes it up within a second. Codes and county are checked
 * here, before any call, and stock needs a county: none is ever made up (T34).
 * @throws BadInput
 */
export async function startSync(
  context: SyncVerbContext & { readonly config: { readonly sync: Pick<SyncConfig, 'countyCode'> } },
  input: z.output<typeof syncApi.start.input>,
): Promise<SyncRun> {
  const { now, by, config } = context;
  const parts = partsOf(input);
  const countyCode = parts.includes('stock') ? (input.countyCode ?? config.sync.countyCode) : null;
  if (countyCode === undefined)
    throw new BadInput(
      '同步库存需要区县编码：请填写 6 位区县编码，或配置默认区县 SYNC_COUNTY_CODE',
      'A sync of stock needs a county: name its six-digit code, or set SYNC_COUNTY_CODE',
    );
  if (input.countyCode !== undefined) refuseBadCounty(input.countyCode);
  const codes = input.productCodes && distinctProductCodes(input.productCodes);
  return transact(context, async (tx) => {
    const at = now();
    const row = await planSync(tx, {
      type: input.type,
      parts,
      countyCode,
      changedOnly: input.changedOnly ?? false,
      from: codes ? 'given' : input.type === 'products' ? 'haier' : 'catalogue',
      codes: codes ?? [],
      by,
      at,
    });
    recordEvent(tx, at, 'staff.acted', null, {
      actor: by,
      action: 'sync_started',
      resourceType: 'sync',
      resourceId: row.public_id,
      detail: { type: input.type, parts, countyCode, products: codes?.length ?? 'all' },
    });
    return syncRunView(row);
  });
}

function partsOf({ type, prices, stock }: z.output<typeof syncApi.start.input>): Part[] {
  const wanted = new Set<Part>([MAIN_PART[type]]);
  if (prices) wanted.add('price');
  if (stock) wanted.add('stock');
  return PARTS.filter((part) => wanted.has(part));
}
