import { Link } from 'react-router';

/** The way to an order by its number; a dash where none is known. */
export function OrderLink({ number }: { number: string | null }) {
  if (number === null) return '—';
  return (
    <Link to={`/orders/${encodeURIComponent(number)}`} className="number">
      {number}
    </Link>
  );
}
