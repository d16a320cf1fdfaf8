import { exceptionApi } from '@orderbridge/contracts/exceptions-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { assignException } from '../exceptions/assign-exception.ts';
import { exceptionSummary } from '../exceptions/exception-summary.ts';
import { listCauses } from '../exceptions/list-causes.ts';
import { listExceptions } from '../exceptions/list-exceptions.ts';
import { listOwners } from '../exceptions/list-owners.ts';
import { resolveException } from '../exceptions/resolve-exception.ts';
import { requireFresh } from '../staff/require-fresh.ts';
import { staff } from './trpc.ts';

export const exceptionRouter = {
  list: staff('exceptions.view')
    .input(exceptionApi.list.input)
    .output(exceptionApi.list.output)
    .query(({ ctx, input }) =>
      listExceptions(ctx.orm.em.fork(), input, { now: ctx.now(), permissions: ctx.principal.permissions, by: ctx.by }),
    ),
  summary: staff('exceptions.view')
    .input(exceptionApi.summary.input)
    .output(exceptionApi.summary.output)
    .query(({ ctx }) => exceptionSummary(ctx.orm.em.fork(), ctx.now())),
  causes: staff('exceptions.view')
    .input(exceptionApi.causes.input)
    .output(exceptionApi.causes.output)
    .query(({ ctx, input }) => listCauses(ctx.orm.em.fork(), input, ctx.now())),
  owners: staff('exceptions.view')
    .input(exceptionApi.owners.input)
    .output(exceptionApi.owners.output)
    .query(async ({ ctx }) => ({ items: await listOwners(ctx.orm.em.fork()) })),
  assign: staff('exceptions.resolve')
    .input(exceptionApi.assign.input)
    .output(exceptionApi.assign.output)
    .mutation(({ ctx, input }) => assignException({ ...ctx, permissions: ctx.principal.permissions }, input)),
  resolve: staff('exceptions.resolve')
    .input(exceptionApi.resolve.input)
    .output(exceptionApi.resolve.output)
    .mutation(({ ctx, input }) =>
      resolveException(
        {
          ...ctx,
          permissions: ctx.principal.permissions,
          requireFresh: () => requireFresh(ctx),
          twoPersonFromFen: ctx.config.payments.twoPersonFromFen,
        },
        input,
      ),
    ),
} satisfies TRPCRouterRecord;
