// The demonstration's assessment: five quarters frozen, with who is a model, who has four stars and who failed and is being replaced; the current quarter with its sample, one compound
// on which town and department disagree, one appeal that waits for its second person and one that was decided.
import { appeal, decideAppeal, quarterDays, sampled, schemeOn, writeEntry } from "#cloud/assessment/assess.ts";
import { freezePeriod } from "#cloud/assessment/awards.ts";
import type { Scheme } from "#cloud/assessment/scheme.ts";
import { dayFrom, dayOf, dayText, openCalendar, startOf } from "#cloud/calendar/calendar.ts";
import { takeStep } from "#cloud/ledger/courses.ts";
import type { Change } from "#cloud/store/store.ts";
import { dayMs, hourMs } from "#protocols/vocabulary/time.ts";
import { chance } from "./chance.ts";
import { done } from "./done.ts";
import { quarterOf } from "./money.ts";
import type { Cast } from "./people.ts";

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly town: string;
  readonly cast: Cast;
}

const quarters = 5;
/** So many quarters ago the last compound failed. */
const failedBack = 2;

const findings = [
  ["service-late", "两件诉求超期答复"],
  ["order-parking", "消防通道旁乱停三处"],
  ["clean-waste", "垃圾亭周边有散落"],
  ["order-parking", "非机动车未停入棚内"],
] as const;

/** What a good, a middling and a poor compound loses in a quarter; items of the usual scheme. */
const losses: readonly (readonly (readonly [item: string, times: number, reason: string])[])[] = [
  [["clean-waste", 1, "楼道口有散落垃圾"]],
  [
    ["order-parking", 6, "消防通道旁乱停"],
    ["clean-waste", 4, "垃圾亭周边有散落"],
  ],
  [
    ["order-parking", 8, "地面停车无引导"],
    ["service-late", 6, "诉求超期答复"],
    ["clean-waste", 6, "保洁缺岗"],
  ],
];
const misuse = ["veto-misuse", "公共收益未入公维金账户，经核实属挪用（演示）"] as const;

type Written = readonly [item: string, reason: string];

async function write(change: Change, of: { scheme: Scheme; period: string }, place: Place, given: Giving): Promise<string[]> {
  const { source, at, said } = given;
  const person = source === "town" ? place.cast.street : given.person === undefined ? place.cast.bureau : given.person;
  const entry = { ...of, site: place.id, source, evidence: null, person, at } as const;
  const ids: string[] = [];
  for (const [item, reason] of said) ids.push(done(await writeEntry(change, { ...entry, item, reason })).id);
  return ids;
}
interface Giving {
  readonly source: "town" | "department";
  readonly at: number;
  readonly said: readonly Written[];
  readonly person?: Cast["bureau"];
}
const visited = ["visit", "季度考评"] as const;
const times = (n: number, one: Written): Written[] => Array.from({ length: n }, () => one);

/** Whom the department looks at, town by town. */
function looked(scheme: Scheme, period: string, places: readonly Place[]): ReadonlySet<string> {
  const towns = Map.groupBy(places, ({ town }) => town);
  return new Set(
    [...towns.values()].flatMap((all) =>
      sampled(
        scheme,
        period,
        all.map(({ id }) => id),
      ),
    ),
  );
}

async function pastQuarter(
  change: Change,
  scheme: Scheme,
  places: readonly Place[],
  { back, now }: { back: number; now: number },
): Promise<void> {
  const period = quarterOf(now, back);
  const to = startOf(dayFrom(quarterDays(period)?.to ?? "") ?? 0);
  const at = to - 20 * dayMs;
  const sample = looked(scheme, period, places);
  for (const [nth, place] of places.entries()) {
    const lost = losses[Math.min(nth, losses.length - 1)] ?? [];
    const failed = nth === places.length - 1 && nth > 0 && back === failedBack;
    const said = [visited, ...lost.flatMap(([item, many, reason]) => times(many, [item, reason])), ...(failed ? [misuse] : [])];
    await write(change, { scheme, period }, place, { source: "town", at, said });
    if (sample.has(place.id)) {
      // The department saw nearly the same.
      const less = lost.flatMap(([item, many, reason]) => times(many - 1, [item, `抽查：${reason}`]));
      await write(change, { scheme, period }, place, { source: "department", at: at + dayMs, said: [visited, ...less] });
    }
  }
  const person = places[0]?.cast.bureau;
  if (person === undefined) return;
  // In the first days of a quarter the one before is frozen as soon as it is over.
  const frozen = done(
    await freezePeriod(change, { scheme, period, compounds: places, person, now: Math.max(to, Math.min(to + 4 * dayMs, now)) }),
  );
  for (const id of frozen.opened) await onTheWay(change, id, { opened: to + 4 * dayMs, now, cast: places.at(-1)?.cast });
}

/** A talk and an order to mend it; whether it mends or the owners vote is still open. */
async function onTheWay(
  change: Change,
  id: string,
  { opened, now, cast }: { opened: number; now: number; cast: Cast | undefined },
): Promise<void> {
  if (cast === undefined) return;
  const steps = [
    ["talk", 7, "约谈企业负责人，要求说明收益去向", "约谈纪要 演示〔1〕号", cast.street],
    ["order", 21, "限期六十日整改，归还挪用款项", "限期整改通知 演示〔3〕号", cast.bureau],
  ] as const;
  for (const [step, after, note, reference, person] of steps) {
    const at = opened + after * dayMs;
    if (at >= now) return;
    const taking = {
      id,
      kind: "replacement",
      step,
      day: dayText(dayOf(at)),
      note,
      reference,
      person,
      calendar: openCalendar(),
      now: at,
    } as const;
    done(await takeStep(change, taking));
  }
}

async function thisQuarter(
  change: Change,
  scheme: Scheme,
  places: readonly Place[],
  { seed, now }: { seed: number; now: number },
): Promise<void> {
  const by = chance(seed);
  const period = quarterOf(now);
  const begin = startOf(dayOf(now)) - 6 * dayMs;
  const sample = looked(scheme, period, places);
  for (const place of places) {
    const some = by.shuffled(findings).slice(0, by.whole(1, 3));
    const ids = await write(change, { scheme, period }, place, {
      source: "town",
      at: begin,
      said: [visited, ...some, ["bonus-iot", "接入物联网预警"]],
    });
    // The first line that takes points off.
    const line = ids[1] ?? "";
    const appealed = async (words: string, at: number): Promise<void> =>
      void done(await appeal(change, { entry: line, person: place.cast.property.id, words, at }));
    const decided = async (person: string, says: "void" | "uphold", at: number): Promise<void> =>
      void done(await decideAppeal(change, { entry: line, person, says, at }));
    const { bureau, assessor } = place.cast;
    if (place === places[0]) {
      await appealed("当日已整改并复核，附照片编号 P-12（演示）", begin + 2 * dayMs);
      await decided(assessor.id, "void", begin + 3 * dayMs);
    } else if (place === places[1]) {
      await appealed("该处不属本小区管理范围（演示）", begin + 2 * dayMs);
      await decided(assessor.id, "void", begin + 3 * dayMs);
      await decided(bureau.id, "uphold", begin + 4 * dayMs);
    }
    if (!sample.has(place.id)) continue;
    const at = begin + dayMs + hourMs;
    const light: Written[] = [visited, ["service-late", "抽查：一件诉求超期"]];
    // The last town's compound: what the department saw is far from what the town wrote.
    const heavy: Written[] = [
      ...light,
      ["safety-exits", "抽查：两处疏散通道堵塞"],
      ["safety-charging", "抽查：楼道充电两处"],
      ...times(2, ["service-public", "抽查：公共收益未按季公示"]),
      ...times(2, ["facilities-fire", "抽查：消防泵停用"]),
    ];
    const other = place.town !== places[0]?.town;
    await write(change, { scheme, period }, place, { source: "department", at, said: other ? heavy : light, person: assessor });
  }
}

export async function tellAssessment(change: Change, seed: number, places: readonly Place[], now: number): Promise<void> {
  const scheme = await schemeOn(change, "stars-third", dayText(dayOf(now)));
  if (scheme === undefined) return;
  for (let back = quarters; back >= 1; back -= 1) await pastQuarter(change, scheme, places, { back, now });
  await thisQuarter(change, scheme, places, { seed, now });
}
