// A dc589 board in told time: it registers, beats with its ports, charges by time or energy, stops when full if its setting says so, and says an end until it is believed.
import { freshStream, step } from "#protocols/frames/stream.ts";
import { type Dc589Message, dc589, decode, encode, ownSession } from "#protocols/piles/dc589/codec.ts";

const finishedAgain_ms = 60_000;
type Finished = Extract<Dc589Message, { kind: "finished" }>;
interface Port {
  order: string | undefined;
  charged_ms: number;
  power_mW: number;
  plugged: boolean;
  state?: number | undefined;
  until?: { readonly s: number } | { readonly mWh: number };
}
export interface Dc589BoardOptions {
  /** 16 digits. */
  readonly board: string;
  readonly ports: number;
  readonly write: (bytes: Uint8Array) => void;
}

const energyOf = ({ power_mW, charged_ms }: Port): number => Math.floor((power_mW * charged_ms) / 3_600_000 / 1000) * 1000;

export class Dc589Board {
  readonly ports: Port[];
  readonly started: string[] = [];
  readonly refusedCards: number[] = [];
  readonly unsettled: { readonly finished: Finished; at: number }[] = [];
  mute = false;
  stopsWhenFull = 1;
  boardStatus = 0;
  readonly #options: Dc589BoardOptions;
  #stream = freshStream;
  #now = 0;
  #beat_ms = 3_000;
  #nextBeat = 3_000;

  constructor(options: Dc589BoardOptions) {
    this.#options = options;
    this.ports = Array.from({ length: options.ports }, () => ({ order: undefined, charged_ms: 0, power_mW: 180_000, plugged: true }));
  }

  #say(message: Dc589Message, session: string = ownSession): void {
    if (!this.mute) this.#options.write(encode(session, message));
  }

  connect(): void {
    this.#say({
      ...{ kind: "register", board: this.#options.board, hardware: "SH10HP01", software: "SH10SP02", software_version: 107 },
      ...{ module: "0863121077410587", sim: "898604041018C0013999", signal: 17 },
    });
    this.#beat();
  }

  #beat(): void {
    const charging = this.ports.flatMap((port, n) =>
      port.order === undefined
        ? []
        : [
            {
              ...{ port: n + 1, remaining_min: 0, remaining_s: 0, remaining_mWh: 0, power_mW: port.power_mW, energy_mWh: energyOf(port) },
              ...{ charged_min: Math.floor(port.charged_ms / 60_000), charged_s: Math.floor(port.charged_ms / 1000) % 60 },
            },
          ],
    );
    this.#say({
      ...{ kind: "heartbeat", board: this.#options.board, module: "0864606066449579", signal: 21, board_status: this.boardStatus },
      ...{ voltage_mV: 220_000, temperature_mC: 24_000, ports: this.ports.length, charging_ports: charging.length, charging },
      port_states: this.ports.map(({ state, order }) => state ?? (order === undefined ? 0 : 1)),
    });
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [n, port] of this.ports.entries()) {
      if (port.order === undefined) continue;
      port.charged_ms += ms;
      const { until } = port;
      if (until !== undefined && "s" in until && port.charged_ms >= until.s * 1000) this.#end(n, 0);
      else if (until !== undefined && "mWh" in until && energyOf(port) >= until.mWh) this.#end(n, 10);
    }
    if (this.#now >= this.#nextBeat) {
      this.#nextBeat = this.#now + this.#beat_ms;
      this.#beat();
    }
    for (const one of this.unsettled)
      if (this.#now >= one.at) {
        one.at = this.#now + finishedAgain_ms;
        this.#say(one.finished);
      }
  }

  full(n: number): void {
    if (this.stopsWhenFull === 1) this.#end(n, 2);
  }
  unplug(n: number): void {
    const port = this.ports[n];
    if (port === undefined) return;
    port.plugged = false;
    this.#end(n, 1);
  }
  fault(fault: number, port: number): void {
    this.#say({ kind: "fault", port, fault, temperature_mC: 24_000, voltage_mV: 220_000 });
  }
  card(card: number, port: number): void {
    this.#say({ kind: "online-card", port, card, fee_fen: 100, reserved: "00000000" });
  }
  /** Its mains fail: what charged is over, and said when it has power again. */
  powerCut(): void {
    const mute = this.mute;
    this.mute = true;
    for (const n of this.ports.keys()) this.#end(n, 3);
    this.mute = mute;
  }

  #end(n: number, stop_reason: number): void {
    const port = this.ports[n];
    if (port?.order === undefined) return;
    const finished: Finished = {
      ...{ kind: "finished", upload: 1, port: n + 1, order: port.order, started: null, ended: null, remaining_min: 0, remaining_s: 0 },
      ...{ mode: 0, charged_min: Math.floor(port.charged_ms / 60_000), charged_s: Math.floor(port.charged_ms / 1000) % 60, consumer: 2 },
      ...{ remaining_mWh: 0, energy_mWh: energyOf(port), fee_fen: 0, card: 0, stop_reason, tier: 1, power_end_mW: port.power_mW },
    };
    port.order = undefined;
    this.unsettled.push({ finished, at: this.#now + finishedAgain_ms });
    this.#say(finished);
  }

  hear(bytes: Uint8Array): void {
    const stepped = step(dc589, this.#stream, bytes);
    this.#stream = stepped.state;
    for (const { frame } of stepped.frames) {
      const message = decode(frame);
      if (message.kind !== "undecodable" && !this.mute) this.#obey(message, frame.session);
    }
  }

  #obey(message: Dc589Message, session: string): void {
    if (message.kind === "finished-received") this.unsettled.shift();
    else if (message.kind === "card-refused") this.refusedCards.push(message.reason);
    else if (message.kind === "set-heartbeat") {
      this.#beat_ms = message.every_s * 1000;
      this.#say({ kind: "set-heartbeat-answer", result: 0 }, session);
    } else if (message.kind === "read-settings") this.#say(settingsOf(this.stopsWhenFull), session);
    else if (message.kind === "start") this.#say({ kind: "start-answer", result: this.#start(message), port: message.port }, session);
    else if (message.kind === "stop") {
      const charging = this.ports[message.port - 1]?.order !== undefined;
      this.#say({ kind: "stop-answer", result: charging ? 16 : 1, port: message.port }, session);
      this.#end(message.port - 1, 7);
    }
  }

  #start({ port: n, order, mode, amount }: Extract<Dc589Message, { kind: "start" }>): number {
    const port = this.ports[n - 1];
    if (port === undefined) return 3;
    if (port.order !== undefined || port.state !== undefined) return 1;
    delete port.until;
    Object.assign(port, { order, charged_ms: 0, until: mode === 1 ? { mWh: amount * 1000 } : { s: amount * 60 } });
    this.started.push(order);
    // Nothing plugged in: it begins, and ends at once with reason 6.
    if (!port.plugged) this.#end(n - 1, 6);
    return 0;
  }
}

const settingsOf = (stop_when_full: number): Dc589Message => ({
  ...{ kind: "settings", mode: 1, volume: 7, coin_amount: 240, card_amount: 240, card_fee_fen: 100, card_refund: 1 },
  ...{ tier_1_mW: 10_000, tier_2_mW: 20_000, tier_3_mW: 30_000, tier_4_mW: 40_000, tier_5_mW: 50_000 },
  ...{ tier_1_percent: 100, tier_2_percent: 95, tier_3_percent: 90, tier_4_percent: 85, tier_5_percent: 80 },
  ...{ stop_when_full, float_mW: 10_000, float_s: 1800, unplug_s: 300, password: 8888, temperature_guard_mC: 80_000 },
});
