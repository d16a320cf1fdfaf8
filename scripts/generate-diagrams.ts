import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  HAIER_FINAL_STATES,
  HAIER_INITIAL_STATE,
  haierTransitions,
} from '@orderbridge/state-machine/haier-transitions';
import {
  ORDER_FINAL_STATES,
  ORDER_INITIAL_STATE,
  orderTransitions,
} from '@orderbridge/state-machine/order-transitions';
import {
  PAYMENT_FINAL_STATES,
  PAYMENT_INITIAL_STATE,
  paymentTransitions,
} from '@orderbridge/state-machine/payment-transitions';
import { mermaidDiagram } from '@orderbridge/state-machine/print-table';
import {
  REFUND_FINAL_STATES,
  REFUND_INITIAL_STATE,
  refundTransitions,
} from '@orderbridge/state-machine/refund-transitions';

const ROOT = join(import.meta.dirname, '..');
const PAGES = ['README.md', 'README.zh-CN.md', 'docs/flow.md'];
const DIAGRAMS: Record<string, string> = {
  order: mermaidDiagram(orderTransitions, { initial: ORDER_INITIAL_STATE, finals: ORDER_FINAL_STATES }),
  payment: mermaidDiagram(paymentTransitions, { initial: PAYMENT_INITIAL_STATE, finals: PAYMENT_FINAL_STATES }),
  refund: mermaidDiagram(refundTransitions, { initial: REFUND_INITIAL_STATE, finals: REFUND_FINAL_STATES }),
  haier: mermaidDiagram(haierTransitions, { initial: HAIER_INITIAL_STATE, finals: HAIER_FINAL_STATES }),
};

const checkOnly = process.argv.includes('--check');
for (const page of PAGES.filter((name) => existsSync(join(ROOT, name)))) refresh(page);

function refresh(page: string): void {
  const path = join(ROOT, page);
  const text = readFileSync(path, 'utf8');
  const fault = markerFault(text);
  if (fault) return complain(`${page}: ${fault}`);

  const fresh = withDiagrams(text);
  if (fresh === text) return;
  if (checkOnly) return complain(`${page}: its state diagrams differ from the tables; run "pnpm diagrams"`);
  writeFileSync(path, fresh);
  console.log(`${page}: state diagrams written`);
}

/** Markers must be pairs of known names, else text between two diagrams could be swallowed. */
function markerFault(text: string): string | undefined {
  let open: string | undefined;
  for (const [marker, closes, name = ''] of text.matchAll(/<!-- (\/?)diagram:(\S*) -->/g)) {
    if (!Object.hasOwn(DIAGRAMS, name))
      return `${marker} names no diagram; there are ${Object.keys(DIAGRAMS).join(', ')}`;
    if (closes ? open !== name : open !== undefined) return `${marker} stands where it closes or opens nothing`;
    open = closes ? undefined : name;
  }
  return open && `<!-- diagram:${open} --> is never closed`;
}

function withDiagrams(text: string): string {
  return text.replace(
    /(<!-- diagram:(\S+) -->).*?(<!-- \/diagram:\2 -->)/gs,
    (_, start: string, name: string, end: string) => `${start}\n\n\`\`\`mermaid\n${DIAGRAMS[name]}\n\`\`\`\n\n${end}`,
  );
}

function complain(line: string): void {
  console.error(line);
  process.exitCode = 1;
}
