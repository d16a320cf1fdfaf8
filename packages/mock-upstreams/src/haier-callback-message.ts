import { type FormFields, formatHaierTime } from '@orderbridge/contracts/haier-callback';

/** What a callback of Haier or YLH says (domain.md §2.1). */
export type HaierCallback = {
  readonly platformOrderNo: string;
  readonly extOrderNo?: string | undefined;
  readonly method: string;
  readonly state: number | string;
  readonly failMsg?: string | undefined;
  readonly itemList?: readonly object[] | string | undefined;
  readonly timeStamp?: string | undefined;
};

/** Its form fields, all but the `Sign`. */
export function haierFields(callback: HaierCallback, appKey: string, now: Date): FormFields {
  const data = {
    ExtOrderNo: callback.extOrderNo,
    PlatformOrderNo: callback.platformOrderNo,
    State: callback.state,
    FailMsg: callback.failMsg,
    itemList: callback.itemList,
  };
  return {
    AppKey: appKey,
    TimeStamp: callback.timeStamp ?? formatHaierTime(now),
    Method: callback.method,
    Data: JSON.stringify(data),
  };
}
