// Who asks for many plates wants to know who is at home, not to pay. Each address may ask so often, and for so few different plates; plates that nobody owes for count most.
// Told time; nothing is kept beyond an hour.
import { hourMs, type Monotonic, minuteMs } from "#protocols/vocabulary/time.ts";

export interface Limits {
  /** Questions of one address in ten minutes. */
  readonly asks: number;
}

export interface Scanning {
  /** Seconds to wait; 0: may ask. */
  wait(peer: string, plate: string, now: Monotonic): number;
  /** Nothing was owed for what this address asked. */
  missed(peer: string, now: Monotonic): void;
}

const span_ms = 10 * minuteMs;
/** A family has a few cars; a scanner has a list. */
export const mostPlates = 8;
export const mostMisses = 12;
/** Of all addresses together in ten minutes: a scanner with many of them. At an exit, and for who has paid before, nothing of this counts. */
export const mostMissesOfAll = 300;
const mostPeers = 4_000;

interface Peer {
  asks: number[];
  misses: number[];
  plates: Map<string, number>;
}

/** One household's IPv6 addresses are one: the network's 64 bits. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail = ""] = plain.split("::");
  const left = head.split(":").filter((part) => part !== "");
  const right = tail.split(":").filter((part) => part !== "");
  const whole = plain.includes("::") ? [...left, ...new Array(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right] : left;
  return `${whole.slice(0, 4).join(":")}::/64`;
}

export function scanningOf({ asks: mostAsks }: Limits): Scanning {
  const peers = new Map<string, Peer>();
  let missesOfAll: number[] = [];
  const within = (times: number[], now: number, span: number): number[] => times.filter((at) => now - at < span);
  const until = (times: readonly number[], most: number, now: number): number =>
    times.length < most ? 0 : Math.ceil(((times[times.length - most] ?? now) + span_ms - now) / 1000);

  function peerOf(address: string, now: number): Peer {
    const key = networkOf(address);
    const peer = peers.get(key) ?? { asks: [], misses: [], plates: new Map() };
    peers.delete(key); // newest last: the oldest is the first to be forgotten
    peers.set(key, peer);
    for (const [other] of peers) {
      if (peers.size <= mostPeers) break;
      peers.delete(other);
    }
    peer.asks = within(peer.asks, now, span_ms);
    peer.misses = within(peer.misses, now, span_ms);
    for (const [plate, at] of peer.plates) if (now - at >= hourMs) peer.plates.delete(plate);
    return peer;
  }

  return {
    wait(address, plate, now) {
      const peer = peerOf(address, now);
      missesOfAll = within(missesOfAll, now, span_ms);
      const wait = Math.max(until(peer.asks, mostAsks, now), until(peer.misses, mostMisses, now), until(missesOfAll, mostMissesOfAll, now));
      if (wait > 0) return wait;
      if (!peer.plates.has(plate) && peer.plates.size >= mostPlates)
        return Math.ceil((Math.min(...peer.plates.values()) + hourMs - now) / 1000);
      peer.asks.push(now);
      peer.plates.set(plate, now);
      return 0;
    },
    missed(address, now) {
      peerOf(address, now).misses.push(now);
      missesOfAll.push(now);
    },
  };
}
