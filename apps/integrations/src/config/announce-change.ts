import { subjects } from '@orderbridge/contracts/subjects';
import type { JetStream } from '@orderbridge/service-kit/jetstream/connect';
import type { SupplierAccess } from '../suppliers/suppliers.ts';

export type AnnounceContext = {
  readonly js: Pick<JetStream, 'connection'>;
  readonly suppliers: Pick<SupplierAccess, 'forget'>;
};

/**
 * Lets every process go on with the configuration that is in use now, this one first. Where the message does not
 * arrive, `watchConfiguration` finds the change seconds later.
 */
export function announceChange({ js, suppliers }: AnnounceContext): void {
  suppliers.forget();
  try {
    js.connection.publish(subjects.supplierConfigChanged);
  } catch {
    // A connection that is just being closed: the other processes look by themselves.
  }
}
