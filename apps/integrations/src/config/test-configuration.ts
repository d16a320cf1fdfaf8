import type { MikroORM } from '@mikro-orm/postgresql';
import type { configApi } from '@orderbridge/contracts/integrations-api';
import type { z } from 'zod';
import type { SupplierConfig } from '../supplier-config.ts';
import type { SupplierAccess, SupplierAnswer, Suppliers } from '../suppliers/suppliers.ts';
import { findConfiguration } from './configuration-row.ts';
import { unsealConfiguration } from './seal-configuration.ts';
import { noSuchConfiguration } from './update-configuration.ts';

type TestResult = z.output<typeof configApi.test.output>;
type Part = TestResult['parts'][number];

export type TestContext = {
  readonly orm: MikroORM;
  readonly config: { readonly suppliers: SupplierConfig };
  readonly suppliers: SupplierAccess;
};

/**
 * Asks both platforms for a token, with a stored configuration or, without an id, with what is in use (R127). Nothing
 * is kept of it, and nothing that is in use is disturbed.
 * @throws NotFound, Refused when its secrets do not open
 */
export async function testConfiguration(
  context: TestContext,
  { id }: { readonly id?: string | undefined },
): Promise<TestResult> {
  const tested = id === undefined ? await context.suppliers.current() : await suppliersOf(context, id);
  const [haier, ylh] = await Promise.all([
    signInTo('haier', () => tested.haier.signIn({ priority: 'manual' })),
    signInTo('ylh', () => tested.ylh.signIn({ priority: 'manual' })),
  ]);
  const failed = [haier, ylh].filter(({ part }) => !part.ok);
  const [message, messageEn] =
    failed.length === 0
      ? ['海尔API连接测试成功', 'The connection test succeeded']
      : failed.some(({ isAuthentication }) => isAuthentication)
        ? ['认证失败', 'The sign-in failed: check user names, ids and secrets']
        : [failed.map(({ part }) => part.detail).join('；'), failed.map(({ part }) => part.detailEn).join('; ')];
  return { success: failed.length === 0, message, messageEn, parts: [haier.part, ylh.part] };
}

async function suppliersOf({ orm, config, suppliers }: TestContext, id: string): Promise<Suppliers> {
  const row = await findConfiguration(orm.em.fork(), id);
  if (!row) throw noSuchConfiguration();
  const values = unsealConfiguration(config.suppliers.sealing, id, row.config);
  return suppliers.withConfig(values);
}

async function signInTo(
  name: Part['name'],
  signIn: () => Promise<SupplierAnswer<null>>,
): Promise<{ part: Part; isAuthentication: boolean }> {
  const startedMs = performance.now();
  const answer = await signIn();
  const durationMs = Math.round(performance.now() - startedMs);
  if (answer.outcome === 'answered')
    return {
      part: { name, ok: true, detail: '认证成功', detailEn: 'Signed in', durationMs },
      isAuthentication: false,
    };
  const { zh, en } = answer.detail;
  return {
    part: { name, ok: false, detail: zh, detailEn: en, durationMs },
    isAuthentication: answer.outcome === 'refused' && answer.why === 'authentication',
  };
}
