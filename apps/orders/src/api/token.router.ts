import { tokenApi } from '@orderbridge/contracts/staff-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { createToken } from '../staff/create-token.ts';
import { listTokens } from '../staff/list-tokens.ts';
import { revokeToken } from '../staff/revoke-token.ts';
import { fresh, staff } from './trpc.ts';

export const tokenRouter = {
  list: staff('tokens.manage')
    .input(tokenApi.list.input)
    .output(tokenApi.list.output)
    .query(({ ctx, input }) => listTokens(ctx.orm.em.fork(), input)),
  create: fresh('tokens.manage')
    .input(tokenApi.create.input)
    .output(tokenApi.create.output)
    .mutation(({ ctx, input }) => createToken(ctx, input)),
  // No fresh check: who sees a leaked token used must be able to end it at once.
  revoke: staff('tokens.manage')
    .input(tokenApi.revoke.input)
    .output(tokenApi.revoke.output)
    .mutation(({ ctx, input }) => revokeToken(ctx, input)),
} satisfies TRPCRouterRecord;
