import { expect, test } from 'vitest';
import { maskAnswer } from './mask-answer.ts';

test('people, phones and addresses are hidden, wherever they stand; codes and counts stay', () => {
  expect(
    maskAnswer({
      getAllLogisticsInfoByOrderCode: [
        {
          logisticsCompanyName: '日日顺',
          logisticsNo: 'YT20251128000001',
          receiverName: '张三丰',
          Receiver_Phone: 13800001234,
          deliveryAddress: '香港东路 1 号',
          trace: ['已签收，请联系 138-0000-1234', { count: 2, isEnd: true, at: null }],
        },
      ],
    }),
  ).toEqual({
    getAllLogisticsInfoByOrderCode: [
      {
        logisticsCompanyName: '日日顺',
        logisticsNo: 'YT20251128000001',
        receiverName: '***',
        Receiver_Phone: '***',
        deliveryAddress: '***',
        trace: ['已签收，请联系 138****1234', { count: 2, isEnd: true, at: null }],
      },
    ],
  });
});
