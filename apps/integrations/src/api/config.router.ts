import { configApi } from '@orderbridge/contracts/integrations-api';
import type { TRPCRouterRecord } from '@trpc/server';
import { activateConfiguration } from '../config/activate-configuration.ts';
import { createConfiguration } from '../config/create-configuration.ts';
import { listConfigurations } from '../config/list-configurations.ts';
import { removeConfiguration } from '../config/remove-configuration.ts';
import { testConfiguration } from '../config/test-configuration.ts';
import { updateConfiguration } from '../config/update-configuration.ts';
import { fresh, staff } from './trpc.ts';

export const configRouter = {
  list: staff('integrations.configure')
    .input(configApi.list.input)
    .output(configApi.list.output)
    .query(({ ctx }) => listConfigurations(ctx.orm.em.fork(), ctx.config.suppliers)),
  create: fresh('integrations.configure')
    .input(configApi.create.input)
    .output(configApi.create.output)
    .mutation(({ ctx, input }) => createConfiguration(ctx, input)),
  update: fresh('integrations.configure')
    .input(configApi.update.input)
    .output(configApi.update.output)
    .mutation(({ ctx, input }) => updateConfiguration(ctx, input)),
  activate: fresh('integrations.configure')
    .input(configApi.activate.input)
    .output(configApi.activate.output)
    .mutation(({ ctx, input }) => activateConfiguration(ctx, input)),
  remove: fresh('integrations.configure')
    .input(configApi.remove.input)
    .output(configApi.remove.output)
    .mutation(({ ctx, input }) => removeConfiguration(ctx, input)),
  test: staff('integrations.configure')
    .input(configApi.test.input)
    .output(configApi.test.output)
    .mutation(({ ctx, input }) => testConfiguration(ctx, input)),
} satisfies TRPCRouterRecord;
