// Guests, cars that are kept out, cars that go in and out at any time. Kept out is only who endangers or owes for parking: what a household owes for other things is refused in words.
import { blockReasons, longestVisit_days } from "#protocols/api/register.ts";
import type { Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, type Wall } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../journal/journal.ts";
import { type Of, type Place, plateOf, spanOf, timeOf, type Write } from "./write.ts";

/** A guest's car is a pass of one space with an end; the lot's tariff must say what a pass is. */
export function visitorWrite(entry: Of<"visitors">, place: Place): Write {
  const { where, wrong, lotOf, rules, context, person } = place;
  if (lotOf(entry.lot, where) && rules(entry.lot)?.passes === undefined)
    wrong(
      where,
      "该停车场的收费文件没有月卡规则（passes），访客无法免费",
      "the lot's tariff says nothing of passes: a guest cannot be free",
    );
  const plate = plateOf(entry.plate, place);
  const { from, until } = spanOf(entry, place);
  if (until - from > longestVisit_days * dayMs)
    wrong(where, `访客最长 ${longestVisit_days} 天，更长请办月卡`, `a guest stays ${longestVisit_days} days at most: longer is a pass`);
  const other = context.journal.get<{ kind: string }>("SELECT kind FROM pass WHERE id = ?", entry.visitor);
  if (other !== undefined && other.kind !== "visitor") wrong(where, "该编号是月卡", "this is the name of a pass");
  const withdrawn = entry.withdrawn === true;
  return (tx) => {
    tx.run(
      "INSERT INTO pass (id, lot, spaces, from_at, until_at, suspended, withdrawn, person, at, kind, host) VALUES (?, ?, 1, ?, ?, '[]', ?, ?, ?, 'visitor', ?) ON CONFLICT (id) DO UPDATE SET lot = excluded.lot, from_at = excluded.from_at, until_at = excluded.until_at, withdrawn = excluded.withdrawn, person = excluded.person, at = excluded.at, host = excluded.host",
      ...[entry.visitor, entry.lot, from, until, withdrawn ? 1 : 0, person, context.clock.wall(), entry.host],
    );
    tx.run("DELETE FROM pass_plate WHERE pass = ?", entry.visitor);
    tx.run("INSERT INTO pass_plate (pass, plate) VALUES (?, ?)", entry.visitor, plate);
    tx.event("pass.written", { pass: entry.visitor, lot: entry.lot, plates: [plate], spaces: 1, from, until, withdrawn, person });
  };
}

const propertyFee = /物业费|物业管理费|公摊|维修基金|property.{0,12}fee|management.{0,12}fee/i;

export function carWrite(entry: Of<"cars">, place: Place): Write {
  const { where, wrong, lotOf, context, person } = place;
  if (entry.lot !== undefined) lotOf(entry.lot, where);
  const plate = plateOf(entry.plate, place);
  const now = context.clock.wall();
  const from = entry.from === undefined ? now : timeOf(entry.from, place);
  const until = entry.until === undefined ? null : timeOf(entry.until, place, true);
  const blocking = (blockReasons as readonly string[]).includes(entry.reason);
  if ((entry.list === "blocked") !== blocking)
    wrong(where, `这种名单不用这个原因：${entry.reason}`, `not a reason of this list: ${entry.reason}`);
  if (entry.list === "blocked" && propertyFee.test(entry.words))
    wrong(where, "拖欠物业费不能作为限制车辆进出的理由", "property fees that are owed are no reason to keep a car out");
  if (until !== null && until <= from) wrong(where, "结束不晚于开始", "ends before it begins");
  const withdrawn = entry.withdrawn === true;
  return (tx) => {
    tx.run(
      "INSERT INTO known_car (id, list, lot, plate, reason, words, from_at, until_at, person, at, withdrawn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET list = excluded.list, lot = excluded.lot, plate = excluded.plate, reason = excluded.reason, words = excluded.words, from_at = excluded.from_at, until_at = excluded.until_at, person = excluded.person, at = excluded.at, withdrawn = excluded.withdrawn",
      ...[entry.car, entry.list, entry.lot ?? null, plate, entry.reason, entry.words, from, until, person, now, withdrawn ? 1 : 0],
    );
    const { car, list, lot = null, reason } = entry;
    tx.event("car.listed", { car, list, lot, plate, reason, from, until, withdrawn, person });
  };
}

/** Whether this car stands on that list now. */
export const onList = (reads: Reads, list: "blocked" | "special", { plate, lot, at }: { plate: Plate; lot: string; at: Wall }): boolean =>
  reads.get(
    "SELECT 1 FROM known_car WHERE plate = ? AND list = ? AND withdrawn = 0 AND (lot IS NULL OR lot = ?) AND from_at <= ? AND (until_at IS NULL OR until_at > ?) LIMIT 1",
    ...[plate, list, lot, at, at],
  ) !== undefined;
