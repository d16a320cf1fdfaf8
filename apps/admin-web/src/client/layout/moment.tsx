import { formatInstant, formatMinute, ZONE_NAME } from '../format/beijing-time.ts';

type MomentProps = {
  at: string;
  /** Names the zone beside the time, where it is the one time of the page. */
  zone?: boolean;
  /** No second of it was kept. */
  toMinute?: boolean;
};

/** An instant in Beijing time, never broken over two lines. */
export function Moment({ at, zone = false, toMinute = false }: MomentProps) {
  const text = toMinute ? formatMinute(at) : formatInstant(at);
  return (
    <time dateTime={at} className="number" title={`${text} (${ZONE_NAME})`}>
      {zone ? `${text} (UTC+8)` : text}
    </time>
  );
}
