// Where a message may go. A name is looked up once, every address of it must lie outside, and the connection goes to exactly the address that was looked at: what the
// name answers a moment later (rebinding) is never asked. Redirects are not followed.
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";

const inside = new BlockList();
for (const [net, prefix] of [
  ...([
    ["0.0.0.0", 8],
    ["10.0.0.0", 8],
    ["100.64.0.0", 10],
    ["127.0.0.0", 8],
    ["169.254.0.0", 16],
    ["172.16.0.0", 12],
  ] as const),
  ...([
    ["192.0.0.0", 24],
    ["192.168.0.0", 16],
    ["198.18.0.0", 15],
    ["224.0.0.0", 4],
    ["240.0.0.0", 4],
  ] as const),
] as const)
  inside.addSubnet(net, prefix, "ipv4");
for (const [net, prefix] of [
  ["::", 128],
  ["::1", 128],
  // Teredo: it carries an IPv4 address (of its server, and the client's, hidden by an exclusive or), and what lies behind is behind somebody's NAT.
  ["2001::", 32],
  ["fc00::", 7],
  ["fe80::", 10],
  ["fec0::", 10],
  ["ff00::", 8],
] as const)
  inside.addSubnet(net, prefix, "ipv6");

/** An IPv6 address as its eight groups. */
function groupsOf(address: string): number[] {
  const [plain = ""] = address.split("%");
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const text =
    dotted === null
      ? plain
      : `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`;
  const [head = "", tail] = text.split("::");
  const parts = (one: string): number[] => (one === "" ? [] : one.split(":").map((group) => Number.parseInt(group, 16)));
  const [before, after] = [parts(head), tail === undefined ? [] : parts(tail)];
  return tail === undefined ? before : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}
const v4Of = (high: number, low: number): string => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;

/** Loopback, private, link-local and the like, also where an IPv6 address carries such an IPv4 one (mapped, compatible, translated, NAT64, 6to4, ISATAP). */
export function isInside(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true; // what we cannot read we do not call
  if (family === 4) return inside.check(address, "ipv4");
  const [plain = ""] = address.split("%");
  if (inside.check(plain, "ipv6")) return true;
  const groups = groupsOf(plain);
  const [a = 0, b = 0, c = 0, , e = 0, f = 0, g = 0, h = 0] = groups;
  const zeros = groups.slice(0, 5).every((group) => group === 0);
  // Translated (::ffff:0:a.b.c.d), and ISATAP's interface identifiers behind any prefix.
  if (groups.slice(0, 4).every((group) => group === 0) && e === 0xffff && f === 0) return inside.check(v4Of(g, h), "ipv4");
  if ((e === 0 || e === 0x200) && f === 0x5efe) return inside.check(v4Of(g, h), "ipv4");
  if (zeros && (f === 0xffff || f === 0)) return inside.check(v4Of(g, h), "ipv4");
  if (a === 0x64 && b === 0xff9b) return inside.check(v4Of(g, h), "ipv4") || c === 1;
  return a === 0x2002 ? inside.check(v4Of(b, c), "ipv4") : false;
}

export interface Address {
  readonly address: string;
  readonly family: number;
}
export type LookUp = (host: string) => Promise<readonly Address[]>;
export const systemLookUp: LookUp = (host) => lookup(host, { all: true, verbatim: true });

export interface Going {
  readonly host: string;
  /** The one that a connection goes to which takes one alone: IPv4 where there is one, since not every network has the other. */
  readonly to: Address;
  /** All of them, in the name's own order; each was looked at. */
  readonly all: readonly Address[];
}

/** `allowed`: the operator has written that this channel goes inside (his own relay). */
export async function whereTo(
  host: string,
  { lookUp, allowed }: { readonly lookUp: LookUp; readonly allowed: boolean },
): Promise<Going | Refusal> {
  const bare = host.replace(/^\[|\]$/g, "");
  let found: readonly Address[];
  try {
    found = isIP(bare) === 0 ? await lookUp(bare) : [{ address: bare, family: isIP(bare) }];
  } catch (error) {
    return refusal("no-address", `查不到地址：${bare}`, `${bare} has no address (${(error as { code?: string }).code ?? "?"})`);
  }
  const to = found.find(({ family }) => family === 4) ?? found[0];
  if (to === undefined) return refusal("no-address", `查不到地址：${bare}`, `${bare} has no address`);
  // One of several inside is enough to refuse: the name is not what it seems.
  if (!allowed && found.some(({ address }) => isInside(address)))
    return refusal("inside-address", `${bare} 指向内网地址，拒绝投递`, `${bare} leads to an inside address: refused`);
  return { host: bare, to, all: found };
}
