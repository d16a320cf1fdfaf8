import { reasonOf } from '@orderbridge/service-kit/outbound-http';
import { JSONParser } from '@streamparser/json';
import { broken, cancelled, type NotAnswered, refusedUpstream, unreadable } from '../http/answers.ts';
import type { WireCall } from '../http/call-once.ts';
import { readText } from '../http/read-fields.ts';
import { elementsOf, parseJson, saysSuccess, wordsOf } from '../http/read-json.ts';
import { longCall } from '../http/supplier-call.ts';
import type { Tokens } from '../http/token-cache.ts';
import type { Upstream } from '../http/upstream.ts';
import type { CallOptions, SupplierAnswer } from '../suppliers/suppliers.ts';

/**
 * Product codes out of an answer of any length, as its bytes come: an array, or one as `data` (domain.md §1.3). Memory
 * holds one element at a time, and the platform is read no faster than codes are asked for. Ends with one answer of
 * another kind when it cannot go on; the codes before it are good.
 */
export async function* streamProductCodes(
  upstream: Upstream,
  tokens: Tokens,
  call: WireCall,
  options: CallOptions,
): AsyncGenerator<SupplierAnswer<string>, void> {
  const { platform } = upstream;
  const answer = await longCall(upstream, tokens, call, options);
  if (answer.outcome !== 'answered') return yield answer;

  const reading = readCodes();
  try {
    for await (const part of answer.value) {
      if (options.signal?.aborted) return yield cancelled();
      const codes = reading.take(part);
      if (codes === undefined) return yield unreadable(platform, 'read');
      for (const value of codes) yield { outcome: 'answered', value };
    }
  } catch (error) {
    return yield options.signal?.aborted ? cancelled() : broken(platform, reasonOf(error));
  }
  const end = reading.end(upstream);
  if (end) yield end;
}

/** Takes an answer part by part and gives out the codes that are complete. */
function readCodes() {
  const parser = new JSONParser({ paths: ['$.*.productCode', '$.data.*.productCode'], keepStack: false });
  let found: string[] = [];
  let any = false;
  let beginning = '';
  parser.onValue = ({ value }) => {
    const code = readText(value);
    if (code !== null) found.push(code);
  };
  return {
    /** Undefined: this is no JSON. */
    take(part: Uint8Array): readonly string[] | undefined {
      if (!any && beginning.length < BEGINNING_CHARACTERS) beginning += Buffer.from(part).toString('latin1');
      found = [];
      try {
        parser.write(part);
      } catch {
        return undefined;
      }
      any ||= found.length > 0;
      return found;
    },
    /** What is wrong with the answer as a whole. An answer without codes is short, so its beginning is all of it. */
    end({ platform }: Pick<Upstream, 'platform'>): NotAnswered | undefined {
      if (any) return parser.isEnded ? undefined : unreadable(platform, 'read');
      const body = parseJson(Buffer.from(beginning, 'latin1').toString('utf8'));
      if (saysSuccess(body) === false) return refusedUpstream(platform, wordsOf(body), 200);
      return elementsOf(body)?.length === 0 ? undefined : unreadable(platform, 'read');
    },
  };
}

const BEGINNING_CHARACTERS = 65_536;
