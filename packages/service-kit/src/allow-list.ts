import ipaddr from 'ipaddr.js';

export type Cidr = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Says whether an address is in the list. */
export type AddressTest = (address: string) => boolean;

/**
 * Reads a list such as `10.0.0.0/8, 2001:db8::/32, 192.0.2.7`; an address alone means itself. IPv4 in IPv6 clothes
 * (`::ffff:10.0.0.0/104`) becomes IPv4, as peer addresses do.
 * @throws RangeError when an entry is neither an address nor a CIDR
 */
export function parseCidrs(list: string): readonly Cidr[] {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry, index) => {
      const cidr = parseCidr(entry);
      if (!cidr) throw new RangeError(`entry ${index + 1} is neither an IP address nor a CIDR`);
      return cidr;
    });
}

function parseCidr(entry: string): Cidr | undefined {
  const [address = '', prefix, ...rest] = entry.split('/');
  const parsed = parseAddress(address);
  if (!parsed || rest.length > 0) return undefined;
  const bits = parsed.kind() === 'ipv4' ? 32 : 128;
  if (prefix === undefined) return [parsed, bits];
  if (!/^\d{1,3}$/.test(prefix)) return undefined;
  const mapped = bits === 32 && address.includes(':');
  const length = Number(prefix) - (mapped ? 96 : 0);
  return length >= 0 && length <= bits ? [parsed, length] : undefined;
}

/** An address in one of its usual spellings, IPv4-mapped IPv6 as IPv4, without a zone; undefined when it is none. */
export function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const address = text.split('%', 1)[0]!;
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined;
  return ipaddr.process(address);
}

/** Whether an address is in one of the ranges. An empty list contains nothing. */
export function inRanges(ranges: readonly Cidr[]): AddressTest {
  return (address) => {
    if (ranges.length === 0) return false;
    const parsed = parseAddress(address);
    return (
      parsed !== undefined &&
      ranges.some(([range, bits]) => parsed.kind() === range.kind() && parsed.match(range, bits))
    );
  };
}

/** The allow-list of one provider family: an empty one lets everybody in (R64). */
export const allowList = (ranges: readonly Cidr[]): AddressTest =>
  ranges.length === 0 ? () => true : inRanges(ranges);
