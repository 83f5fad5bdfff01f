// What every room of the site process is given, and nothing more. site/site.ts makes one and mounts the rooms with it.
import type { Logger } from "pino";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { SiteFile } from "./config/read.ts";
import type { SiteConfig } from "./config/schema.ts";
import type { ChargeBill } from "./core/charging/price/bill.ts";
import type { Choice } from "./core/charging/price/choice.ts";
import type { Journal } from "./journal/journal.ts";
import type { TelemetryQueue } from "./journal/telemetry.ts";
import type { ShedReading, SocketReading } from "./link/messages.ts";
import type { Chance, Clock } from "./ports.ts";

/** Structured; never plates, cards, passwords or tokens. */
export type Log = Logger;

export interface SiteContext {
  readonly config: SiteConfig;
  /** The site file's own folder, absolute: relative paths of the config begin here. */
  readonly folder: string;
  /** `config.data`, resolved; it exists and only we may read it. */
  readonly data: string;
  /** Every device profile that the site file names, by name. */
  readonly profiles: SiteFile["profiles"];
  /** Protection's limits, by the site file's name for them. */
  readonly limits: SiteFile["limits"];
  /** By lot: texts of the cloud that stand in for its tariff file. */
  readonly tariffs?: ReadonlyMap<string, { readonly text: string; readonly hash: string }>;
  /** A text of the cloud that stands in for the charging price file. */
  readonly price?: { readonly text: string; readonly hash: string } | undefined;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly journal: Journal;
  /** Readings on their way to the cloud: may be dropped, oldest first, when the file is full. */
  readonly telemetry: TelemetryQueue;
  readonly log: Log;
}

export type Stop = () => Promise<void>;

/** One number under /metrics, read when it is asked for. Labels are ids: never plates or cards. */
export interface Measure {
  /** cuobian_uplink_waiting, cuobian_line_timeouts_total: Prometheus names; a counter ends in _total. */
  readonly name: string;
  readonly kind: "gauge" | "counter";
  readonly help: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Mounted {
  readonly stop: Stop;
  measures?(): readonly Measure[];
  /** What this room knows about whether the gateway is well. */
  checks?(): readonly Check[];
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly zh: string;
  readonly en: string;
}

/** Whether the gateway may be called well; `/healthz` answers 503 when not. */
export interface Health {
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

/** What the console's server shows under /healthz and /metrics. */
export interface Probes {
  health(): Health;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** The rooms' numbers as they are said, for the gateway's own page. */
  measures?(): readonly Measure[];
  /** The last lines of this process's log, oldest first. */
  recent?(): readonly string[];
}

// The doors that site/site.ts calls, in this order:
//   gateway/sessions/door.ts   mountSessions(context): Promise<MountedSessions>
//   gateway/lanes/door.ts      mountLanes(context): Promise<Lanes>              Lanes extends Mounted; its type belongs to that room
//   gateway/console/door.ts    mountConsole(context, { lanes, probes, sessions }): Promise<MountedConsole>
//   gateway/uplink/door.ts     mountUplink(context): Promise<MountedUplink>
// and their tables:  gateway/{lanes,payments,sessions}/tables.ts   export const tables: readonly Migration[]
export interface MountedConsole extends Mounted {
  /** "http://127.0.0.1:7310": where it really listens. */
  readonly http: string;
}

/** A trip test: for some minutes one socket is held to a lower rated current as well. */
export interface TripTestAsked {
  /** Made by whoever asks; the same again is the same test. */
  readonly test: string;
  readonly socket: string;
  readonly person: string;
  readonly limit_mA: number;
  readonly duration_ms: number;
}

export type TripTestState = "asked" | "running" | "tripped" | "expired" | "cancelled" | "dropped" | "refused";

export interface TripTest extends TripTestAsked {
  readonly state: TripTestState;
  /** A Stamp, as JSON. */
  readonly asked_at: string;
  /** The cut that it made, and when its relay was read back open. */
  readonly trip: string | null;
  readonly cause: string | null;
  readonly value: number | null;
  readonly pickup: number | null;
  readonly decided_after_ms: number | null;
  readonly off_after_ms: number | null;
  readonly confirmed_after_ms: number | null;
  readonly why: string | null;
}

/** A charge that a person begins. */
export interface ChargeAsked {
  /** Made by whoever asks, and the session's own name; the same again is the same charge. */
  readonly charge: string;
  readonly socket: string;
  readonly person: string;
  readonly by: "console" | "command" | "card" | "phone";
  /** Until it is full, if not said. */
  readonly choice?: Choice;
  /** Paid before; what is not used of it is given back. */
  readonly paid_fen?: number;
  /** How that was paid, where a provider took it. */
  readonly method?: string;
  /** What the customer is: staff, resident … */
  readonly groups?: readonly string[];
  /** Seconds of the day by which it is to be ready: it may wait for the valley hours of the price. */
  readonly ready_by_s?: number;
  /** A card with a balance here: the hold is taken of it, and the bill. */
  readonly card?: string;
}

export interface ChargeSeen {
  readonly charge: string;
  readonly socket: string;
  /** null: a card at the pile. */
  readonly person: string | null;
  /** "asked": the relay was not seen closed yet; "interrupted": it goes on as soon as the socket is seen again; "not-begun": it never closed; "waiting": for its turn. */
  readonly state: "waiting" | "asked" | "charging" | "interrupted" | "ended" | "not-begun";
  readonly seconds: number;
  /** Why it ended, or was not begun. */
  readonly why: string | null;
  /** Where it is priced: what was used so far, and its one bill. */
  readonly energy_mWh?: number;
  readonly bill?: ChargeBill;
  /** While it waits: why, and when it begins at the latest (wall-clock milliseconds; null: cannot be said yet). */
  readonly waits?: { readonly zh: string; readonly en: string; readonly latest: number | null };
}

/** Supplies that several sockets share, and who waits or was ended for them. Times are wall-clock milliseconds. */
export interface LoadSeen {
  /** Starts beyond a limit wait here; where not, they are refused. */
  readonly planned: boolean;
  readonly waits: readonly {
    readonly charge: string;
    readonly socket: string;
    readonly person: string;
    readonly asked: number;
    readonly zh: string;
    readonly en: string;
    /** When it begins at the latest; null: cannot be said yet. */
    readonly latest: number | null;
    /** It was put off to the cheap hours, and is to be done by then. */
    readonly ready_by: number | null;
  }[];
  /** Of the last day, the newest first. */
  readonly reduced: readonly {
    readonly at: number;
    readonly socket: string;
    readonly session: string;
    readonly zh: string;
    readonly en: string;
  }[];
  readonly supplies: readonly {
    readonly id: string;
    readonly zh: string;
    readonly en: string;
    readonly unit: "mA" | "mW";
    readonly limit: number;
    /** null: not known now, and nothing is let in. */
    readonly used: number | null;
  }[];
}

export interface LatchReset {
  readonly socket: string;
  readonly trip: string;
  readonly person: string;
  readonly reason: string;
}
export type LatchResetAsked = "asked" | "no-socket" | "no-such-trip" | "not-connected";

/** A charging card with a balance at this gateway. */
export interface Card {
  readonly card: string;
  readonly state: "active" | "lost";
  readonly groups: readonly string[];
  readonly balance_fen: number;
  /** Of it, held by charges that run or are not billed yet. */
  readonly held_fen: number;
}

export interface Cards {
  of(card: string): Card | undefined;
  write(asked: { readonly card: string; readonly groups: readonly string[]; readonly person: string }): Card;
  /** `entry` is made by whoever asks; the same again is the same entry. */
  topUp(asked: { readonly card: string; readonly entry: string; readonly amount_fen: number; readonly person: string }): Card | Refusal;
  lose(asked: { readonly card: string; readonly person: string }): Card | Refusal;
  move(asked: { readonly card: string; readonly entry: string; readonly to: string; readonly person: string }): Card | Refusal;
}

/** What the console may ask of the charging half; nothing here waits for the safety process. */
export interface Sessions {
  /** The newest readings, empty while protection is not heard. */
  readings(): readonly SocketReading[];
  sheds(): readonly ShedReading[];
  /** False when protection is not connected: nothing was asked. Refused by protection while anything still shows the trip; the reset itself is its fact, and an event. */
  /** What a fire device says of a shed, to protection at once, and again whenever protection is connected anew. */
  tellFire(told: {
    readonly shed: string;
    readonly source: string;
    readonly of: "panel" | "smoke" | "heat";
    readonly active: boolean;
  }): void;
  resetShed(request: { readonly shed: string; readonly trip: string; readonly person: string; readonly reason: string }): boolean;
  /** A person's re-arm of one socket, of the trip that it names. "asked": protection was told. */
  resetLatch(request: LatchReset): LatchResetAsked;
  /** A lower limit beside the socket's own; written down before protection is asked. */
  tripTest(asked: TripTestAsked): TripTest | Refusal;
  tripTestOf(test: string): TripTest | undefined;
  cancelTripTest(test: string): "asked" | "no-test" | "not-connected";
  /** Written down before protection is asked; that the relay closed is its fact, and an event. */
  begin(asked: ChargeAsked): ChargeSeen | Refusal;
  charge(charge: string): ChargeSeen | undefined;
  /** All that is kept of one socket in this time. */
  story(socket: string, window: { readonly from: number; readonly until: number }): object;
  /** One trip by current, as protocols/api/trip.ts describes it. */
  tripCurve(socket: string, trip: string): object | Refusal;
  loads(): LoadSeen;
  /** The price that is in force, as it hangs beside the socket; undefined: the site asks no money; empty: it does, and none is in force. */
  priceWords(): readonly { readonly zh: string; readonly en: string }[] | undefined;
  /** What is printed as a code on a socket, and whose it is; undefined: none of ours. */
  tokenOf(socket: string): string;
  socketOfToken(token: string): string | undefined;
  readonly cards: Cards;
  /** The one that is open on this socket. */
  chargeOf(socket: string): string | undefined;
  /** The last lines of the safety process's log, oldest first, as far as they were heard; asks for newer ones. undefined: no safety process that tells its log was ever connected. */
  safetyLog(): readonly string[] | undefined;
  /** Ends the charge of a socket. "asked": protection was told; that it ended is its fact, and an event. */
  release(socket: string): "asked" | "no-charge" | "not-connected";
}
