const MINUTE = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** A time as staff read it: `yyyy-MM-dd HH:mm` in Asia/Shanghai. */
export const shanghaiMinute = (at: Date): string => MINUTE.format(at);
