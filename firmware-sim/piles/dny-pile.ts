// A DNY pile in told time: its modem says who it is, it registers, beats, charges, settles again and again until it is believed, and stops when full if it was told to.

import { freshStream, step } from "#protocols/frames/stream.ts";
import { type DownMessage, decodeDown, encodeUp, type UpMessage } from "#protocols/piles/dny/codec.ts";
import { dny } from "#protocols/piles/dny/frame.ts";

const beat_ms = 180_000;
const power_ms = 300_000;
const settleAgain_ms = 1_800_000;
const link_ms = 30_000;

interface Port {
  order: string | undefined;
  /** Milliseconds of charge, and energy. */
  charged_ms: number;
  power_mW: number;
  stopsWhenFull: boolean;
  plugged: boolean;
  /** What was bought; it ends there by itself. */
  until?: { readonly s: number } | { readonly mWh: number };
}

export interface DnyPileOptions {
  readonly device: number;
  readonly ports: number;
  readonly write: (bytes: Uint8Array) => void;
  /** It answers nothing: a dead modem behind a live connection. */
  readonly mute?: boolean;
}

/** 0.01 kWh, as it counts. */
const energyOf = ({ power_mW, charged_ms }: Port): number => Math.floor((power_mW * charged_ms) / 3_600_000 / 10_000) * 10_000;

type Settlement = Extract<UpMessage, { kind: "settlement" }>;

export class DnyPile {
  readonly ports: Port[];
  /** Starts that were carried out; a question that is repeated is carried out once. */
  readonly started: string[] = [];
  mute: boolean;
  /** Its answer to a start: 3 and 9 are refusals that energise all the same. */
  answersWith = 0;
  readonly cardAnswers: Extract<DownMessage, { kind: "card-answer" }>[] = [];
  readonly #options: DnyPileOptions;
  #stream = freshStream;
  #now = 0;
  #next = { beat: beat_ms, power: power_ms, link: link_ms };
  #number = 100;
  #heard = new Map<number, Uint8Array>();
  /** In its memory until acknowledged. */
  readonly unsettled: { settlement: Settlement; at: number }[] = [];

  constructor(options: DnyPileOptions) {
    this.#options = options;
    this.mute = options.mute ?? false;
    this.ports = Array.from({ length: options.ports }, () => ({
      order: undefined,
      charged_ms: 0,
      power_mW: 180_000,
      stopsWhenFull: false,
      plugged: true,
    }));
  }

  #say(message: UpMessage, number?: number): Uint8Array {
    if (number === undefined) this.#number += 1;
    const bytes = encodeUp({ device: this.#options.device, message: number ?? this.#number }, message);
    if (!this.mute) this.#options.write(bytes);
    return bytes;
  }

  /** `iccid` only by the modem's first pile. */
  connect(iccid?: string): void {
    if (iccid !== undefined) this.#options.write(new TextEncoder().encode(iccid));
    this.#say({ kind: "register", firmware: 860, ports: this.ports.length, virtual_id: 0, device_type: 4, working_mode: 0 } as UpMessage);
    this.#beat();
  }

  #beat(): void {
    const port_states = this.ports.map(({ order, plugged }) => (order !== undefined ? 1 : plugged ? 2 : 0));
    this.#say({
      kind: "heartbeat",
      voltage_mV: 220_000,
      ports: this.ports.length,
      port_states,
      signal: 20,
      temperature_mC: 26_000,
    } as UpMessage);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [n, port] of this.ports.entries()) {
      if (port.order === undefined) continue;
      port.charged_ms += ms;
      const { until } = port;
      if (until !== undefined && "s" in until && port.charged_ms >= until.s * 1000) this.#end(n, 3);
      else if (until !== undefined && "mWh" in until && energyOf(port) >= until.mWh) this.#end(n, 4);
    }
    if (this.#now >= this.#next.power) {
      this.#next.power = this.#now + power_ms;
      for (const [n, port] of this.ports.entries()) if (port.order !== undefined) this.#power(n, port);
    }
    if (this.#now >= this.#next.link) {
      this.#next.link = this.#now + link_ms;
      if (!this.mute) this.#options.write(new TextEncoder().encode("link"));
    }
    if (this.#now >= this.#next.beat) {
      this.#next.beat = this.#now + beat_ms;
      this.#beat();
    }
    for (const one of this.unsettled)
      if (this.#now >= one.at) {
        one.at = this.#now + settleAgain_ms;
        this.#say(one.settlement);
      }
  }

  #power(n: number, port: Port): void {
    const power_mW = port.power_mW;
    this.#say({
      ...{
        kind: "power",
        port: n,
        port_state: 1,
        charged_s: Math.floor(port.charged_ms / 1000),
        energy_mWh: energyOf(port),
        start_mode: 1,
      },
      ...{ power_mW, power_most_mW: power_mW, power_least_mW: power_mW, power_mean_mW: power_mW, order: port.order },
      ...{ period_energy_raw: 0, power_peak_mW: power_mW, voltage_mV: 220_000, current_mA: Math.round(power_mW / 220) },
      ...{ temperature_mC: 26_000, port_temperature_mC: 31_000 },
    } as UpMessage);
  }

  alarm(alarm: number, port = 0): void {
    this.#say({ kind: "alarm", alarm, port, trigger: 0 } as UpMessage);
  }

  card(card: string, port: number): void {
    this.#say({ kind: "card", card, card_kind: 0, port, balance_fen: 0 } as UpMessage);
  }

  /** Its mains fail: what charged is over, and settled from its memory when it has power again. */
  powerCut(): void {
    const speaks = this.mute;
    this.mute = true;
    for (const n of this.ports.keys()) this.#end(n, 14);
    this.mute = speaks;
  }

  /** Its memory is lost: nothing charges, and nothing is settled. */
  forget(): void {
    for (const port of this.ports) port.order = undefined;
    this.unsettled.length = 0;
  }

  /** The charger is full: it stops by itself, if it was told to. */
  full(port: number): void {
    if (this.ports[port]?.stopsWhenFull === true) this.#end(port, 1);
  }

  unplug(port: number): void {
    const one = this.ports[port];
    if (one === undefined) return;
    one.plugged = false;
    if (one.order !== undefined) this.#end(port, 5);
  }

  #end(port: number, stop_reason: number): void {
    const one = this.ports[port];
    if (one?.order === undefined) return;
    const settlement = {
      ...{ kind: "settlement", charged_s: Math.floor(one.charged_ms / 1000), power_most_mW: one.power_mW, port, start_mode: 1 },
      energy_mWh: energyOf(one),
      ...{ card: "00000000", stop_reason, order: one.order },
    } as Settlement;
    one.order = undefined;
    this.unsettled.push({ settlement, at: this.#now + settleAgain_ms });
    this.#say(settlement);
  }

  hear(bytes: Uint8Array): void {
    const stepped = step(dny, this.#stream, bytes);
    this.#stream = stepped.state;
    for (const { frame } of stepped.frames) {
      if (frame.kind !== "frame" || frame.device !== this.#options.device) continue;
      const message = decodeDown(frame);
      if (message.kind === "undecodable" || message.kind === "unknown") continue;
      if (message.kind === "settlement-accepted") this.unsettled.shift();
      if (message.kind === "card-answer") this.cardAnswers.push(message);
      if (message.kind !== "charge") continue;
      const again = this.#heard.get(frame.message);
      if (again !== undefined) {
        if (!this.mute) this.#options.write(again);
        continue;
      }
      const answer = this.#say(this.#obey(message), frame.message);
      // What nobody could hear was not carried out either: a mute pile is dead to the wire.
      if (!this.mute) this.#heard.set(frame.message, answer);
    }
  }

  #obey(asked: Extract<DownMessage, { kind: "charge" }>): UpMessage {
    const { port: n, order } = asked;
    const answer = (result: number): UpMessage => ({ kind: "charge-answer", result, order, port: n, waiting_ports: 0 }) as UpMessage;
    const port = this.ports[n];
    if (port === undefined) return answer(4);
    if (this.mute) return answer(0);
    if (asked.command === 0) {
      if (port.order !== order) return answer(2);
      this.#end(n, 7);
      return answer(0);
    }
    if (!port.plugged) return answer(1);
    if (port.order !== undefined) return answer(2);
    const bought = asked.amount === 0 ? {} : { until: asked.rate_mode === 2 ? { mWh: asked.amount * 10_000 } : { s: asked.amount } };
    delete port.until;
    Object.assign(port, { order, charged_ms: 0, ...bought, stopsWhenFull: asked.amount === 0 || asked.force_auto_stop === 1 });
    this.started.push(order);
    return answer(this.answersWith);
  }
}
