import { staffApi } from '@orderbridge/contracts/staff-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { createStaff } from '../staff/create-staff.ts';
import { listStaff } from '../staff/list-staff.ts';
import { removeStaff } from '../staff/remove-staff.ts';
import { updateStaff } from '../staff/update-staff.ts';
import { fresh, staff } from './trpc.ts';

export const staffRouter = {
  list: staff('staff.manage')
    .input(staffApi.list.input)
    .output(staffApi.list.output)
    .query(({ ctx, input }) => listStaff(ctx.orm.em.fork(), input, ctx.now())),
  create: fresh('staff.manage')
    .input(staffApi.create.input)
    .output(staffApi.create.output)
    .mutation(({ ctx, input }) => createStaff(ctx, input)),
  update: fresh('staff.manage')
    .input(staffApi.update.input)
    .output(staffApi.update.output)
    .mutation(({ ctx, input }) => updateStaff(ctx, input)),
  remove: fresh('staff.manage')
    .input(staffApi.remove.input)
    .output(staffApi.remove.output)
    .mutation(async ({ ctx, input }) => {
      await removeStaff(ctx, input);
      return { removed: true };
    }),
} satisfies TRPCRouterRecord;
