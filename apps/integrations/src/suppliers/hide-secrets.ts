import { SECRET_CONFIG_KEYS, SECRET_MASK } from '@orderbridge/contracts/integrations-api';
import type { Text } from '../text.ts';
import type { ConfigValues } from './read-settings.ts';
import type { CallOptions, HaierClient, SupplierAnswer, YlhClient } from './suppliers.ts';

/** What a platform knows of us and may say back. */
export type Secrets = {
  /** A token that was handed out: gateways name it when they refuse it. */
  readonly learn: (authorization: string) => void;
  readonly hide: (said: Text) => Text;
  readonly hideIn: (text: string) => string;
};

/** Shorter ones stand in any sentence by chance, and hiding them would spoil what people have to read. */
const HIDDEN_FROM = 4;
/** Calls that are under way with one of the tokens before may still be answered. */
const TOKENS_KEPT = 4;

/**
 * The secrets of a configuration, in every form in which a platform gets them, and its tokens. Its own words reach
 * staff, job records, the sync log and exceptions: what it echoes of these stands there as the mask (R129, R141).
 */
export function secretsOf(values: ConfigValues): Secrets {
  const given = SECRET_CONFIG_KEYS.map((key) => values[key]?.trim() ?? '');
  const basic = Buffer.from(`${values.ylh_client_id?.trim()}:${values.ylh_client_secret?.trim()}`).toString('base64');
  const fixed = [...given, ...given.map(inForm), basic];
  let tokens: string[] = [];
  const hideIn = (text: string) =>
    [...fixed, ...tokens]
      .filter((secret) => secret.length >= HIDDEN_FROM)
      // One may be a part of another.
      .toSorted((a, b) => b.length - a.length)
      .reduce((left, secret) => left.replaceAll(secret, () => SECRET_MASK), text);
  return {
    learn(authorization) {
      tokens = [authorization.split(' ').at(-1)!, ...tokens].slice(0, TOKENS_KEPT);
    },
    hide: ({ zh, en }) => ({ zh: hideIn(zh), en: hideIn(en) }),
    hideIn,
  };
}

/** As a form carries it (domain.md §1.9). */
const inForm = (secret: string) => new URLSearchParams({ '': secret }).toString().slice(1);

/** A client whose answers name no secret, nor what it shows of the wire. */
export function hidingHaier(client: HaierClient, secrets: Secrets): HaierClient {
  const hiding = hidingIn(secrets);
  return {
    products: hiding(client.products),
    async *allProductCodes(options) {
      for await (const answer of client.allProductCodes(options)) yield hidden(answer, secrets);
    },
    prices: hiding(client.prices),
    stock: hiding(client.stock),
    balance: hiding(client.balance),
    logistics: hiding(client.logistics),
    signIn: hiding(client.signIn),
  };
}

/** The same for YLH. */
export function hidingYlh(client: YlhClient, secrets: Secrets): YlhClient {
  const hiding = hidingIn(secrets);
  return {
    createOrder: hiding(client.createOrder),
    cancelOrder: hiding(client.cancelOrder),
    reschedule: hiding(client.reschedule),
    deliveryImages: hiding(client.deliveryImages),
    logistics: hiding(client.logistics),
    signIn: hiding(client.signIn),
  };
}

const hidingIn =
  (secrets: Secrets) =>
  <Args extends unknown[], T>(ask: (...args: [...Args, CallOptions]) => Promise<SupplierAnswer<T>>) =>
  async (...args: [...Args, CallOptions]): Promise<SupplierAnswer<T>> => {
    const asked = args.slice(0, -1) as Args;
    return hidden(await ask(...asked, shownWithout(secrets, args.at(-1) as CallOptions)), secrets);
  };

/** The same options, through which no secret is shown. */
function shownWithout({ hideIn }: Secrets, options: CallOptions): CallOptions {
  const { onExchange } = options;
  if (!onExchange) return options;
  return {
    ...options,
    onExchange: ({ request, answer, ...rest }) =>
      onExchange({ ...rest, request: hideIn(request), answer: answer === null ? null : hideIn(answer) }),
  };
}

const hidden = <T>(answer: SupplierAnswer<T>, { hide }: Secrets): SupplierAnswer<T> =>
  answer.outcome === 'answered' ? answer : { ...answer, detail: hide(answer.detail) };
