import type { ReactNode } from 'react';

/** A page that has only one thing to say, and a way on. */
export function PageNotice({
  mark,
  title,
  text,
  children,
}: {
  mark?: string;
  title: string;
  text: string;
  children: ReactNode;
}) {
  return (
    <div className="page-notice">
      {mark !== undefined && <div className="page-notice-mark">{mark}</div>}
      <h1>{title}</h1>
      <p className="secondary">{text}</p>
      {children}
    </div>
  );
}
