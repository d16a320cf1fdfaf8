import { isWebAddress } from './web-address.ts';

/** An address as another system gave it: opened only where it leads to a page, and shown as it is otherwise. */
export const OutsideLink = ({ address }: { address: string }) =>
  isWebAddress(address) ? (
    <a className="outside-link breakable" href={address} target="_blank" rel="noopener noreferrer">
      {address}
    </a>
  ) : (
    <span className="outside-link breakable">{address}</span>
  );
