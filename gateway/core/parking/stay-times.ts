// When a stay began and ended, as far as the clocks may be believed. Within one boot its length is monotonic, whatever a wall clock was set to; where it hangs
// is a label's word. Across boots only labels tell the length. What is not certain is said with its bounds, and the tariff then takes the lowest price in them.
import { dayMs, type Stamp, type Wall, wall } from "#protocols/vocabulary/time.ts";
import type { Doubt } from "./tariff/stay.ts";
import { lengthWords } from "./tariff/words.ts";

/** One boot of the machine, as the journal knows it. */
export interface Boot {
  readonly first: Stamp;
  /** The last moment that was written down. */
  readonly last: Stamp;
  /** The newest moment at which a time server had been heard; null: never. */
  readonly heard: Stamp | null;
}

export type Boots = (boot: string) => Boot | undefined;

export interface StayTimes {
  readonly entered: Wall;
  readonly left: Wall;
  readonly doubt?: Doubt;
  /** Where another moment (a payment) lies on the same line of time. */
  at(stamp: Stamp): Wall;
}

/** The entry label of a camera's stored record: ours is only when it arrived. */
export interface Recorded {
  readonly received: Stamp;
  /** By how much we believe that camera. */
  readonly tolerance_ms: number;
}

/** Two labels and the monotonic clock differ by less than this without anybody having set a clock. */
const slack_ms = 2_000;

export function stayTimes(entered: Stamp, left: Stamp, known: { boots: Boots; recorded?: Recorded }): StayTimes {
  const { boots, recorded } = known;
  if (recorded !== undefined) return fromRecord(entered, left, { boots, recorded });
  return entered.boot === left.boot ? withinBoot(entered, left, boots) : acrossBoots(entered, left, boots);
}

/** A label that a time server vouches for: its own, or one that was heard later in the same boot. */
export function believed(stamp: Stamp, boots: Boots): Wall | undefined {
  if (stamp.synchronised) return stamp.wall;
  const heard = boots(stamp.boot)?.heard;
  return heard === null || heard === undefined ? undefined : wall(heard.wall + (stamp.mono - heard.mono));
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** The length is certain. Both ends say where it lies; where they agree there is no doubt. */
function withinBoot(entered: Stamp, left: Stamp, boots: Boots): StayTimes {
  const length = Math.max(0, left.mono - entered.mono);
  const [from, until] = [believed(entered, boots), believed(left, boots)];
  const places = [from, until === undefined ? undefined : until - length].filter((at) => at !== undefined);
  const [place, other] = places.length === 0 ? [entered.wall, left.wall - length] : places;
  if (place === undefined) throw new RangeError("a stay without a place");
  const start = wall(place);
  const at = (stamp: Stamp) =>
    stamp.boot === entered.boot ? wall(start + (stamp.mono - entered.mono)) : (believed(stamp, boots) ?? stamp.wall);
  const times = { entered: start, left: wall(start + length), at };
  const apart = other === undefined ? 0 : Math.abs(place - other);
  if (other === undefined || apart <= slack_ms) return times;
  const by = lengthWords(seconds(apart));
  return {
    ...times,
    doubt: {
      anchor: "entered",
      from: wall(Math.min(place, other)),
      until: wall(Math.max(place, other)),
      shortest_s: seconds(times.left) - seconds(start),
      longest_s: seconds(times.left) - seconds(start),
      zh: `停车期间时钟调整过${by.zh}，按可能的时间中最低的收费`,
      en: `a clock was set by ${by.en} during the stay: the lowest price of the possible times`,
    },
  };
}

/** The length is what two labels say, if both may be believed; else only what was counted while we ran is certain. */
function acrossBoots(entered: Stamp, left: Stamp, boots: Boots): StayTimes {
  const [from, until] = [believed(entered, boots), believed(left, boots)];
  const counted = countedLength(entered, left, boots);
  const last = until ?? left.wall;
  const labels = last - (from ?? entered.wall);
  if (from !== undefined && until !== undefined && labels >= counted - slack_ms)
    return acrossTimes({ entered, left, boots }, { entered: from, left: until });
  const certain = from !== undefined && until !== undefined ? Math.max(0, Math.min(labels, counted)) : counted;
  const longest = Math.max(certain, labels);
  const plain =
    until === undefined && from !== undefined
      ? { entered: from, left: wall(from + longest) }
      : { entered: wall(last - longest), left: last };
  const nowhere = from === undefined && until === undefined;
  const hangs = until === undefined && from !== undefined ? ("entered" as const) : ("left" as const);
  const place = hangs === "entered" ? plain.entered : plain.left;
  const [length, sure] = [lengthWords(seconds(longest - certain)), lengthWords(seconds(certain))];
  return {
    ...acrossTimes({ entered, left, boots }, plain),
    doubt: {
      anchor: hangs,
      // No end can be placed: any hour of the day is possible.
      from: wall(place - (nowhere ? dayMs / 2 : 0)),
      until: wall(place + (nowhere ? dayMs / 2 : 0)),
      shortest_s: seconds(certain),
      longest_s: nowhere ? seconds(certain) : seconds(longest),
      zh: `停车期间网关重新启动且时钟未校准，时长有${length.zh}不能确定，按能确定的${sure.zh}起最低的收费`,
      en: `the gateway was restarted during the stay and its clock not set: ${length.en} are not certain, the lowest price from ${sure.en} on`,
    },
  };
}

function acrossTimes(
  { entered, left, boots }: { entered: Stamp; left: Stamp; boots: Boots },
  times: { entered: Wall; left: Wall },
): StayTimes {
  return {
    ...times,
    at: (stamp) => {
      if (stamp.boot === left.boot) return wall(times.left - (left.mono - stamp.mono));
      if (stamp.boot === entered.boot) return wall(times.entered + (stamp.mono - entered.mono));
      return believed(stamp, boots) ?? stamp.wall;
    },
  };
}

/** What both boots counted themselves; the time without power is not in it. */
function countedLength(entered: Stamp, left: Stamp, boots: Boots): number {
  const before = boots(entered.boot);
  const since = boots(left.boot);
  const first = before === undefined ? 0 : Math.max(0, before.last.mono - entered.mono);
  const second = since === undefined ? 0 : Math.max(0, left.mono - since.first.mono);
  return first + second;
}

/** What we saw ourselves begins when the record arrived; what was before is the camera's word, as far as it is believed. */
function fromRecord(entered: Stamp, left: Stamp, { boots, recorded }: { boots: Boots; recorded: Recorded }): StayTimes {
  const { received, tolerance_ms } = recorded;
  const since = stayTimes(received, left, { boots });
  const length = since.left - since.entered;
  const before = Math.max(0, (believed(received, boots) ?? received.wall) - entered.wall);
  const span = since.doubt;
  const shift = span?.anchor === "entered" ? length : 0;
  const by = lengthWords(seconds(tolerance_ms));
  return {
    entered: wall(since.entered - before),
    left: since.left,
    at: since.at,
    doubt: {
      anchor: "left",
      from: wall((span?.from ?? since.left) + (span === undefined ? 0 : shift)),
      until: wall((span?.until ?? since.left) + (span === undefined ? 0 : shift)),
      shortest_s: (span?.shortest_s ?? seconds(length)) + seconds(Math.max(0, before - tolerance_ms)),
      longest_s: (span?.longest_s ?? seconds(length)) + seconds(before),
      zh: `入场时间取自相机断线期间的记录，可能相差${by.zh}，按最低的收费`,
      en: `the entry's time is from a record of the camera: it may be off by ${by.en}, the lowest price holds`,
    },
  };
}
