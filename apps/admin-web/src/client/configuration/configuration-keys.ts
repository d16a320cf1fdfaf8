import type { ConfigKey } from '@orderbridge/contracts/integrations-api';

/** Keys that Haier's open platform needs, in the order of the form. */
export const HAIER_KEYS = [
  'client_id',
  'client_secret',
  'token_url',
  'base_url',
  'customer_code',
  'send_to_code',
  'supplier_code',
  'password',
  'seller_password',
  'customer_password',
  'authorization_scheme',
] as const satisfies readonly ConfigKey[];

export const YLH_KEYS = [
  'ylh_auth_url',
  'ylh_intake_url',
  'ylh_order_url',
  'ylh_stock_url',
  'ylh_username',
  'ylh_password',
  'ylh_client_id',
  'ylh_client_secret',
  'source_system',
  'shop_name',
] as const satisfies readonly ConfigKey[];

/** What saving demands (domain.md §3.8). */
export const REQUIRED_KEYS: readonly ConfigKey[] = ['client_id', 'client_secret', 'token_url', 'base_url'];

/** Keys whose stored text nobody sees again. */
export const SECRET_KEYS: readonly ConfigKey[] = [
  'client_secret',
  'password',
  'seller_password',
  'customer_password',
  'ylh_password',
  'ylh_client_secret',
];
