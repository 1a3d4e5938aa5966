/** Which addresses of the network are public: those that a stranger's URL may lead to. */
import { BlockList, isIP } from 'node:net';

/** What is not public in IPv4 (IANA special-purpose registry, RFC 6890). */
const NOT_PUBLIC_4: readonly (readonly [net: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** In IPv6 only 2000::/3 is given out, but for these: protocols, documentation, and tunnels to IPv4 addresses. */
const GLOBAL_6 = ['2000::', 3] as const;
const NOT_PUBLIC_6: readonly (readonly [net: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const refused4 = blockListOf(NOT_PUBLIC_4, 'ipv4');
const global6 = blockListOf([GLOBAL_6], 'ipv6');
const refused6 = blockListOf(NOT_PUBLIC_6, 'ipv6');
const loopback4 = blockListOf([['127.0.0.0', 8]], 'ipv4');

/** Whether a textual IP address is public. IPv4 inside IPv6 (`::ffff:…`) never is: no honest name resolves to it. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refused4.check(address, 'ipv4');
  return family === 6 && global6.check(address, 'ipv6') && !refused6.check(address, 'ipv6');
}

/** Whether an address is this very machine, in the forms in which a resolver gives it. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || (isIP(address) === 4 && loopback4.check(address, 'ipv4'));

function blockListOf(nets: readonly (readonly [net: string, prefix: number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of nets) list.addSubnet(net, prefix, family);
  return list;
}
