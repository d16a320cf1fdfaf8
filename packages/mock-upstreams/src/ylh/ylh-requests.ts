import { z } from 'zod';

const text = z.string('应为文本 (is no text)').min(1, '不能为空 (is empty)').max(500, '过长 (is too long)');
const number = z.number('应为数字 (is no number)');
const quantity = z.int('应为整数 (is no whole number)').min(1, '应大于0 (is below 1)');
const flag = z.boolean('应为布尔值 (is no truth value)');

/** Ten digits would be seconds: a slip that the platform's own sample makes (domain.md §1.10). */
const milliseconds = z
  .int('应为毫秒时间戳 (is no time in milliseconds)')
  .min(1_000_000_000_000, '应为毫秒时间戳 (is no time in milliseconds)')
  .max(9_999_999_999_999, '应为毫秒时间戳 (is no time in milliseconds)');

/** Yuan: what has more decimals was computed with floats. */
const amount = number
  .min(0, '不能为负数 (is negative)')
  .refine((yuan) => Number(yuan.toFixed(2)) === yuan, '最多两位小数 (has more than two decimals)');

const Item = z.strictObject({
  productCode: text,
  itemQty: quantity,
  retailPrice: amount,
  discountAmount: amount,
  actualPrice: amount,
  isGift: flag.optional(),
});

/** Domain.md §1.10, to the letter. */
export const CreateRequest = z
  .strictObject({
    sourceSystem: text,
    shopName: text,
    sellerCode: text,
    consigneeName: text,
    consigneeMobile: text,
    onlineNo: text,
    soId: text.max(100, '过长 (is too long)'),
    remark: z.string('应为文本 (is no text)').max(2_000, '过长 (is too long)').optional(),
    totalQty: quantity,
    totalAmt: amount,
    createTime: milliseconds,
    province: text,
    city: text,
    area: text,
    town: text.optional(),
    detailAddress: text,
    distributionTime: milliseconds.optional(),
    installTime: milliseconds.optional(),
    governmentOrder: flag.optional(),
    deliveryInstall: z.enum(['true', 'false'], '应为文本"true"或"false" (is neither text)'),
    itemList: z.array(Item, '应为数组 (is no list)').min(1, '不能为空 (is empty)').max(200, '过多 (is too long)'),
  })
  .superRefine((order, context) => {
    const { distributionTime, installTime, deliveryInstall, totalQty, itemList } = order;
    const isTogether = distributionTime !== undefined && distributionTime === installTime;
    if (deliveryInstall !== String(isTogether))
      context.addIssue({
        code: 'custom',
        path: ['deliveryInstall'],
        message: `与配送、安装时间不符 (does not fit the two times, ${isTogether} would)`,
      });
    if (totalQty !== itemList.reduce((sum, { itemQty }) => sum + itemQty, 0))
      context.addIssue({
        code: 'custom',
        path: ['totalQty'],
        message: '与明细数量之和不符 (is not the sum of itemQty)',
      });
  });

/** Domain.md §1.11. */
export const CancelRequest = z.strictObject({
  soId: text,
  cancelTime: z.string('应为文本 (is no text)').regex(/^\d{13}$/, '应为毫秒时间戳文本 (is no time in milliseconds)'),
  cancelReason: text.refine((reason) => reason.trim() !== '', '不能为空 (is empty)'),
  sourceSystem: text,
});

const DAY_SECONDS = 86_400;
const BEIJING_OFFSET_SECONDS = 8 * 3_600;

const endOfDay = milliseconds.refine(
  (ms) => (Math.floor(ms / 1_000) + BEIJING_OFFSET_SECONDS) % DAY_SECONDS === DAY_SECONDS - 1,
  '时间部分应为23:59:59 (is not at 23:59:59 in Beijing)',
);

/** Domain.md §1.12. */
export const RescheduleRequest = z
  .strictObject({ retailOrderNo: text, distributionTime: endOfDay.optional(), installTime: endOfDay.optional() })
  .refine(({ distributionTime, installTime }) => distributionTime !== undefined || installTime !== undefined, {
    path: ['distributionTime'],
    error: '与installTime至少填一个 (or installTime is needed)',
  });

/** Domain.md §1.13. */
export const ImagesRequest = z.strictObject({ orderNo: text });

/** Domain.md §1.14: a bare array. */
export const LogisticsRequest = z
  .array(text, '应为数组 (is no list)')
  .min(1, '不能为空 (is empty)')
  .max(100, '最多100个 (more than 100)');
