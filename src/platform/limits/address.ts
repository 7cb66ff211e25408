/** The network a caller is counted by: an IPv4 address, or the /64 an IPv6 subscriber is given. */
import { isIPv4, isIPv6 } from 'node:net';

/** Who comes by what is no address at all is one caller, so that making them up is no way round. */
const unknown = 'unknown';

/**
 * @param address as the socket or a trusted proxy gives it; some proxies add the port, which differs
 * from connection to connection
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address;
  const bare = (isIPv6(address) ? address : withoutPort(address)).replace(/%.*$/, '');
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare)) return unknown;
  // The one spelling of RFC 5952, but for IPv4 in IPv6, which is in hexadecimal too.
  const spelled = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(spelled) ?? [];
  if (high && low) return [...bytesOf(high), ...bytesOf(low)].join('.');
  const [before = [], after = []] = spelled
    .split('::')
    .map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

/** `192.0.2.7:443`, `[2001:db8::1]:443` and `[2001:db8::1]`. */
const withoutPort = (address: string) =>
  /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1] ?? address.replace(/:\d+$/, '');

function bytesOf(group: string) {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
}
