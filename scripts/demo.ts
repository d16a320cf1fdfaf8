import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import { connectToStack, type Stack } from './demo/connect.ts';
import { playScene, type Played } from './demo/play-scene.ts';
import { type Cast, demoOrder, ORDERS, type OrderName, type Text } from './demo/scene.ts';
import { demoScenes } from './demo/scenes.ts';
import { textTable } from '@orderbridge/service-kit/text-table';

const ORDER_PLACED: Text = { en: 'placed', 'zh-CN': '已下单' };
const HEAD: readonly Text[] = [
  { en: '#', 'zh-CN': '#' },
  { en: 'order', 'zh-CN': '订单' },
  { en: 'what happened', 'zh-CN': '发生了什么' },
  { en: 'copies', 'zh-CN': '份数' },
  { en: 'answered', 'zh-CN': '应答' },
  { en: 'what the order became', 'zh-CN': '订单结果' },
];
const LEGEND: Text = {
  en: 'order status / Haier status   ↩ refund   ⚑ case for staff   ✔ case settled',
  'zh-CN': '订单状态 / 海尔状态   ↩ 退款   ⚑ 待人工处理   ✔ 异常已处理',
};
const ALL_WELL = (checks: number): Text => ({
  en: `${checks} checks, all as expected`,
  'zh-CN': `${checks} 项检查，全部符合预期`,
});
const SOME_DIFFER = (checks: number, failed: number): Text => ({
  en: `${checks} checks, ${failed} differences from what was expected`,
  'zh-CN': `${checks} 项检查，${failed} 处与预期不符`,
});

try {
  const say = wordsOf(readLanguage(process.argv.slice(2), process.env));
  const stack = await connectToStack(process.env, join(import.meta.dirname, '..'));
  const cast = await placeOrders(stack, say);
  const chapters: PlayedChapter[] = [];
  for (const { title, scenes } of demoScenes(new Date())) {
    console.log(`\n${colour('bold', say(title))}`);
    const played: Played[] = [];
    for (const scene of scenes) {
      const result = await playScene(scene, cast, stack, say);
      played.push(result);
      console.log(
        `${mark(result)} ${(scene.order ?? '-').padEnd(2)} ${[say(scene.what), result.answered, result.became].filter(Boolean).join(' → ')}`,
      );
    }
    chapters.push({ title, played });
  }
  report(chapters, cast, say);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function placeOrders({ storefront }: Stack, say: Say): Promise<Cast> {
  const placed = [];
  for (const [index, name] of (Object.keys(ORDERS) as OrderName[]).entries()) {
    const order = await storefront.place(demoOrder(name, index + 1));
    placed.push([
      name,
      { order, payment: await storefront.openPayment(order.orderNumber, ORDERS[name].method) },
    ] as const);
    const goods = order.lines.map((line) => `${line.productCode} × ${line.quantity}`).join(', ');
    console.log(
      `+ ${name.padEnd(2)} ${say(ORDER_PLACED)} ${order.orderNumber}: ${goods}, ¥${formatYuan(order.payableFen)}`,
    );
  }
  return Object.fromEntries(placed) as Cast;
}

/** One table per chapter, numbered through, then what differs. */
function report(chapters: readonly PlayedChapter[], cast: Cast, say: Say): void {
  let before = 0;
  const differing: string[] = [];
  for (const { title, played } of chapters) {
    console.log(`\n${colour('bold', say(title))}\n${tableOf(played, before, cast, say).join('\n')}`);
    for (const [index, { differences }] of played.entries())
      differing.push(...differences.map((difference) => `✗ #${before + index + 1} ${difference}`));
    before += played.length;
  }
  console.log(`\n${say(LEGEND)}\n`);
  for (const line of differing) console.log(colour('red', line));

  const checks = chapters.flatMap(({ played }) => played).reduce((sum, result) => sum + result.checks, 0);
  const summary = differing.length === 0 ? say(ALL_WELL(checks)) : say(SOME_DIFFER(checks, differing.length));
  console.log(colour(differing.length === 0 ? 'green' : 'red', summary));
  process.exitCode = differing.length === 0 ? 0 : 1;
}

function tableOf(played: readonly Played[], before: number, cast: Cast, say: Say): string[] {
  const rows = played.map(({ scene, answered, became }, index) => [
    String(before + index + 1),
    scene.order ? `${scene.order} ${cast[scene.order].order.orderNumber}` : '-',
    say(scene.what),
    scene.does ? String(scene.does.copies) : '-',
    answered || '-',
    became || '-',
  ]);
  const paint = (row: number, column: number, text: string) => {
    if (row < 0) return colour('bold', text);
    return column === 0 ? colour(played[row]!.differences.length === 0 ? 'green' : 'red', text) : text;
  };
  return textTable(HEAD.map(say), rows, { numbers: [0, 3], paint });
}

function readLanguage(args: string[], env: NodeJS.ProcessEnv): Language {
  const { values } = parseArgs({ args, options: { lang: { type: 'string' } } });
  const wanted = values.lang ?? (env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || 'en');
  if (/^zh/i.test(wanted)) return 'zh-CN';
  if (values.lang !== undefined && !/^en/i.test(wanted)) throw new Error(`--lang ${wanted}: there is en and zh-CN`);
  return 'en';
}

function mark({ differences }: Played): string {
  return differences.length === 0 ? colour('green', '✓') : colour('red', '✗');
}

// styleText leaves the text alone when the stream is no terminal or NO_COLOR is set.
function colour(style: 'bold' | 'green' | 'red', text: string): string {
  return styleText(style, text, { stream: process.stdout });
}

function wordsOf(language: Language): Say {
  return (text) => text[language];
}

type PlayedChapter = { readonly title: Text; readonly played: readonly Played[] };
type Language = keyof Text;
type Say = (text: Text) => string;
