import { type ReactNode, useId } from 'react';

type BoxProps = {
  title: string;
  /** Stands at the right of the title. */
  extra?: ReactNode;
  id?: string;
  testId?: string;
  children: ReactNode;
};

/** A titled part of a page. */
export function Box({ title, extra, id, testId, children }: BoxProps) {
  const headingId = useId();
  return (
    <section
      className="box"
      id={id}
      tabIndex={id === undefined ? undefined : -1}
      aria-labelledby={headingId}
      data-testid={testId}
    >
      <header>
        <h2 id={headingId}>{title}</h2>
        {extra}
      </header>
      <div className="box-body">{children}</div>
    </section>
  );
}
