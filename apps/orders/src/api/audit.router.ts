import { auditApi } from '@orderbridge/contracts/audit-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { getAuditEntry } from '../audit/get-audit-entry.ts';
import { listAudit } from '../audit/list-audit.ts';
import { verifyAudit } from '../audit/verify-audit.ts';
import { staff } from './trpc.ts';

export const auditRouter = {
  list: staff('audit.view')
    .input(auditApi.list.input)
    .output(auditApi.list.output)
    .query(({ ctx, input }) => listAudit(ctx.orm.em.fork(), input)),
  get: staff('audit.view')
    .input(auditApi.get.input)
    .output(auditApi.get.output)
    .query(({ ctx, input }) => getAuditEntry(ctx.orm.em.fork(), input)),
  verify: staff('audit.view')
    .input(auditApi.verify.input)
    .output(auditApi.verify.output)
    .query(({ ctx }) => verifyAudit(ctx.orm.em.fork(), { key: ctx.config.auditChainKey, now: ctx.now() })),
} satisfies TRPCRouterRecord;
