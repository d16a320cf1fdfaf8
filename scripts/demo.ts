import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import { formatYuan } from '@orderbridge/contracts/payment-callback';
import { connectToStack, type Stack } from './demo/connect.ts';
import { playScene, type Played } from './demo/play-scene.ts';
import { type Cast, demoOrder, demoScenes, ORDERS, type OrderName, type Text } from './demo/scenes.ts';
import { textTable } from '@orderbridge/service-kit/text-table';

const ORDER_PLACED: Text = { en: 'placed', 'zh-CN': '已下单' };
const HEAD: readonly Text[] = [
  { en: '#', 'zh-CN': '#' },
  { en: 'order', 'zh-CN': '订单' },
  { en: 'what was sent', 'zh-CN': '发送内容' },
  { en: 'copies', 'zh-CN': '份数' },
  { en: 'answered', 'zh-CN': '应答' },
  { en: 'what the order became (order / Haier  ⚑ case for staff)', 'zh-CN': '订单结果（订单 / 海尔  ⚑ 待人工处理）' },
];
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
  const played: Played[] = [];
  for (const scene of demoScenes(new Date())) {
    const result = await playScene(scene, cast, stack);
    played.push(result);
    console.log(
      `${mark(result)} ${(scene.order ?? '-').padEnd(2)} ${say(scene.what)} → ${[result.answered, result.became].filter(Boolean).join(' → ')}`,
    );
  }
  report(played, cast, say);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function placeOrders({ storefront }: Stack, say: Say): Promise<Cast> {
  const placed = [];
  for (const [index, name] of (Object.keys(ORDERS) as OrderName[]).entries()) {
    const order = await storefront.place(demoOrder(name, index + 1));
    placed.push([name, { order, payment: await storefront.openPayment(order.orderNumber) }] as const);
    const goods = order.lines.map((line) => `${line.productCode} × ${line.quantity}`).join(', ');
    console.log(
      `+ ${name.padEnd(2)} ${say(ORDER_PLACED)} ${order.orderNumber}: ${goods}, ¥${formatYuan(order.payableFen)}`,
    );
  }
  return Object.fromEntries(placed) as Cast;
}

function report(played: readonly Played[], cast: Cast, say: Say): void {
  const rows = played.map(({ scene, answered, became }, index) => [
    String(index + 1),
    scene.order ? `${scene.order} ${cast[scene.order].order.orderNumber}` : '-',
    say(scene.what),
    String(scene.copies),
    answered,
    became || '-',
  ]);
  const paint = (row: number, column: number, text: string) => {
    if (row < 0) return colour('bold', text);
    return column === 0 ? colour(played[row]!.differences.length === 0 ? 'green' : 'red', text) : text;
  };
  console.log(`\n${textTable(HEAD.map(say), rows, { numbers: [0, 3], paint }).join('\n')}\n`);

  played.forEach(({ differences }, index) =>
    differences.forEach((difference) => console.log(colour('red', `✗ #${index + 1} ${difference}`))),
  );
  const checks = played.reduce((sum, result) => sum + result.checks, 0);
  const failed = played.reduce((sum, { differences }) => sum + differences.length, 0);
  const summary = failed === 0 ? say(ALL_WELL(checks)) : say(SOME_DIFFER(checks, failed));
  console.log(colour(failed === 0 ? 'green' : 'red', summary));
  process.exitCode = failed === 0 ? 0 : 1;
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

type Language = keyof Text;
type Say = (text: Text) => string;
