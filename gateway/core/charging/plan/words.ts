// Why one waits, with the numbers of the decision: for whoever stands at the pile, and whoever answers for the supply.
import { toRfc3339, type Wall } from "#protocols/vocabulary/time.ts";
import type { Words } from "../price/types.ts";
import { inWords } from "../shed/load-words.ts";
import type { Turn } from "./plan.ts";
import type { Deferred } from "./valley.ts";

/** "23:05": China's civil day. */
export const hourText = (at: Wall): string => toRfc3339(at).slice(11, 16);

const lately = (latest: Wall | undefined): Words =>
  latest === undefined
    ? { zh: "，何时开始还说不准", en: "; when cannot be said yet" }
    : { zh: `，最迟 ${hourText(latest)} 开始`, en: `; begins at ${hourText(latest)} at the latest` };

export function waitWords({ blocked, place, latest }: Turn): Words {
  if (blocked === undefined) return { zh: "轮到开始", en: "its turn has come" };
  const { budget, used, held, needs } = blocked;
  const { name, unit, limit } = budget;
  const then = lately(latest);
  if (used === undefined)
    return {
      zh: `读不到${name.zh}的用量，不能开始：排第 ${place} 位等候${then.zh}`,
      en: `what ${name.en} takes is not known, so nothing begins: number ${place} to wait${then.en}`,
    };
  const before =
    held === 0
      ? { zh: "", en: "" }
      : { zh: `、先来的等着 ${inWords(held, unit)}`, en: `, ${inWords(held, unit)} is held for who came before` };
  return {
    zh: `${name.zh}已用 ${inWords(used, unit)}${before.zh}，再加 ${inWords(needs, unit)} 将超过 ${inWords(limit, unit)}：排第 ${place} 位等候${then.zh}`,
    en: `${name.en} takes ${inWords(used, unit)}${before.en}; ${inWords(needs, unit)} more would exceed ${inWords(limit, unit)}: number ${place} to wait${then.en}`,
  };
}

export function deferredWords({ from, by, because }: Deferred, latest: Wall | undefined): Words {
  const [start, end] = [hourText(from), hourText(by)];
  const then = lately(latest ?? from);
  return because === "valley"
    ? { zh: `${end} 前充好即可：等到 ${start} 谷段${then.zh}`, en: `to be ready by ${end}: waits for the valley at ${start}${then.en}` }
    : {
        zh: `${end} 前充好即可：谷段太晚，${start} 开始才来得及${then.zh}`,
        en: `to be ready by ${end}: the valley is too late, ${start} is just in time${then.en}`,
      };
}
