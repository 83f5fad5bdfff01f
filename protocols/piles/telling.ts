// How often each kind of pile tells what it does, and who opens its relay: what a site file may promise of it, and what it may not. A row per kind.
// Sources: DNY, the vendor's guide V8.6 §§3.2, 3.5 (heartbeat 180 s, power every 5 minutes without acknowledgement, no resend); dc589, protocol 5.8.9 §9.

export const pileKinds = ["dny"] as const;
export type PileKind = (typeof pileKinds)[number];

export interface Telling {
  /** Between two words on power. */
  readonly power_s: number;
  readonly heartbeat_s: number;
  /** How a pile is named on the wire: hexadecimal digits. */
  readonly digits: number;
  readonly zh: string;
  readonly en: string;
}

export const tellingOf: Readonly<Record<PileKind, Telling>> = {
  dny: {
    power_s: 300,
    heartbeat_s: 180,
    digits: 8,
    zh: "DNY 桩每 5 分钟上报一次功率，不应答、不补发",
    en: "a DNY pile tells its power every 5 minutes, unacknowledged and never again",
  },
};

/** The quickest cut-off that the gateway may promise of such a pile; its firmware's own is its maker's word. */
export const quickest_ms = (kind: PileKind): number => tellingOf[kind].power_s * 1000;
