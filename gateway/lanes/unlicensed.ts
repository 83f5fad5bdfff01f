// A car without a plate comes in by its driver's phone, and goes out by the same phone: the visit's own name is the token. A loop must see a car before anything opens,
// and a car whose plate was just read and refused does not come in this way.
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { minuteMs, type Stamp } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";
import { billFor, settled } from "./bills.ts";
import type { Lanes } from "./door.ts";
import type { GateAnswer, Lane } from "./lane.ts";
import { commandState, foremost } from "./orders.ts";
import { placesOf } from "./places.ts";
import { openVisit, standsBefore, type Visit, visitById } from "./visits.ts";

export interface Unlicensed {
  /** `asked` is made by the page and makes repeats harmless. */
  enter(lane: string, asked: string): Promise<{ readonly token: string; readonly gate: GateAnswer["gate"] } | Refusal>;
  /** The car stands before this exit: what it owes, or the gate. */
  leave(lane: string, token: string): Promise<{ readonly visit: Visit; readonly gate: GateAnswer["gate"] | null } | Refusal>;
  /** A token's visit, while it is inside. */
  inside(token: string): Visit | undefined;
}

const person = "phone";
const refusedLately_ms = minuteMs;

const notHere = refusal("not-here", "这里不是无牌车入口", "cars without a plate do not come in here");
const noCar = refusal("no-car", "请把车驶到道闸前再扫码", "drive up to the arm first");
const closed = refusal("lane-closed", "车道停用，请走其他车道", "this lane is closed: take another");
const ahead = refusal("car-ahead", "前车尚未通过，请稍候再试", "another car has not passed yet: wait a moment");
const hasPlate = refusal(
  "has-plate",
  "本车道刚识别到有牌车辆，请按车牌通行或联系工作人员",
  "a plate was read here: this is for cars without one",
);
const full = refusal("lot-full", "车位已满，仅放行月租车", "the lot is full");
const unknown = refusal("no-token", "没有这次入场记录，请联系工作人员", "no such entry: call a person");

/** Whether a token is this visit's; a plate's visit is not opened by its name alone. */
const isUnlicensed = (reads: Reads, visit: string): boolean => reads.get("SELECT 1 FROM unlicensed WHERE visit = ?", visit) !== undefined;

/** What stands in place of a plate: no camera reads it, and no page looks it up. */
const namedBy = (token: string): Plate => `无${token.replaceAll("-", "").slice(2, 8).toUpperCase()}` as Plate;

export function unlicensedOf(context: SiteContext, lanes: Lanes): Unlicensed {
  const { journal, clock, chance, config } = context;

  /** Why nothing opens here now. */
  function hinders(lane: Lane, now: Stamp): Refusal | undefined {
    if (lane.keeping.mode().mode === "closed") return closed;
    const arm = lane.arm();
    if (arm === "unknown" || !arm.approach) return noCar;
    if (arm.under && !arm.closed) return ahead;
    return foremost(journal, lane.config.id, now) === null ? undefined : ahead;
  }

  function refusedLately(lane: string, now: Stamp): boolean {
    const last = journal.get<{ at: number; outcome: string }>(
      "SELECT at, outcome FROM camera_read WHERE lane = ? ORDER BY at DESC LIMIT 1",
      lane,
    );
    return last !== undefined && now.wall - last.at < refusedLately_ms && ["blacklisted", "lot-full"].includes(last.outcome);
  }

  async function enter(id: string, asked: string): ReturnType<Unlicensed["enter"]> {
    const lane = lanes.lane(id);
    if (lane === undefined || lane.config.direction !== "entry" || config.payments?.page?.unlicensed !== true) return notHere;
    const now = clock.stamp();
    const by = { command: `qr-in-${asked}`, person, reason: "无牌车扫码入场 / without a plate, by phone" };
    const known = journal.get<{ visit: string }>("SELECT visit FROM unlicensed WHERE asked = ?", asked);
    if (known !== undefined) {
      const state = commandState(journal, id, by);
      return state !== undefined && "kind" in state ? state : { token: known.visit, gate: state?.gate ?? "not-opened" };
    }
    const no = hinders(lane, now) ?? (refusedLately(id, now) ? hasPlate : undefined);
    if (no !== undefined) return no;
    const { lot } = lane.config;
    const where = config.lots.find((one) => one.id === lot);
    if (where?.when_full === "pass-holders" && placesOf(journal, config, lot).free <= 0) return full;
    const token = chance.id();
    const plate = namedBy(token);
    const { gate } = await lane.open({
      ...{ cause: "manual", by, visit: { id: token, plate } },
      write: (tx) => {
        const { tariffs } = lanes;
        const under = { tariff: tariffs.label(lot, now.wall), tariffHash: tariffs.hash(lot) };
        openVisit(tx, { id: token, lot, plate, colour: "unknown", entryLane: id, entered: now, ...under, received: null, offline: false });
        tx.run("INSERT INTO unlicensed (asked, visit, lane, at) VALUES (?, ?, ?, ?)", asked, token, id, JSON.stringify(now));
      },
    });
    return { token, gate };
  }

  /** Another car was read before this arm and has not left: a token does not open for it. */
  function otherCarWaits(lane: Lane, token: string): boolean {
    const front = lane.front();
    return front !== undefined && front.id !== token;
  }

  async function leave(id: string, token: string): ReturnType<Unlicensed["leave"]> {
    const lane = lanes.lane(id);
    const visit = inside(token);
    if (visit === undefined || lane === undefined || lane.config.direction !== "exit" || lane.config.lot !== visit.lot) return unknown;
    const now = clock.stamp();
    const no = hinders(lane, now) ?? (otherCarWaits(lane, token) ? ahead : undefined);
    const orders = journal.get<{ n: number; seen: string | null }>(
      "SELECT count(*) AS n, max(CASE WHEN seen = 'open' THEN 'open' END) AS seen FROM gate_order WHERE lane = ? AND visit = ?",
      ...[id, token],
    );
    if (orders?.seen === "open") return { visit, gate: "already-open" };
    if (no !== undefined) return no;
    const asking = { tariffs: lanes.tariffs, lane: id, now, newId: () => chance.id() };
    const priced = journal.commit((tx) => {
      standsBefore(tx, id, { visit: token, now });
      return billFor(tx, visit, asking);
    });
    if ("kind" in priced) return priced;
    if (!settled(priced.bill)) return { visit, gate: null };
    // A pulse that was never answered may be asked for again; each is an order of its own.
    const by = { command: `qr-out-${token}-${orders?.n ?? 0}`, person, reason: "无牌车扫码出场 / without a plate, by phone" };
    const { gate } = await lane.open({ cause: "manual", by, visit });
    return { visit, gate };
  }

  function inside(token: string): Visit | undefined {
    const visit = isUnlicensed(journal, token) ? visitById(journal, token) : undefined;
    return visit?.state === "gone" ? undefined : visit;
  }

  return { enter, leave, inside };
}
