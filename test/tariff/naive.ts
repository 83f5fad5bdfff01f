// The second opinion: a stay priced one second after another, straight from the file's own words. It imports nothing of the real engine, and is as simple as it is slow.
// `hit` is told whenever a dimension of the tariff really does something.

/* The file as YAML says it, and a stay in seconds of China's civil time since 1970-01-01. */
// biome-ignore lint/suspicious/noExplicitAny: the twin reads the raw file on purpose, without the types of the real one
export type Raw = any;

export interface NaiveStay {
  entered: number;
  left: number;
  colour: string;
  kind?: string;
  class?: string;
  bays?: number;
  operating?: boolean;
  history?: { entered: number; left: number; charged: number }[];
  passes?: {
    from: number;
    until: number;
    suspended?: [number, number][];
    spaces?: { count: number; others: { entered: number; left?: number }[] };
  }[];
  coupons?: Raw[];
  payments?: { at: number; amount: number }[];
  charging?: { from: number; until: number; energy: number }[];
  inner?: { from: number; until: number }[];
  entryLost?: boolean;
  /** Of the part after a payment: when the car really came, and what the parts before were charged. */
  arrived?: number;
  chargedBefore?: number;
}

type Hit = (dimension: string) => void;
const DAY = 86400;

const lengths = new Map<string, number>();
export const len = (text: string): number => {
  const known = lengths.get(text);
  if (known !== undefined) return known;
  const size: Record<string, number> = { d: DAY, h: 3600, min: 60, s: 1 };
  let total = 0;
  const words = text.split(" ");
  for (let i = 0; i + 1 < words.length; i += 2) total += Number(words[i]) * size[words[i + 1]!]!;
  lengths.set(text, total);
  return total;
};
const hours = new Map<string, number>();
const hour = (text: string): number => {
  const [h, m, s] = text.split(":");
  const known = hours.get(text) ?? Number(h) * 3600 + Number(m) * 60 + Number(s ?? 0);
  hours.set(text, known);
  return known;
};
export const fenOf = (yuan: number): number => Math.round(yuan * 100);
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / 1000 / DAY;

export class Refused extends Error {}

/** What is owed, in fen; throws Refused where the real one must refuse. */
export function naive(file: Raw, stay: NaiveStay, hit: Hit): number {
  if (stay.entryLost) {
    const rule = versionOf(file, stay.left).lost_entry;
    hit("15 lost entry");
    if (rule === undefined || rule.ask) throw new Refused("lost entry");
    if (rule.fixed !== undefined) return fixedPrice(versionOf(file, stay.left), stay, hit);
    return settle(versionOf(file, stay.left - len(rule.assume)), { ...stay, entered: stay.left - len(rule.assume) }, hit);
  }
  return settle(versionOf(file, stay.entered), stay, hit);
}

/** Whoever would pay nothing at the second in which he leaves pays nothing without a record; else the price, less what was paid. */
function fixedPrice(version: Raw, stay: NaiveStay, hit: Hit): number {
  const vehicle = (version.classes ?? []).find((c: Raw) => fitsClass(c.when, stay));
  if (vehicle?.free) return 0;
  if (stay.passes?.length && !version.passes) throw new Refused("passes");
  const last = { ...stay, entered: stay.left - 1 };
  for (const pass of stay.passes ?? []) if (covering(pass, last, version.passes, hit)(stay.left - 1)) return 0;
  let paid = 0;
  for (const payment of stay.payments ?? []) paid += payment.amount;
  return Math.max(0, fenOf(version.lost_entry.fixed) - paid);
}

function versionOf(file: Raw, at: number): Raw {
  let found: Raw;
  for (const version of file.versions)
    if (at >= dayNumber(version.from) * DAY && (version.until === undefined || at < (dayNumber(version.until) + 1) * DAY)) found = version;
  if (found === undefined) throw new Refused("no version");
  return found;
}

function settle(version: Raw, stay: NaiveStay, hit: Hit): number {
  const payments = (stay.payments ?? []).map((p) => ({ ...p, at: Math.min(p.at, stay.left) })).sort((a, b) => a.at - b.at);
  if ((stay.payments ?? []).some((p) => p.at > stay.left)) hit("14 payment labelled after the exit");
  const paid = payments.reduce((sum, p) => sum + p.amount, 0);
  if (payments.length === 0) return charge(version, stay, false, hit);
  hit("14 pre-payment");
  if (version.payment?.after_grace === "new-stay") {
    let from: NaiveStay = stay;
    let since: { at: number; amount: number }[] = [];
    let settled: number | undefined;
    for (const payment of payments) {
      const due = charge(version, { ...from, left: payment.at, payments: since }, settled !== undefined, hit);
      since.push(payment);
      if (since.reduce((sum, p) => sum + p.amount, 0) >= due) {
        from = {
          ...from,
          entered: payment.at,
          arrived: stay.entered,
          chargedBefore: (from.chargedBefore ?? 0) + due,
          coupons: (stay.coupons ?? []).filter((c) => c.presented > payment.at),
        };
        since = [];
        settled = payment.at;
      }
    }
    if (settled !== undefined && since.length === 0 && stay.left - settled <= len(version.payment.grace)) {
      hit("14 grace");
      return 0;
    }
    if (settled !== undefined) hit("14 new stay after grace");
    const rest = charge(version, { ...from, payments: since }, settled !== undefined, hit);
    return Math.max(0, rest - since.reduce((sum, p) => sum + p.amount, 0));
  }
  const whole = charge(version, { ...stay, payments }, false, hit);
  const owed = Math.max(0, whole - paid);
  const last = payments[payments.length - 1]!;
  if (owed > 0 && version.payment !== undefined && stay.left - last.at <= len(version.payment.grace)) {
    const then = charge(version, { ...stay, left: last.at, payments: payments.slice(0, -1) }, false, hit);
    if (paid >= then) {
      hit("14 grace");
      return 0;
    }
  }
  if (owed > 0) hit("14 whole stay after grace");
  return owed;
}

function charge(version: Raw, stay: NaiveStay, again: boolean, hit: Hit): number {
  const frees = [
    version.pricing.free,
    ...(version.classes ?? []).map((c: Raw) => c.pricing?.free),
    ...(version.concessions ?? []).map((c: Raw) => c.free),
  ].filter(Boolean);
  const wantsHistory =
    version.entries_cap ||
    (version.concessions ?? []).some((c: Raw) => c.when.first_entry_in) ||
    frees.some((f) => f.first_entry_in || f.not_after_exit);
  if (wantsHistory && stay.history === undefined) throw new Refused("history");
  if (stay.passes?.length && !version.passes) throw new Refused("passes");
  if (stay.inner?.length && !version.inner_lots) throw new Refused("inner");
  const vehicle = (version.classes ?? []).find((c: Raw) => fitsClass(c.when, stay));
  let pricing = version.pricing;
  let factor = 1;
  if (vehicle) {
    hit(vehicle.when.colours ? "9 plate colour" : vehicle.when.kinds ? "9 plate kind" : "9 class");
    if (vehicle.free) return 0;
    if (vehicle.pricing) pricing = vehicle.pricing;
    if (vehicle.factor) factor = vehicle.factor;
    if (vehicle.by_bays) {
      if (stay.bays === undefined) throw new Refused("bays");
      factor = stay.bays;
      hit("9 bays");
    }
    if (vehicle.factor) hit("9 multiplier");
  }
  // which seconds count at all
  const kept = new Int32Array(Math.max(0, stay.left - stay.entered));
  let count = 0;
  let byPass = 0;
  const passes = (stay.passes ?? []).map((pass) => covering(pass, stay, version.passes, hit));
  const inner = version.inner_lots === "excluded" ? (stay.inner ?? []) : [];
  const all = passes.length === 0 && inner.length === 0;
  for (let t = stay.entered; all && t < stay.left; t += 1) {
    kept[count] = t;
    count += 1;
  }
  for (let t = stay.entered; !all && t < stay.left; t += 1) {
    if (passes.length > 0 && passes.some((covers) => covers(t))) byPass += 1;
    else if (inner.length > 0 && inner.some((i) => t >= i.from && t < i.until)) hit("11 inner lot excluded");
    else {
      kept[count] = t;
      count += 1;
    }
  }
  const seconds = kept.subarray(0, count);
  if (byPass > 0) hit("11 pass covers a part");
  let free = pricing.free;
  if (again || (byPass > 0 && version.passes.rest_has_free_time === false)) free = undefined;
  if (free && !freeAllowed(free, stay)) {
    free = undefined;
    hit("8 no free time on re-entry");
  }
  const offers: (Raw | undefined)[] = [undefined];
  for (const concession of version.concessions ?? []) if (concessionApplies(concession, stay, again)) offers.push(concession);
  let firstPaid = Number.POSITIVE_INFINITY;
  for (const p of stay.payments ?? []) if (p.amount > 0 && p.at < firstPaid) firstPaid = p.at;
  const tooLate = (c: Raw) => firstPaid < Number.POSITIVE_INFINITY && (c.presented === undefined || c.presented > firstPaid);
  const usable = (stay.coupons ?? []).filter(
    (c) => version.coupons?.accepted.includes(c.kind) && !(tooLate(c) && !version.coupons.after_partial_payment),
  );
  if (version.coupons && (stay.coupons ?? []).some(tooLate) && !version.coupons.after_partial_payment) hit("12 not after partial payment");
  if (version.coupons && usable.some((c) => c.presented <= firstPaid && firstPaid < Number.POSITIVE_INFINITY))
    hit("12 shown before the payment");
  let sets: Raw[][] = [[]];
  if (usable.length > 0) {
    hit(`12 stacking ${version.coupons.stacking}`);
    if (version.coupons.stacking === "one") sets = usable.map((c) => [c]);
    else if (version.coupons.stacking === "all") sets = [usable];
    else {
      const seen = new Set<string>();
      sets = [usable.filter((c) => !seen.has(c.kind) && seen.add(c.kind))];
    }
  }
  if (usable.length > 0) sets.push([]);
  let best = Number.POSITIVE_INFINITY;
  for (const concession of offers)
    for (const coupons of concession && !version.coupons?.with_concession ? [[]] : sets) {
      const total = price({ version, stay, pricing, factor, seconds, free: concession?.free ?? free, concession, coupons }, hit);
      if (total < best) best = total;
    }
  if (offers.length > 2) hit("12 best of several concessions");
  return best;
}

function fitsClass(when: Raw, stay: NaiveStay): boolean {
  if (when.class && !when.class.includes(stay.class)) return false;
  if (when.colours && !when.colours.includes(stay.colour)) return false;
  return !when.kinds || (stay.kind !== undefined && when.kinds.includes(stay.kind));
}

/** Group by group, oldest first: an entry within `span` of the group's first entry belongs to it. */
function groupOf(stay: NaiveStay, span: number): { anchor: number; charged: number; first: boolean } {
  let anchor = Number.NEGATIVE_INFINITY;
  let charged = 0;
  const entered = stay.arrived ?? stay.entered;
  for (const past of [...(stay.history ?? [])].filter((h) => h.entered < entered).sort((a, b) => a.entered - b.entered)) {
    if (past.entered - anchor >= span) {
      anchor = past.entered;
      charged = 0;
    }
    charged += past.charged;
  }
  if (entered - anchor >= span) return { anchor: entered, charged: 0, first: true };
  return { anchor, charged, first: false };
}

function freeAllowed(free: Raw, stay: NaiveStay): boolean {
  if (free.first_entry_in && !groupOf(stay, len(free.first_entry_in)).first) return false;
  if (free.not_after_exit)
    for (const past of stay.history ?? [])
      if (past.left <= stay.entered && stay.entered - past.left < len(free.not_after_exit)) return false;
  return true;
}

function concessionApplies(concession: Raw, stay: NaiveStay, again: boolean): boolean {
  const { when } = concession;
  if (again && concession.free) return false;
  if (when.class && !when.class.includes(stay.class)) return false;
  if (when.colours && !when.colours.includes(stay.colour)) return false;
  if (when.operating === false && stay.operating === true) return false;
  if (when.charged_at_least_kWh !== undefined) {
    if (!stay.charging) return false;
    let energy = 0;
    for (const c of stay.charging) energy += c.energy;
    if (energy < when.charged_at_least_kWh * 1e6) return false;
  }
  if (when.first_entry_in && !groupOf(stay, len(when.first_entry_in)).first) return false;
  return !concession.free || freeAllowed(concession.free, stay);
}

/** Which seconds a pass covers. Whether a space was free at the entry, or soon after, is asked once and not every second. */
function covering(pass: NonNullable<NaiveStay["passes"]>[number], stay: NaiveStay, rule: Raw, hit: Hit): (t: number) => boolean {
  const entered = stay.arrived ?? stay.entered;
  const { count, others } = pass.spaces ?? { count: 1, others: [] };
  const before = others.filter((o) => o.entered <= entered && (o.left === undefined || o.left > entered));
  const insideAt = (at: number) => before.filter((o) => o.left === undefined || o.left > at).length;
  const freeAtOnce = insideAt(entered) < count;
  let soon = false;
  // A space that falls free after the part that is priced is not known of yet.
  for (let at = entered; !freeAtOnce && !soon && at <= entered + len(rule.tolerance) && at < stay.left; at += 1)
    if (insideAt(at) < count) soon = true;
  return (t) => {
    if (t < pass.from || t >= pass.until) return false;
    if ((pass.suspended ?? []).some(([from, until]) => t >= from && t < until)) {
      hit("11 pass suspended");
      return false;
    }
    if (!pass.spaces || freeAtOnce) return true;
    hit("11 n spaces, m cars");
    if (soon) {
      hit("11 space tolerance");
      return true;
    }
    return rule.when_space_falls_free === "covered" && insideAt(t) < count;
  };
}

interface Offer {
  version: Raw;
  stay: NaiveStay;
  pricing: Raw;
  factor: number;
  seconds: Int32Array;
  free: Raw;
  concession: Raw;
  coupons: Raw[];
}

function price(offer: Offer, hit: Hit): number {
  const { version, stay, concession, coupons } = offer;
  let seconds = offer.seconds;
  if (concession)
    hit(
      concession.free
        ? concession.when.first_entry_in
          ? "8 first stop free"
          : "2 concession free time"
        : concession.percent_off
          ? "9 concession percent"
          : "13 charging time",
    );
  if (concession?.charging_time) {
    let left = concession.charging_time.most ? len(concession.charging_time.most) : Number.POSITIVE_INFINITY;
    seconds = seconds.filter((t) => {
      if (left > 0 && (stay.charging ?? []).some((c) => t >= c.from && t < c.until)) {
        left -= 1;
        return false;
      }
      return true;
    });
  }
  for (const coupon of coupons) {
    hit(`12 coupon ${coupon.kind}`);
    if (coupon.kind === "valid-for") seconds = seconds.filter((t) => t < coupon.given || t >= coupon.given + coupon.hours * 3600);
    if (coupon.kind === "time-window")
      seconds = seconds.filter((t) => {
        const clock = t % DAY;
        return coupon.from < coupon.until ? clock < coupon.from || clock >= coupon.until : clock >= coupon.until && clock < coupon.from;
      });
  }
  for (const coupon of coupons) if (coupon.kind === "minutes") seconds = seconds.slice(coupon.minutes * 60);
  let total = metered(offer, seconds, hit);
  if (concession?.percent_off) total = Math.floor((total * (100 - concession.percent_off)) / 100);
  const cap = version.entries_cap;
  if (cap) {
    const span = cap.kind === "rolling" ? len(cap.length) : DAY;
    let { anchor, charged } = groupOf(stay, span);
    if (cap.kind === "calendar-day") {
      const entered = stay.arrived ?? stay.entered;
      anchor = Math.floor(entered / DAY) * DAY;
      charged = 0;
      for (const past of stay.history ?? []) if (past.entered < entered && past.entered >= anchor) charged += past.charged;
    }
    charged += stay.chargedBefore ?? 0;
    const most = Math.max(0, fenOf(cap.cap) * Math.max(1, Math.ceil((stay.left - anchor) / span)) - charged);
    if (total > most) {
      hit("8 cap over several entries");
      total = most;
    }
  }
  let product = BigInt(total);
  let divisor = 1n;
  for (const coupon of coupons)
    if (coupon.kind === "percent") {
      product *= BigInt(100 - coupon.percent);
      divisor *= 100n;
    }
  total = Number(product / divisor);
  for (const coupon of coupons) if (coupon.kind === "cash") total = Math.max(0, total - coupon.amount);
  for (const coupon of coupons) if (coupon.kind === "free") total = 0;
  if (version.round) {
    const to = fenOf(version.round.to);
    const rest = total % to;
    if (rest > 0) hit("16 rounding");
    total = total - rest + (version.round.way === "up" && rest > 0 ? to : version.round.way === "half-up" && rest * 2 >= to ? to : 0);
  }
  return total;
}

/** The same seconds under the same rules cost the same, whichever coupon is laid beside them: of one list of seconds each way of pricing is dialled once. */
const dialled = new WeakMap<Int32Array, { pricing: Raw; free: Raw; factor: number; total: number; hits: Set<string> }[]>();
function metered(offer: Offer, seconds: Int32Array, hit: Hit): number {
  const { pricing, free, factor } = offer;
  const known = dialled.get(seconds) ?? [];
  dialled.set(seconds, known);
  let found = known.find((one) => one.pricing === pricing && one.free === free && one.factor === factor);
  if (found === undefined) {
    const hits = new Set<string>();
    found = { pricing, free, factor, total: meter(offer, seconds, (dimension) => hits.add(dimension)), hits };
    known.push(found);
  }
  for (const dimension of found.hits) hit(dimension);
  return found.total;
}

/** The dial: second by second. */
function meter({ pricing, factor, version, free, stay }: Offer, all: Int32Array, hit: Hit): number {
  if (all.length === 0) return 0;
  const money = (yuan: number) => Math.round(yuan * 100 * factor);
  const isFree = (count: number) => count < len(free.time) || (count === len(free.time) && free.boundary === "included");
  let seconds = all;
  if (pricing.periods?.table.some((p: Raw) => p.except || !p.days.includes("every-day"))) {
    hit("10 kinds of day");
    const c = version.calendar;
    if (c && (Math.floor(all[0]! / DAY) - 1 < dayNumber(c.from) || Math.floor(all[all.length - 1]! / DAY) > dayNumber(c.until)))
      throw new Refused("calendar");
  }
  if (free?.again === "once") {
    if (all.length === len(free.time)) hit(`1 free boundary ${free.boundary}`);
    if (isFree(all.length)) {
      hit("1 within free time");
      return 0;
    }
    hit(`2 free ${free.when_exceeded}`);
    if (free.when_exceeded === "deducted") seconds = all.slice(len(free.time));
  }
  const w = pricing.windows;
  const span = w?.kind === "rolling" ? len(w.length) : DAY;
  const shift = w?.kind === "rolling" ? all[0]! : hour(w?.day_starts ?? "00:00");
  const first = Math.floor((all[0]! - shift) / span);
  const windowOf = (t: number): number => (w ? Math.floor((t - shift) / span) - first : 0);
  const inWindow = new Map<number, number>();
  if (free?.again === "each-window")
    for (const t of seconds) {
      const now = windowOf(t);
      inWindow.set(now, (inWindow.get(now) ?? 0) + 1);
    }
  let seenInWindow = 0;
  let freeWindow = false;

  let window = -1;
  let windowEnds = Number.NEGATIVE_INFINITY;
  const { periods } = pricing;
  const eachWindow = free?.again === "each-window";
  const notBefore = eachWindow && free.when_exceeded === "deducted" ? len(free.time) : 0;
  const continues = periods?.steps_across === "continue";
  let rate: Raw;
  let shape: "free" | "visit" | "table" | "steps" = "free";
  let position = 0;
  /** What the table said a second ago. */
  let tabled: { rate: Raw; position: number; price: number } | undefined;
  let period: ReturnType<typeof periodAt> | undefined;
  let occurrence: { key: string; used: number; cap: number; free: number } | undefined;
  let unit: { used: number; size: number; drop: number; price: number; owner: NonNullable<typeof occurrence>; kind: string } | undefined;
  /** What each occurrence costs in each window. */
  const books = new Map<number, Map<object, number>>();
  const due = (owner: NonNullable<typeof occurrence>, amount: number) => {
    const charged = Math.min(amount, owner.cap - owner.used);
    if (charged < amount) hit("7 cap per period");
    owner.used += charged;
    const book = books.get(window) ?? new Map<object, number>();
    books.set(window, book);
    book.set(owner, (book.get(owner) ?? 0) + charged);
  };

  for (let nth = 0; nth < seconds.length; nth += 1) {
    const t = seconds[nth]!;
    if (t >= windowEnds) {
      const now = windowOf(t);
      windowEnds = w ? shift + (now + first + 1) * span : Number.POSITIVE_INFINITY;
      if (window >= 0 && w) hit(`7 window ${w.kind} ${w.rate}`);
      if (w?.rate === "restarts") {
        position = 0;
        unit = undefined;
        occurrence = undefined;
      }
      window = now;
      seenInWindow = 0;
      freeWindow = free?.again === "each-window" && isFree(inWindow.get(now)!);
    }
    if (eachWindow) {
      seenInWindow += 1;
      if (freeWindow || seenInWindow <= notBefore) {
        hit("7 free time again in a window");
        continue;
      }
    }
    if (periods && !(period && t < period.until)) period = periodAt(t, periods, version.calendar, hit);
    const key = period?.key ?? "only";
    if (occurrence?.key !== key) {
      if (occurrence) {
        hit("6 across a period boundary");
        if (unit) hit(`6 unit ${periods.units_across}`);
        if (periods.units_across === "cut") unit = undefined;
        hit(`6 steps ${periods.steps_across}`);
      }
      if (!continues) position = 0;
      rate = period ? period.row.rate : pricing.rate;
      shape = rate.free ? "free" : rate.per_visit !== undefined ? "visit" : rate.brackets ? "table" : "steps";
      const cap = period?.row.cap;
      occurrence = {
        key,
        used: 0,
        cap: cap === undefined ? Number.POSITIVE_INFINITY : money(cap),
        free: period?.row.free === undefined ? 0 : len(period.row.free),
      };
    }
    if (unit) {
      unit.used += 1;
      if (continues || unit.owner === occurrence) position += 1;
      if (unit.used === unit.drop + 1) due(unit.owner, unit.price);
      if (unit.used === unit.size) unit = undefined;
      continue;
    }
    if (occurrence.free > 0) {
      occurrence.free -= 1;
      hit("1 free time of a period");
      continue;
    }
    position += 1;
    if (shape === "free") {
      if (position === 1) hit("6 free period");
    } else if (shape === "visit") {
      if (position === 1) {
        hit("5 per visit");
        due(occurrence, money(rate.per_visit));
      }
    } else if (shape === "table") {
      if (position === 1) hit("5 brackets");
      const before = tabled?.rate === rate && tabled?.position === position - 1 ? tabled?.price : table(rate, position - 1, money);
      const price = table(rate, position, money);
      tabled = { rate, position, price };
      const more = price - (before ?? 0);
      if (more !== 0) due(occurrence, more);
    } else {
      let from = 0;
      let index = 0;
      for (const step of rate.steps) {
        if (step.until === undefined || position <= len(step.until)) break;
        from = len(step.until);
        index += 1;
      }
      const step = rate.steps[index];
      if (index > 0) hit(rate.steps.length > 2 ? "5 progressive" : "4 first block and increments");
      const word = step.part_unit ?? rate.part_unit;
      hit(`3 part unit ${word.split(" ")[0]}`);
      const size = Math.min(len(step.per), step.until === undefined ? Number.POSITIVE_INFINITY : len(step.until) - (position - 1));
      const drop = word === "up" ? 0 : word === "down" ? len(step.per) - 1 : len(word.slice(5));
      unit = { used: 1, size, drop, price: money(step.price), owner: occurrence, kind: `${from}` };
      if (drop === 0) due(occurrence, unit.price);
      if (size === 1) unit = undefined;
    }
  }
  let total = 0;
  for (const [index, book] of books) {
    let sum = 0;
    if (pricing.periods?.together === "highest" && book.size > 1) hit("6 highest of the periods");
    for (const amount of book.values()) sum = pricing.periods?.together === "highest" ? Math.max(sum, amount) : sum + amount;
    const cap = capOf(w, index, all.length, money);
    if (sum > cap) hit(w.caps_by_stay ? "7 cap by the whole stay" : w.caps && w.caps.length > 1 ? "7 escalating cap" : `7 cap ${w.kind}`);
    total += Math.min(sum, cap);
  }
  if (pricing.stay_cap !== undefined && total > money(pricing.stay_cap)) {
    hit("7 cap of the stay");
    total = money(pricing.stay_cap);
  }
  void stay;
  return total;
}

function capOf(w: Raw, index: number, length: number, money: (yuan: number) => number): number {
  if (!w) return Number.POSITIVE_INFINITY;
  if (w.cap !== undefined) return money(w.cap);
  if (w.caps) return money(w.caps[Math.min(index, w.caps.length - 1)]);
  for (const row of w.caps_by_stay ?? []) if (row.up_to === undefined || length <= len(row.up_to)) return money(row.cap);
  return Number.POSITIVE_INFINITY;
}

interface Table {
  rows: { upTo: number; price: number }[];
  per: number;
  drop: number;
  price: number;
}
/** The words of a table, read once. */
const tables = new WeakMap<object, Table>();
function tableOf(rate: Raw): Table {
  const known = tables.get(rate);
  if (known) return known;
  const { per, price, part_unit: part } = rate.beyond;
  const found = {
    rows: rate.brackets.map((row: Raw) => ({ upTo: len(row.up_to), price: row.price })),
    per: len(per),
    drop: part === "up" ? 0 : part === "down" ? len(per) - 1 : len(part.slice(5)),
    price,
  };
  tables.set(rate, found);
  return found;
}

function table(rate: Raw, position: number, money: (yuan: number) => number): number {
  if (position === 0) return 0;
  const { rows, per, drop, price } = tableOf(rate);
  for (const row of rows) if (position <= row.upTo) return money(row.price);
  const last = rows[rows.length - 1]!;
  const rest = position - last.upTo;
  return money(last.price) + money(price) * Math.floor(rest / per) + (rest % per > drop ? money(price) : 0);
}

function periodAt(t: number, periods: Raw, calendar: Raw, hit: Hit): { row: Raw; key: string; from: number; until: number } {
  const shift = periods.boundary === "previous" ? 1 : 0;
  const at = t - shift;
  if (periods.boundary === "previous") hit("6 boundary previous");
  const today = Math.floor(at / DAY);
  for (const day of [today, today - 1])
    for (const [index, row] of periods.table.entries()) {
      if (!row.days.some((word: string) => dayMatches(day, word, calendar, hit))) continue;
      if (row.except?.some((word: string) => dayMatches(day, word, calendar, hit))) continue;
      if (row.except) hit("10 days excepted");
      const from = day * DAY + hour(row.from);
      const until = day * DAY + hour(row.until) + (hour(row.until) <= hour(row.from) ? DAY : 0);
      if (at >= from && at < until) return { row, key: `${index} ${day}`, from: from + shift, until: until + shift };
    }
  throw new Error("gap");
}

const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const rangesHold = (ranges: string[], day: number): boolean =>
  ranges.some((range) => {
    const [from, until] = range.split(" to ");
    return day >= dayNumber(from!) && day <= dayNumber(until ?? from!);
  });
const matched = new Map<string, boolean>();
let matchedFor: unknown;
function dayMatches(day: number, word: string, calendar: Raw, hit: Hit): boolean {
  if (word === "every-day") return true;
  if (matchedFor !== calendar) matched.clear();
  matchedFor = calendar;
  const known = matched.get(`${day} ${word}`) ?? dayMatchesSlowly(day, word, calendar, hit);
  matched.set(`${day} ${word}`, known);
  return known;
}
function dayMatchesSlowly(day: number, word: string, calendar: Raw, hit: Hit): boolean {
  const weekday = (((day + 3) % 7) + 7) % 7;
  if (weekdays[weekday] === word) return true;
  if (!calendar) return false;
  const holiday = rangesHold(calendar.holidays, day);
  const worked = !holiday && rangesHold(calendar.make_up_days, day);
  const kind = holiday ? "holiday" : worked || weekday < 5 ? "workday" : "weekend";
  if (kind === word) hit(worked ? "10 make-up day" : `10 ${kind}`);
  return kind === word;
}
