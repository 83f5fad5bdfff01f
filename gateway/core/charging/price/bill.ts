// A bill for a session: electricity and service apart, then what is taken off, filled up, capped; the fee for a kept socket; and what is given back of a prepayment.
// Whatever is taken off comes off the service fee first: electricity is passed on as it is.
import { type Fen, fen, type Rounding, yuanText } from "#protocols/vocabulary/money.ts";
import { electricityLines, type Line, note, type Part, serviceLines } from "./parts.ts";
import { ratio, rounded } from "./ratio.ts";
import type { ChargePrice, Discount, Occupied, PriceVersion, Words } from "./types.ts";
import type { Usage } from "./usage.ts";
import { kWhText, lengthWords } from "./words.ts";

export interface BillAbout {
  /** What the customer is: staff, resident … */
  readonly groups: readonly string[];
  /** Paid before the charge; undefined: paid afterwards. */
  readonly paid_fen?: number | undefined;
  /** fault: it was not the customer who ended it too soon, and no minimum is asked. */
  readonly ended: "ordinary" | "fault";
  /** How long the socket was kept after the charge was over. */
  readonly occupied_ms?: number | undefined;
}

export interface ChargeBill {
  readonly price: string;
  readonly lines: readonly Line[];
  readonly energy_mWh: number;
  readonly ms: number;
  readonly electricity_fen: Fen;
  readonly service_fen: Fen;
  readonly occupied_fen: Fen;
  readonly total_fen: Fen;
  readonly refund_fen: Fen;
  readonly due_fen: Fen;
}

type Sums = Readonly<Record<Part, number>>;

const sums = (lines: readonly Line[]): Sums => {
  const of = (part: Part): number => lines.filter((line) => line.part === part).reduce((sum, { amount_fen }) => sum + amount_fen, 0);
  return { electricity: of("electricity"), service: of("service"), occupied: of("occupied") };
};

/** Lines that take off so much, the service fee first. */
function takenOff(lines: readonly Line[], amount: number, { rule, zh, en }: Words & { rule: string }): Line[] {
  const { service } = sums(lines);
  const ofService = Math.min(service, amount);
  const parts = [
    { part: "service", off: ofService },
    { part: "electricity", off: amount - ofService },
  ] as const;
  return parts.filter(({ off }) => off > 0).map(({ part, off }) => ({ part, rule, zh, en, amount_fen: fen(-off) }));
}

export const wholeFree = ({ free }: PriceVersion, { ms, energy_mWh }: Usage): boolean =>
  free !== undefined &&
  (free.seconds === undefined || ms <= free.seconds * 1000) &&
  (free.energy_mWh === undefined || energy_mWh <= free.energy_mWh);

function discounted(lines: readonly Line[], discount: Discount, rounding: Rounding): Line[] {
  const { electricity, service } = sums(lines);
  const off = (amount: number): number => rounded(ratio(BigInt(amount) * BigInt(discount.percentOff), 100n), rounding);
  const parts: { part: Part; amount: number }[] = [{ part: "service", amount: off(service) }];
  if (discount.of === "everything") parts.push({ part: "electricity", amount: off(electricity) });
  return parts
    .filter(({ amount }) => amount > 0)
    .map(({ part, amount }) => ({
      part,
      rule: `discounts.${discount.id}`,
      zh: `${discount.name.zh}，减${discount.percentOff}%`,
      en: `${discount.name.en}, ${discount.percentOff}% off`,
      amount_fen: fen(-amount),
    }));
}

/** One discount: the one that gives most, the first of equals. */
function bestDiscount(lines: readonly Line[], version: PriceVersion, groups: readonly string[]): Line[] {
  let best: { lines: Line[]; off: number } = { lines: [], off: 0 };
  for (const discount of version.discounts) {
    if (!discount.groups.some((group) => groups.includes(group))) continue;
    const given = discounted(lines, discount, version.rounding);
    const off = -given.reduce((sum, { amount_fen }) => sum + amount_fen, 0);
    if (off > best.off) best = { lines: given, off };
  }
  return best.lines;
}

export function occupiedFee(rule: Occupied, ms: number): Fen {
  const units = (ms - rule.grace_s * 1000) / (rule.per_s * 1000);
  if (units <= 0) return fen(0);
  return fen(Math.min(rule.cap_fen, (rule.part === "up" ? Math.ceil(units) : Math.floor(units)) * rule.price_fen));
}

function occupiedLine({ occupied }: PriceVersion, ms: number): Line[] {
  if (occupied === undefined || ms <= occupied.grace_s * 1000) return [];
  const { zh, en } = lengthWords(Math.floor(ms / 1000));
  const words = { zh: `充电结束后占用插座${zh}`, en: `socket kept for ${en} after the charge` };
  return [{ part: "occupied", rule: "occupied", ...words, amount_fen: occupiedFee(occupied, ms) }];
}

/** The charge itself, without a kept socket and before any prepayment. */
function chargeLines(version: PriceVersion, usage: Usage, about: Pick<BillAbout, "groups" | "ended">): Line[] {
  if (wholeFree(version, usage)) {
    const kWh = kWhText(usage.energy_mWh);
    return [note("electricity", "free", { zh: `电费 ${kWh}度，在免费额度内`, en: `electricity ${kWh} kWh, within what is free` })];
  }
  const lines = [...electricityLines(version, usage), ...serviceLines(version, usage)];
  lines.push(...bestDiscount(lines, version, about.groups));
  const total = (): number => lines.reduce((sum, { amount_fen }) => sum + amount_fen, 0);
  const { minimum_fen, cap_fen } = version;
  if (minimum_fen !== undefined && about.ended === "ordinary" && total() < minimum_fen) {
    const words = { zh: `最低消费 ${yuanText(fen(minimum_fen))}元`, en: `minimum of ${yuanText(fen(minimum_fen))} yuan` };
    lines.push({ part: "service", rule: "minimum", ...words, amount_fen: fen(minimum_fen - total()) });
  }
  if (cap_fen !== undefined && total() > cap_fen) {
    const words = { zh: `封顶 ${yuanText(fen(cap_fen))}元`, en: `at most ${yuanText(fen(cap_fen))} yuan` };
    lines.push(...takenOff(lines, total() - cap_fen, { rule: "cap", ...words }));
  }
  return lines;
}

export function billOf(
  price: Pick<ChargePrice, "id">,
  version: PriceVersion,
  used: { readonly usage: Usage; readonly about: BillAbout },
): ChargeBill {
  const { usage, about } = used;
  const lines = chargeLines(version, usage, about);
  const charge = lines.reduce((sum, { amount_fen }) => sum + amount_fen, 0);
  const { paid_fen } = about;
  // The relay opens a moment after the money is used up: what flows in that moment is not the customer's.
  if (paid_fen !== undefined && charge > paid_fen)
    lines.push(
      ...takenOff(lines, charge - paid_fen, { rule: "prepaid", zh: "超出预付的部分不收", en: "beyond what was paid: not charged" }),
    );
  lines.push(...occupiedLine(version, about.occupied_ms ?? 0));
  const { electricity, service, occupied } = sums(lines);
  const total = electricity + service + occupied;
  return {
    price: `${price.id}@${version.id}`,
    lines,
    energy_mWh: usage.energy_mWh,
    ms: usage.ms,
    electricity_fen: fen(electricity),
    service_fen: fen(service),
    occupied_fen: fen(occupied),
    total_fen: fen(total),
    refund_fen: fen(Math.max(0, (paid_fen ?? 0) - total)),
    due_fen: fen(Math.max(0, total - (paid_fen ?? 0))),
  };
}
