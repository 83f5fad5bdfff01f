// What a booth does besides the lane before it: places, slips of an outage, planned holds; and the slip of a shift. Each is one dialog over the gateway's own addresses.
import type { ShiftReport } from "#protocols/api/cashier.ts";
import { Refused } from "./api.ts";
import { ask } from "./ask.ts";
import { element as h } from "./elements.ts";
import { inWords, laneNow, moment, state, yuan } from "./state.ts";

type More = Record<string, string | number | boolean>;
const field = (name: string, label: string, more: More = {}): HTMLElement =>
  h("label", {}, label, h("input", { type: "text", name, autocomplete: "off", ...more }));
const yes: More = { required: true };
const money: More = { inputmode: "decimal", pattern: "\\d{1,6}(\\.\\d{1,2})?" };
const whole: More = { inputmode: "numeric", pattern: "\\d{1,5}" };

const answersOf = (form: HTMLFormElement) => {
  const answers = new FormData(form);
  return (name: string): string => String(answers.get(name) ?? "").trim();
};
/** 12.5 -> 1250; what the field's pattern lets through. */
export function fenOf(text: string): number {
  const [wholes = "0", part = ""] = text.split(".");
  return Number(wholes) * 100 + Number(part.padEnd(2, "0"));
}
const api = () => {
  if (state.api === undefined) throw new Refused("left", { zh: "请先上岗", en: "begin first" });
  return state.api;
};
const table = (heads: readonly string[], rows: readonly (readonly (string | Node)[])[]): HTMLElement =>
  h(
    "table",
    { class: "list" },
    h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
    h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell))))),
  );
/** The gateway's clock is China's; so is what people write. */
const zone = "+08:00";

/** Both counts of every lot; a person's own count sets them straight. */
export async function places(): Promise<void> {
  const { words, person } = state;
  const { lots } = await api().lots();
  const rows = lots.map(({ lot, name, taken, capacity, free, visits, boards, drift, counted_at, counted_by }, at) => [
    h(
      "label",
      { class: "line" },
      h("input", { type: "radio", name: "lot", value: lot, required: true, ...(at === 0 ? { checked: true } : {}) }),
      name,
    ),
    `${taken} / ${capacity}`,
    String(free),
    boards === null ? String(visits) : `${visits} · ${boards}${drift === 0 ? "" : ` (${drift !== null && drift > 0 ? "+" : ""}${drift})`}`,
    counted_at === null ? words.never : `${moment(counted_at)} ${counted_by ?? ""}`,
  ]);
  const body = [
    table([words.lot, words.taken, words.free, words.counts, words.countedAt], rows),
    field("counted", words.countedCars, { ...yes, ...whole }),
    field("reason", words.why, { ...yes, minlength: 2, maxlength: 120 }),
  ];
  ask(words.places, body, async (form) => {
    const of = answersOf(form);
    const { places: now } = await api().count(of("lot"), { counted: Number(of("counted")), person, reason: of("reason") });
    return words.countedNow(now.name, now.taken, now.free);
  });
}

/** A slip of the time when the lane was down; it counts once however often it is entered. */
export function slip(): void {
  const lane = laneNow();
  const { words, person, view } = state;
  if (lane === undefined) return;
  const body = [
    field("slip", words.slipNumber, { ...yes, minlength: 8, maxlength: 64, pattern: "[A-Za-z0-9._\\-]+" }),
    field("plate", words.plate, { ...yes, minlength: 5, maxlength: 16 }),
    field("at", words.slipAt, { ...yes, type: "datetime-local", value: (view?.now ?? "").slice(0, 16) }),
    field("amount", words.slipMoney, money),
  ];
  ask(`${words.slip} · ${lane.name} ${words[lane.direction]}`, body, async (form) => {
    const of = answersOf(form);
    const amount_fen = of("amount") === "" ? null : fenOf(of("amount"));
    const order = { slip: of("slip"), plate: of("plate"), at: `${of("at").slice(0, 16)}${zone}`, amount_fen, person };
    const { became } = await api().slip(lane.lane, order);
    return words.became[became];
  });
}

/** When the chosen lane will be held open, by whom and why; a new plan needs another person. */
export async function holds(): Promise<void> {
  const lane = laneNow();
  const { words, person, view } = state;
  if (lane === undefined) return;
  const { holds: planned } = await api().holds(lane.lane);
  const rows = planned.map((plan) => [
    `${moment(plan.from)} – ${moment(plan.until).slice(6)}`,
    words.repeats[plan.repeat],
    `${plan.person} / ${plan.approver}`,
    plan.reason,
    h(
      "button",
      {
        type: "button",
        "data-withdraw": plan.id,
        click: (event) => {
          const button = event.target as HTMLButtonElement;
          button.disabled = true;
          api()
            .withdraw(lane.lane, plan.id, person)
            .then(() => button.closest("tr")?.remove())
            .catch((error: unknown) => {
              button.disabled = false;
              button.textContent = error instanceof Refused ? inWords(error.said) : String(error);
            });
        },
      },
      words.withdraw,
    ),
  ]);
  const now = (view?.now ?? "").slice(0, 16);
  const body = [
    planned.length === 0 ? h("p", { class: "muted" }, words.noHolds) : table([words.from, words.repeat, words.people, words.why, ""], rows),
    field("from", words.from, { ...yes, type: "datetime-local", value: now }),
    field("until", words.until, { ...yes, type: "datetime-local", value: now }),
    h(
      "label",
      {},
      words.repeat,
      h(
        "select",
        { name: "repeat" },
        ...(["once", "daily", "weekly"] as const).map((value) => h("option", { value }, words.repeats[value])),
      ),
    ),
    field("last", words.last, { type: "date" }),
    field("approver", words.approver, { ...yes, maxlength: 64 }),
    ...(state.named ? [field("approval", words.approval, { ...yes, type: "password", autocomplete: "off" })] : []),
    field("reason", words.why, { ...yes, minlength: 2, maxlength: 120 }),
  ];
  ask(`${words.holds} · ${lane.name}`, body, async (form) => {
    const of = answersOf(form);
    const [from, until] = [`${of("from").slice(0, 16)}${zone}`, `${of("until").slice(0, 16)}${zone}`];
    const last = of("last") === "" ? {} : { last: `${of("last")}T00:00${zone}` };
    const repeat = of("repeat") as "once" | "daily" | "weekly";
    await api().hold(lane.lane, { from, until, repeat, ...last, person, approver: of("approver"), reason: of("reason") }, of("approval"));
    return words.heldThen;
  });
}

/** The slip of a shift that is over, to print and sign. It stands in the door, since who handed over has left. */
export function shiftSlip(report: ShiftReport, reason: string): HTMLElement {
  const { words } = state;
  const sum = ({ count, amount_fen }: { count: number; amount_fen: number }): string => `${count} · ¥${yuan(amount_fen)}`;
  const row = (name: string, value: string) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, value));
  const [expected, counted] = [report.expected_fen ?? 0, report.counted_fen ?? 0];
  return h(
    "section",
    { id: "slip", "aria-label": words.shiftSlip },
    h("h2", {}, `${words.shiftSlip} · ${state.view?.site ?? ""}`),
    h(
      "table",
      { class: "bill" },
      h(
        "tbody",
        {},
        row(words.person, report.person),
        row(words.span, `${moment(report.begun)} – ${report.ended === null ? "" : moment(report.ended)}`),
        row(words.handTo, report.to ?? "—"),
        row(words.cashSum, sum(report.cash)),
        row(words.codeSum, sum(report.code)),
        row(words.waivedSum, sum(report.waived)),
        row(words.refundedSum, sum(report.refunded)),
        row(words.expected, `¥${yuan(expected)}`),
        row(words.counted, `¥${yuan(counted)}`),
        row(words.differs, counted === expected ? "0.00" : `${yuan(counted - expected)} ${reason}`),
        ...(report.openings.length === 0
          ? [row(words.byHand, "0")]
          : report.openings.map(({ reason: why, count }) => row(`${words.byHand}：${why}`, String(count)))),
      ),
    ),
    h("p", { class: "sign" }, `${words.signs}：`),
    h("p", { class: "does" }, h("button", { type: "button", "data-do": "print", click: () => window.print() }, words.print)),
  );
}
