// The demonstration's shifts: a week of the duty room, morning and evening, by the room's own steps. Each is summed up from what was taken and who passed meanwhile; of what stood open at
// a moment of the past nobody knows any more, so nothing is said to have stood open.
import { dayOf, startOf } from "#cloud/calendar/calendar.ts";
import { doneIn, nothingOpen } from "#cloud/handovers/figures.ts";
import { end, type Somebody, sign, sittersOf, standingOf } from "#cloud/handovers/handovers.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import type { Change } from "#cloud/store/store.ts";
import type { Role } from "#protocols/api/views.ts";
import { hourMs, minuteMs } from "#protocols/vocabulary/time.ts";
import { chance } from "./chance.ts";
import { done } from "./done.ts";

const days = 8;
const hours = [8, 20] as const;
/** The last one is some hours old: whoever took over then is on. */
const before_ms = 2 * hourMs;
const notes = [
  "",
  "东门杆臂异响，已报修，明早有人来看；备用金 200 元已点清",
  "3 栋充电棚 5 号插座停用，等维修；钥匙 6 把在抽屉",
  "晚上 9 点后西门只进不出，访客走东门",
  "消防通道被占一次，已劝离，车主已登记电话",
  "",
  "快递柜旁两辆电动车未上牌，已拍照交社区",
] as const;
const refused = "钥匙少 1 把，点清后再接";
const withdrawn = "接班人临时换班，改交他人";

type Sitter = Somebody & { readonly role: Role };

/** Where fewer than two people sit, nobody hands over to anybody. */
export async function tellHandovers(
  change: Change,
  seed: number,
  { site, tree, now }: { readonly site: string; readonly tree: Tree; readonly now: number },
): Promise<void> {
  const people = await sittersOf(change, tree, site);
  if (people.length < 2) return;
  const by = chance(seed + 1_300);
  const moments = Array.from({ length: days }, (_, n) => dayOf(now) - days + 1 + n)
    .flatMap((day) => hours.map((hour) => startOf(day) + hour * hourMs + by.whole(-9, 12) * minuteMs))
    .filter((at) => at < now - before_ms);
  let on = 0;
  const hand = async (to: Sitter, at: number, words: string): Promise<string> => {
    const standing = await standingOf(change, site, at);
    const figures = { ...(await doneIn(change, { site, from: standing.from, to: at })), ...nothingOpen };
    const signing = { id: by.id(), site, by: people[on] as Sitter, to: to.person, notes: words, people, figures, now: at };
    return done(await sign(change, signing, standing)).id;
  };
  for (const [nth, at] of moments.entries()) {
    const next = (on + 1 + (nth % 5 === 4 ? 1 : 0)) % people.length;
    const to = people[next === on ? (on + 1) % people.length : next] as Sitter;
    // One was written for the wrong person, one was not taken as it was: both were signed anew.
    if (nth === 4) {
      const id = await hand(to, at - 6 * minuteMs, "");
      done(await end(change, { id, by: people[on] as Sitter, now: at - 4 * minuteMs, as: "withdrawn", words: withdrawn }));
    }
    if (nth === 9) {
      const id = await hand(to, at - 14 * minuteMs, "钥匙 6 把在抽屉");
      done(await end(change, { id, by: to, now: at - 9 * minuteMs, as: "refused", words: refused }));
    }
    const id = await hand(to, at, nth === 9 ? "钥匙已找到，6 把点清" : (notes[nth % notes.length] ?? ""));
    const words = nth % 4 === 1 ? "已核对" : "";
    done(await end(change, { id, by: to, now: at + by.whole(2, 9) * minuteMs, as: "accepted", words }));
    on = people.indexOf(to);
  }
}
