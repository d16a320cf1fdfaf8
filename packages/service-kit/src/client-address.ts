import type { IncomingMessage } from 'node:http';
import { type AddressTest, parseAddress } from './allow-list.ts';

/** What is answered when a socket has no peer any more: a text that is in no range. */
const NO_ADDRESS = 'unknown';

/**
 * The address of the client: that of the peer, or, when the peer is one of our proxies, the first address from the
 * right of `X-Forwarded-For` that is not (R152). What stands left of it was written by the client and is never read.
 * Whoever forwards something that is no address is answered itself. Mapped IPv4 comes back as IPv4.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  isTrusted: AddressTest,
): string {
  let client = plain(peer);
  if (forwardedFor === undefined || !isTrusted(client)) return client;

  const hops = forwardedFor.split(',');
  for (let at = hops.length - 1; at >= 0 && isTrusted(client); at--) {
    const hop = parseAddress(withoutPort(hops[at]!.trim()));
    if (!hop) break;
    client = hop.toString();
  }
  return client;
}

/** The client address of a request. Other headers (`X-Real-IP`, `Forwarded`) are not read: one header, one rule. */
export function clientAddressOf(incoming: IncomingMessage, isTrusted: AddressTest): string {
  const forwarded = incoming.headers['x-forwarded-for'];
  return clientAddress(
    incoming.socket.remoteAddress,
    Array.isArray(forwarded) ? forwarded.join(',') : forwarded,
    isTrusted,
  );
}

/** The network that limits count as one client: the address itself, of IPv6 its /64, which is what one customer has. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const parsed = parseAddress(address);
  return parsed?.kind() === 'ipv6' ? parsed.toByteArray().slice(0, 8).join('.') : address;
}

function plain(peer: string | undefined): string {
  if (peer === undefined) return NO_ADDRESS;
  // Node writes IPv4 peers plainly; only the rest needs the parser.
  return peer.includes(':') ? (parseAddress(peer)?.toString() ?? NO_ADDRESS) : peer;
}

// Some proxies write `192.0.2.7:51234` and `[2001:db8::7]:51234`.
const withoutPort = (hop: string) => /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([\d.]+):\d+$/.exec(hop)?.[1] ?? hop;
