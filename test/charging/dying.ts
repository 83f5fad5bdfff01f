// A charge whose site half dies and is begun anew, beside a plant and its own count: for P 07.kill. With `waits` its supply is taken at first, and it waits its turn.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SqliteDatabase from "better-sqlite3";
import { Plant } from "#command/month/plant.ts";
import type { SafetyToSite, ShedReading, SiteToSafety } from "#gateway/link/messages.ts";
import { chance } from "#sim/chance.ts";
import { newBattery } from "#sim/charging/battery.ts";
import { shown_mWh } from "#sim/charging/meter.ts";
import { readyLimits } from "#test/limits.ts";
import { toldClock } from "#test/told-clock.ts";
import { repository } from "#test/world/program.ts";
import type { FromChild, ToChild } from "../children/dying-charge.ts";

/** What dies: the site half alone; or with it the safety process, so that every relay opens, and stays open until the site is heard again. */
export type Dying = "site" | "both";
const began = Date.UTC(2026, 10, 25, 10, 30); // 18:30 in China: the peak
export const paid_fen = 20;
const chosen_s = 60;
const session = "session-of-the-kill";

class Story {
  readonly folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "cuobian-charge-"));
  readonly clock = toldClock({ wall: began });
  readonly points: string[] = [];
  /** Leave that was asked for and was not on the disk: there must be none. */
  readonly unwritten: string[] = [];
  readonly plant: Plant;
  killed: string | undefined;
  #child: ChildProcess | undefined;
  #lives = 0;
  #said: SafetyToSite[] = [];
  #waiting: (() => void) | undefined;

  /** Until this moment something else takes what the socket would. */
  readonly #takenUntil: number;

  readonly waits: boolean;

  constructor(waits: boolean) {
    this.waits = waits;
    const { clock } = this;
    this.#takenUntil = clock.wall() + 25_000;
    this.plant = new Plant({
      clock,
      chance: chance(3),
      limits: readyLimits("e-bike-4a"),
      sockets: 1,
      send: (message) => this.#said.push(message),
    });
  }

  async start(dieAt: number): Promise<void> {
    this.#lives += 1;
    const args = [this.folder, String(this.#lives), String(dieAt), String(this.clock.wall()), this.waits ? "waits" : ""];
    const child = fork(join(repository, "test/children/dying-charge.ts"), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child = child;
    child.on("message", (message: FromChild) => this.#hear(message));
    child.on("exit", (_code, signal) => {
      if (signal === "SIGKILL") this.killed = this.points.at(-1) ?? "before the first point";
      if (this.#child === child) this.#child = undefined;
      this.#waiting?.();
    });
    await this.#answered();
    this.plant.hello();
    await this.pass();
  }

  get alive(): boolean {
    return this.#child !== undefined;
  }

  #answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #hear(message: FromChild): void {
    if (message.kind === "point") this.points.push(message.where);
    else if (message.kind === "say") this.#obey(message.message);
    else this.#waiting?.();
  }

  #obey(message: SiteToSafety): void {
    if (message.type === "energise" && !this.#onDisk(message.authority.id)) this.unwritten.push(message.authority.id);
    this.plant.hear(message);
  }

  #onDisk(authority: string): boolean {
    const database = new SqliteDatabase(join(this.folder, "journal.sqlite"), { readonly: true });
    try {
      return (
        database.prepare("SELECT 1 FROM charge WHERE authority = ? AND state = 'open' AND stop_for IS NULL").get(authority) !== undefined
      );
    } finally {
      database.close();
    }
  }

  async say(what: Omit<ToChild, "at">): Promise<void> {
    if (this.#child?.connected !== true) return;
    const answered = this.#answered();
    this.#child.send({ at: this.clock.wall(), ...what }, () => undefined);
    await answered;
  }

  /** What the plant has said goes over. */
  async pass(): Promise<void> {
    for (const message of this.#said.splice(0)) await this.say({ message: this.waits ? this.#withSupply(message) : message });
  }

  #withSupply(message: SafetyToSite): SafetyToSite {
    if (message.type !== "readings") return message;
    const value = this.clock.wall() < this.#takenUntil ? 1_900_000 : 0;
    const budgets = [{ budget: "t-1", of: "transformer", value, reserved: 0, limit: 2_000_000, unit: "mW", by: "meter" }] as const;
    return { ...message, sheds: [{ shed: "shed-1", state: "serving", budgets }] as unknown as ShedReading[] };
  }

  async seconds(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      this.clock.advance(1_000);
      this.plant.tick(1);
      await this.pass();
    }
  }

  async end(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const exited = once(child, "exit");
    child.disconnect();
    await exited;
  }
}

export interface Found {
  readonly where: string;
  readonly sessions: number;
  readonly bills: readonly {
    readonly energy_mWh: number;
    readonly total_fen: number;
    readonly refund_fen: number;
    readonly electricity_fen: number;
  }[];
  readonly events: Readonly<Record<string, number>>;
  readonly flowed_mWh: number;
  readonly unwritten: readonly string[];
  readonly unasked: number;
  readonly closings: number;
  readonly cause: string;
  readonly check: unknown;
}

/** Plugged in, asked for a minute, charged until it is up, kept for a while, unplugged, billed. */
export async function live(dieAt: number, dying: Dying, waits = false): Promise<{ found: Found; points: readonly string[] }> {
  const story = new Story(waits);
  try {
    const [bay] = story.plant.bays;
    if (bay === undefined) throw new Error("no bay");
    bay.battery = newBattery(chance(5), { chemistry: "lithium", nominal_V: 48 });
    bay.battery.charge = 0.3;
    const before = shown_mWh(bay.meter);
    await story.start(dieAt);
    let revived = false;
    /** So many seconds of the story; whoever dies meanwhile is started again after two of them, and asked again by the person at the pile. */
    const on = async (count: number, asked: boolean): Promise<void> => {
      for (let n = 0; n < count; n += 1) {
        await story.seconds(1);
        if (story.alive || revived) continue;
        revived = true;
        if (dying === "both") story.plant.failSupply();
        await story.seconds(2);
        story.plant.supplied = true;
        if (dying === "both") story.plant.restart();
        await story.start(0);
        // Who is told that nothing is seen yet asks again a moment later.
        await story.seconds(6);
        if (asked) await ask(story, bay.name);
      }
    };
    await on(3, false);
    await ask(story, bay.name);
    await on(waits ? 125 : 90, true);
    story.plant.unplug(bay);
    // The bill is looked for every half minute; whoever died over it looks again after its start.
    await on(40, true);
    await on(40, true);
    await story.end();
    const database = new SqliteDatabase(join(story.folder, "journal.sqlite"), { readonly: true });
    const all = <R>(sql: string): R[] => database.prepare(sql).all() as R[];
    const found: Found = {
      where: `${dying}${waits ? ", waiting," : ""} at ${dieAt}: ${story.killed ?? "nobody died"}`,
      sessions: all("SELECT session FROM charge").length,
      bills: all<{ bill: string }>("SELECT bill FROM charge_bill").map(({ bill }) => JSON.parse(bill) as Found["bills"][number]),
      events: Object.fromEntries(
        all<{ type: string; n: number }>("SELECT type, count(*) AS n FROM event WHERE type LIKE 'session.%' GROUP BY type").map(
          ({ type, n }) => [type, n],
        ),
      ),
      flowed_mWh: bay.read_mWh - before,
      unwritten: story.unwritten,
      unasked: story.plant.closings.filter(({ authority }) => !story.plant.authorities.some(({ id }) => id === authority)).length,
      closings: story.plant.closings.length,
      cause: all<{ ended_for: string }>("SELECT ended_for FROM charge")[0]?.ended_for ?? "",
      check: database.pragma("quick_check", { simple: true }),
    };
    database.close();
    return { found, points: story.points };
  } finally {
    await story.end();
    rmSync(story.folder, { recursive: true, force: true });
  }
}

const ask = (story: Story, socket: string): Promise<void> =>
  story.say({
    begin: {
      charge: session,
      socket,
      person: "rider",
      by: "console",
      choice: { kind: "time", seconds: chosen_s },
      paid_fen,
      groups: ["visitor"],
    },
  });
