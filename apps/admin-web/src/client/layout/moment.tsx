import { formatInstant } from '../format/beijing-time.ts';

/** An instant in Beijing time, never broken over two lines. */
export const Moment = ({ at }: { at: string }) => (
  <time dateTime={at} className="number">
    {formatInstant(at)}
  </time>
);
