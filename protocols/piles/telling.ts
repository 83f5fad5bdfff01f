// How each kind of pile tells what it does: what a reading's age may be, and why no site file may promise a cut-off of it. A row per kind.
// Sources: DNY, the vendor's guide V8.6 §§3.2, 3.5 (heartbeat 180 s, power every 5 minutes without acknowledgement, no resend); dc589, protocol 5.8.9 §§9–11 (the beat is set here).

export const pileKinds = ["dny", "dc589"] as const;
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
    ...{ power_s: 300, heartbeat_s: 180, digits: 8 },
    zh: "DNY 桩每 5 分钟上报一次功率，不应答、不补发",
    en: "a DNY pile tells its power every 5 minutes, unacknowledged and never again",
  },
  dc589: {
    ...{ power_s: 10, heartbeat_s: 10, digits: 16 },
    zh: "dc589 主板每 10 秒上报一次功率，只能请求它停止",
    en: "a dc589 board tells its power every 10 s, and can only be asked to stop",
  },
};
