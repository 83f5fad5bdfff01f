// An occasion (a wedding, a fair, a poll): so many cars come in free of charge while it lasts. Each car is a guest's pass, so a lane needs to know nothing of it; the number is the office's, approved by another person.
import { longestVisit_days, type OccasionCar, type OccasionEntry } from "#protocols/api/register.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { canonicalPlate, displayPlate, type Plate } from "#protocols/vocabulary/plate.ts";
import { dayMs, fromRfc3339, toRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Reads } from "../journal/journal.ts";
import type { SiteContext } from "../site-context.ts";
import { type RulesOf, writeRegister } from "./write.ts";

export interface Occasion {
  readonly occasion: string;
  readonly lot: string;
  readonly name: string;
  readonly from: string;
  readonly until: string;
  readonly quota: number;
  readonly given: number;
  readonly left: number;
  readonly withdrawn: boolean;
  readonly link: string;
  readonly plates: readonly string[];
}

export interface Occasions {
  write(entry: OccasionEntry): Occasion | Refusal;
  /** The same car again has the pass that it has. */
  admit(occasion: string, car: OccasionCar): { readonly pass: string; readonly left: number } | Refusal;
  of(occasion: string): Occasion | undefined;
  byLink(link: string): Occasion | undefined;
}

interface Row {
  readonly id: string;
  readonly lot: string;
  readonly name: string;
  readonly from_at: number;
  readonly until_at: number;
  readonly quota: number;
  readonly link: string;
  readonly withdrawn: number;
}

const alone = refusal("no-approver", "活动通行须由另一人批准", "cars of an occasion come in free: another person must approve");
const wrongSpan = refusal(
  "no-span",
  `起止时间写如 2026-12-01（末日整天有效）或 2026-12-01T18:00+08:00，最长 ${longestVisit_days} 天`,
  `write its span as 2026-12-01 (the last day is whole) or 2026-12-01T18:00+08:00, ${longestVisit_days} days at most`,
);
/** A date that ends something is that whole day. */
function momentOf(text: string, end: boolean): Wall | undefined {
  const day = text.length === 10;
  const at = fromRfc3339(day ? `${text}T00:00` : text);
  return at === undefined ? undefined : wall(at + (day && end ? dayMs : 0));
}
const none = refusal("no-occasion", "没有这项活动，或已撤销", "there is no such occasion, or it was withdrawn");
const over = refusal("occasion-over", "活动已经结束", "the occasion is over");
const full = refusal("quota", "名额已满", "no place is left");

export function occasionsOf(context: SiteContext, rules: RulesOf): Occasions {
  const { journal, clock, chance } = context;
  const byId = (reads: Reads, id: string): Row | undefined => reads.get<Row>("SELECT * FROM occasion WHERE id = ?", id);
  const platesOf = (reads: Reads, id: string): { pass: string; plate: Plate }[] =>
    reads.all<{ pass: string; plate: Plate }>("SELECT pass, plate FROM occasion_car WHERE occasion = ? ORDER BY at, pass", id);
  const shown = (row: Row): Occasion => {
    const cars = platesOf(journal, row.id);
    return {
      ...{ occasion: row.id, lot: row.lot, name: row.name, quota: row.quota, link: row.link, withdrawn: row.withdrawn === 1 },
      ...{ from: toRfc3339(wall(row.from_at)), until: toRfc3339(wall(row.until_at)) },
      ...{ given: cars.length, left: Math.max(0, row.quota - cars.length), plates: cars.map(({ plate }) => displayPlate(plate)) },
    };
  };

  return {
    write({ occasion, lot, name, from: begins, until: ends, quota, person, approver, withdrawn }) {
      if (approver === person) return alone;
      if (!context.config.lots.some(({ id }) => id === lot)) return refusal("no-lot", `没有停车场 ${lot}`, `no such lot: ${lot}`);
      if (rules(lot)?.passes === undefined)
        return refusal(
          "passes-not-ruled",
          "该停车场的收费文件没有月卡规则（passes），活动车辆无法免费",
          "the lot's tariff says nothing of passes: an occasion's cars cannot be free",
        );
      const [from, until] = [momentOf(begins, false), momentOf(ends, true)];
      if (from === undefined || until === undefined || until <= from || until - from > longestVisit_days * dayMs) return wrongSpan;
      const span = { from, until };
      const before = byId(journal, occasion);
      const gone = withdrawn === true ? 1 : 0;
      const given = before === undefined ? 0 : platesOf(journal, occasion).length;
      if (gone === 0 && given > quota)
        return refusal("quota", `已经发出 ${given} 个，名额不能更少`, `${given} are given already: the number cannot be less`);
      journal.commit((tx) => {
        tx.run(
          "INSERT INTO occasion (id, lot, name, from_at, until_at, quota, link, person, approver, at, withdrawn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET lot = excluded.lot, name = excluded.name, from_at = excluded.from_at, until_at = excluded.until_at, quota = excluded.quota, person = excluded.person, approver = excluded.approver, at = excluded.at, withdrawn = excluded.withdrawn",
          ...[occasion, lot, name, span.from, span.until, quota, before?.link ?? chance.id(), person, approver, clock.wall(), gone],
        );
        // What holds of the occasion holds of its cars.
        for (const { pass, plate } of platesOf(tx, occasion)) {
          tx.run("UPDATE pass SET lot = ?, from_at = ?, until_at = ?, withdrawn = ? WHERE id = ?", lot, span.from, span.until, gone, pass);
          tx.event("pass.written", { pass, lot, plates: [plate], spaces: 1, ...span, withdrawn: gone === 1, person });
        }
        tx.event("occasion.written", { occasion, lot, name, ...span, quota, withdrawn: gone === 1, person, approver });
      });
      return shown(byId(journal, occasion) as Row);
    },

    admit(id, { plate: text, person }) {
      const row = byId(journal, id);
      if (row === undefined || row.withdrawn === 1) return none;
      if (row.until_at <= clock.wall()) return over;
      const plate = canonicalPlate(text);
      if (plate === undefined) return refusal("no-plate", `不是车牌：${text}`, `no plate: ${text}`);
      const cars = platesOf(journal, id);
      const known = cars.find((car) => car.plate === plate);
      if (known !== undefined) return { pass: known.pass, left: Math.max(0, row.quota - cars.length) };
      if (cars.length >= row.quota) return full;
      const pass = `${id}-${chance.id()}`.slice(0, 64);
      const span = { from: toRfc3339(wall(row.from_at)), until: toRfc3339(wall(row.until_at)) };
      // The place is taken before the pass is: dead between the two, a place is lost and no car too many comes in.
      journal.commit((tx) =>
        tx.run("INSERT INTO occasion_car (occasion, plate, pass, at) VALUES (?, ?, ?, ?)", id, plate, pass, clock.wall()),
      );
      const taken = writeRegister(context, rules, {
        person,
        visitors: [{ visitor: pass, lot: row.lot, plate: text, host: row.name, ...span }],
      });
      if (!("kind" in taken)) return { pass, left: row.quota - cars.length - 1 };
      journal.commit((tx) => tx.run("DELETE FROM occasion_car WHERE occasion = ? AND plate = ?", id, plate));
      return taken;
    },
    of(id) {
      const row = byId(journal, id);
      return row === undefined ? undefined : shown(row);
    },
    byLink(link) {
      const row = journal.get<Row>("SELECT * FROM occasion WHERE link = ? AND withdrawn = 0", link);
      return row === undefined ? undefined : shown(row);
    },
  };
}
