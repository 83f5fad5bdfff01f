// The device's end: what was heard here is said on to the city's centre, one at a time, until it is confirmed; what the centre asks for is answered from what devices said.
// A sentry check from there is a question to a person.
import { deny, respond } from "#protocols/fire/gbt26875/answer.ts";
import { decodeUnit, encodeUnit, type FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { command, encodeFrame, type FireFrame } from "#protocols/fire/gbt26875/frame.ts";
import { labelOf } from "#protocols/fire/gbt26875/label.ts";
import { profiles, standard } from "#protocols/fire/gbt26875/profile.ts";
import { bytesOf } from "#protocols/frames/bytes.ts";
import { isUndecodable } from "#protocols/frames/layout.ts";
import { freshStream } from "#protocols/frames/stream.ts";
import { after, type Monotonic } from "#protocols/vocabulary/time.ts";
import type { FireConfig } from "../config/fire-schema.ts";
import type { Journal } from "../journal/journal.ts";
import type { ByteLine, Clock, Datagrams, Devices } from "../ports.ts";
import type { Log } from "../site-context.ts";
import { answerTo, type Exchange, type Heard, hearBytes, newExchange, newRepeats, type Stepped, say, timed } from "./exchange.ts";

export interface CentreParts {
  readonly centre: NonNullable<FireConfig["centre"]>;
  readonly clock: Clock;
  readonly devices: Pick<Devices, "openTcp"> & Datagrams;
  readonly journal: Journal;
  readonly log: Pick<Log, "info" | "warn">;
  /** The centre asks for a person: minutes until it gives up. */
  readonly onSentry: (within_min: number) => void;
  /** Its questions (types 61–88); undefined: none that a transmission device answers. */
  readonly answer: (asked: FireUnit) => FireUnit | undefined;
  /** Our own state, bits of figure 8. */
  readonly state: () => number;
  /** "Initialise": it wants to hear everything anew. */
  readonly onInitialise: () => void;
}

export interface Centre {
  /** Something waits. */
  wake(): void;
  tick(): void;
  connected(): boolean;
  waiting(): number;
  close(): void;
}

const againAfter_ms: readonly number[] = [1_000, 5_000, 15_000, 60_000];
/** The transmission device's own state, as a sign of life. */
const lifeEvery_ms = 60_000;
/** Control commands that are carried out here. */
const controls: ReadonlySet<string> = new Set(["sentry", "initialise", "set-time"]);

export function connectCentre(parts: CentreParts): Centre {
  const { centre, clock, devices, journal, log, onSentry } = parts;
  const udp = centre.transport === "udp";
  /** A datagram's way is open before anybody is there. */
  let answered = false;
  let line: ByteLine | undefined;
  let exchange: Exchange = fresh(0);
  let repeats = newRepeats();
  let opening = false;
  let closed = false;
  let losses = 0;
  let tryAt: Monotonic = clock.monotonic();
  let lifeAt: Monotonic = clock.monotonic();

  /** Serials go on over a new connection: what is said then is no repeat of what was said before. */
  function fresh(serial: number): Exchange {
    const sides = { profile: profiles[centre.profile] ?? standard, own: centre.own_address, other: centre.centre_address };
    return { ...newExchange(sides), serial };
  }
  const at = () => ({ now: clock.monotonic(), label: labelOf(clock.wall()) });

  function lost(why: string): void {
    if (line === undefined) return;
    line = undefined;
    log.warn({ why }, "fire: the city's centre is gone");
    tryAt = after(clock.monotonic(), againAfter_ms[Math.min(losses, againAfter_ms.length - 1)] ?? 1_000);
    losses += 1;
  }

  async function open(): Promise<void> {
    opening = true;
    try {
      const opened = await (udp ? devices.openUdp : devices.openTcp)(centre.host, centre.port);
      if (closed) return opened.close();
      line = opened;
      exchange = fresh(exchange.serial);
      repeats = newRepeats();
      opened.onBytes((bytes) => {
        if (line !== opened) return;
        take(hearBytes(exchange, bytes, at()));
        if (udp) exchange = { ...exchange, stream: freshStream };
      });
      opened.onClose((why) => {
        if (line === opened) lost(why);
      });
      answered = !udp;
      log.info({}, udp ? "fire: speaking to the city's centre" : "fire: the city's centre is connected");
      next();
    } catch (error) {
      tryAt = after(clock.monotonic(), againAfter_ms[Math.min(losses, againAfter_ms.length - 1)] ?? 1_000);
      losses += 1;
      log.warn({ why: (error as Error).message }, "fire: the city's centre cannot be reached");
    } finally {
      opening = false;
    }
  }

  function take({ exchange: after_, out, heard, confirmed, failed, denied }: Stepped): void {
    exchange = after_;
    for (const bytes of out) line?.write(bytes);
    for (const id of confirmed) {
      losses = 0;
      answered = true;
      if (id !== "life") journal.commit((tx) => tx.run("DELETE FROM fire_forward WHERE id = ?", Number(id)));
    }
    for (const id of denied) if (id !== "life") refusedThere(Number(id));
    for (const one of heard) hearCentre(one);
    // Said four times and never confirmed: the line is not what it seems. What waits stays.
    if (failed.length > 0) {
      const gone = line;
      lost("nothing is confirmed");
      gone?.close();
    } else next();
  }

  /** Four times denied: it must not hold up what comes behind it. That it did not arrive is on record. */
  function refusedThere(id: number): void {
    const row = journal.get<{ unit: string }>("SELECT unit FROM fire_forward WHERE id = ?", id);
    const type = row === undefined ? "?" : Number.parseInt(row.unit.slice(0, 2), 16);
    log.warn({ type }, "fire: denied by the city's centre");
    const operations = [`监控中心拒收 / denied by the centre: ${type}`];
    journal.commit((tx) => {
      tx.run("DELETE FROM fire_forward WHERE id = ?", id);
      tx.event("fire.operation", { device: "centre", operations, operator: 0, said_at: null });
    });
  }

  const write = (frame: FireFrame): void => line?.write(encodeFrame(frame));

  function hearCentre(heard: Heard): void {
    const { frame, unit } = heard;
    const label = labelOf(clock.wall());
    // A question may be asked twice, and is answered twice.
    if (frame.command === command.request) {
      const said = parts.answer(unit);
      write(said === undefined ? deny(frame, label) : respond(frame, label, encodeUnit(said)));
      return;
    }
    // What we would not do is not confirmed as if it were done.
    if (frame.command === command.control && !controls.has(unit.kind)) {
      write(deny(frame, label));
      return;
    }
    const answer = answerTo(heard, label);
    if (answer !== undefined) line?.write(answer);
    const now = clock.monotonic();
    const again = repeats.isRepeat(heard, now);
    repeats.taken(heard, now);
    if (again) return;
    // That it was received is the protocol's; that somebody is there is only ever said by a person.
    if (unit.kind === "sentry") for (const { within_min } of unit.objects) onSentry(Math.max(1, within_min));
    if (unit.kind === "initialise") parts.onInitialise();
    // Our clock is the time server's: what the centre thinks of it is on record, and changes nothing.
    if (unit.kind === "set-time") log.info({ said: unit.objects[0]?.time, ours: label }, "fire: the city's centre says its time");
  }

  /** The oldest that waits, one at a time. */
  function next(): void {
    if (line === undefined || exchange.waiting !== undefined || exchange.queue.length > 0) return;
    const row = journal.get<{ id: number; unit: string }>("SELECT id, unit FROM fire_forward ORDER BY id LIMIT 1");
    const now = clock.monotonic();
    if (row === undefined) {
      if (now < lifeAt) return;
      lifeAt = after(now, lifeEvery_ms);
      const unit: FireUnit = { kind: "device-state", objects: [{ state: parts.state(), time: labelOf(clock.wall()) }] };
      sayIt("life", unit);
      return;
    }
    const unit = decodeUnit({ unit: bytesOf(row.unit), command: command.data }, profiles.field ?? standard);
    if (isUndecodable(unit)) {
      journal.commit((tx) => tx.run("DELETE FROM fire_forward WHERE id = ?", row.id));
      return;
    }
    sayIt(String(row.id), unit);
  }
  function sayIt(id: string, unit: FireUnit): void {
    const stepped = say(exchange, { id, command: command.data, unit }, at());
    exchange = stepped.exchange;
    for (const bytes of stepped.out) line?.write(bytes);
  }

  return {
    wake: next,
    tick() {
      if (closed) return;
      if (line === undefined && !opening && clock.monotonic() >= tryAt) void open();
      else if (line !== undefined) take(timed(exchange, at()));
    },
    connected: () => line !== undefined && answered,
    waiting: () => journal.get<{ n: number }>("SELECT count(*) AS n FROM fire_forward")?.n ?? 0,
    close() {
      closed = true;
      line?.close();
      line = undefined;
    },
  };
}
