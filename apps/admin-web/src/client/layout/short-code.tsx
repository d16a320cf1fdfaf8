import { CopyButton } from './copy-button.tsx';
import { shortened } from './shortened.ts';

/** A code that may be long, in one line: its middle is left out, and the whole of it is shown to the pointer and copied. */
export function ShortCode({ text, what }: { text: string; what: string }) {
  return (
    <span className="with-copy">
      <span className="code nowrap" title={text}>
        {shortened(text)}
      </span>
      <CopyButton text={text} what={what} />
    </span>
  );
}
