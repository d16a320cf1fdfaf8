import type { ReactNode } from 'react';

/** Labels and values in two aligned columns, with lines between them when `ruled`. */
export function FactList({ ruled = false, children }: { ruled?: boolean; children: ReactNode }) {
  return <dl className={ruled ? 'facts ruled' : 'facts'}>{children}</dl>;
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
