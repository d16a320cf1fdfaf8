import { transact, type TransactContext } from '../transaction.ts';

export type ExportContext = TransactContext & { readonly now: () => Date; readonly by: string };

type Exported = {
  /** What is exported, as the audit names it. */
  readonly resourceType: 'export' | 'order';
  readonly resourceId: string;
  /** What personal data in clear is needed for; absent when it is masked. */
  readonly purpose: string | undefined;
  /** What both entries tell besides. */
  readonly detail?: object;
};

/** The audit of one export: `begin` before its first byte, when something is revealed; `end` when it is all or its reader left. */
export function recordExport(context: ExportContext, { resourceType, resourceId, purpose, detail }: Exported) {
  const write = (action: string, more: object) =>
    transact(context, async (tx) => {
      tx.audit.push({
        at: context.now(),
        actor: context.by,
        action,
        resource_type: resourceType,
        resource_id: resourceId,
        detail: { ...detail, ...(purpose !== undefined && { purpose }), ...more },
      });
    });
  return {
    begin: async (): Promise<void> => {
      if (purpose !== undefined) await write('personal_data_revealed', {});
    },
    end: (told: object): Promise<void> => write('exported', told),
  };
}
