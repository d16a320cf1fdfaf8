import { CopyButton } from './copy-button.tsx';

/** A code to be copied, whole however long it is. */
export function Copyable({ text, what }: { text: string; what: string }) {
  return (
    <span className="with-copy">
      <span className="code breakable">{text}</span>
      <CopyButton text={text} what={what} />
    </span>
  );
}
