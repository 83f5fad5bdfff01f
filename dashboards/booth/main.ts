// The booth's page: asks its gateway every second and a half what needs a person, and does what a person says. It works without the cloud, and with the keyboard alone.
import type { Due } from "#protocols/api/booth.ts";
import { apiWith, newName, Refused } from "./api.ts";
import { ask, isAsking, say } from "./ask.ts";
import { fenOf, holds, places, shiftSlip, slip } from "./desk.ts";
import { element as h } from "./elements.ts";
import { cells, type Does, show } from "./show.ts";
import { exceptionNow, inWords, laneNow, state, switchLanguage, yuan } from "./state.ts";
import { en, zh } from "./words.ts";

const every_ms = 1_500;
const kept = "cuobian-booth";
const shortestReason = 2;

const does: Does = {
  language() {
    switchLanguage();
    if (state.api === undefined) door();
    show(does);
  },
  leave() {
    sessionStorage.removeItem(kept);
    Object.assign(state, { api: undefined, person: "", view: undefined, lane: undefined, candidates: null, due: null });
    door();
    show(does);
  },
  lane(id) {
    state.lane = id;
    void look();
  },
  exception(id) {
    state.exception = id;
    state.lane = state.view?.exceptions.find((one) => one.exception === id)?.lane ?? state.lane;
    void look();
  },
  choose(nth) {
    const [lane, one] = [laneNow()?.lane, state.candidates?.candidates[nth]];
    if (lane === undefined || one === undefined) return;
    const command = newName();
    ask(`${state.words.choose} ${one.plate}`, [h("p", {}, cells(one)), h("p", { class: "muted" }, inWords(one))], async () => {
      const { due, gate } = await told((api) => api.choose(lane, { command, person: state.person, visit: one.visit }));
      return gate === null ? (due === null ? state.words.nobody : state.words.chosen) : state.words.gate[gate];
    });
  },
  collect(method) {
    const [lane, { due }] = [laneNow()?.lane, state];
    if (lane === undefined || due === null) return;
    collect(lane, due, method);
  },
  handOver,
  correct() {
    const lane = laneNow();
    if (lane !== undefined) correct(lane.lane, lane.direction);
  },
  places: () => opening(places),
  slip,
  holds: () => opening(holds),
  open() {
    const lane = laneNow()?.lane;
    if (lane !== undefined) open(lane);
  },
};

/** The drawer is counted before anybody is told what should lie in it; a difference needs its reason, and is written. */
function handOver(): void {
  const { words, person } = state;
  const field = (name: string, label: string, more: Record<string, string | number | boolean>) =>
    h("label", {}, label, h("input", { type: "text", name, autocomplete: "off", ...more }));
  const body = [
    field("to", words.handTo, { required: true, maxlength: 64 }),
    field("counted", words.counted, { required: true, inputmode: "decimal", pattern: "\\d{1,6}(\\.\\d{1,2})?" }),
    field("reason", words.difference, { maxlength: 120 }),
  ];
  ask(`${words.handOver} · ${person}`, body, async (form) => {
    const answers = new FormData(form);
    const [to = "", counted = "", reason = ""] = ["to", "counted", "reason"].map((name) => String(answers.get(name) ?? "").trim());
    const counted_fen = fenOf(counted);
    const { done, report } = await told(async (api) => {
      const { shift } = await api.shift(person);
      const done = await api.handOver(shift, { to, counted_fen, ...(reason === "" ? {} : { reason }) });
      // The drawer has changed hands; a slip that does not come is no reason to say otherwise.
      return { done, report: await api.report(shift).catch(() => undefined) };
    });
    const printed = report === undefined ? undefined : shiftSlip(report, reason);
    does.leave();
    if (printed !== undefined) (document.getElementById("door") as HTMLElement).append(printed);
    return words.handedOver(to, yuan(done.expected_fen), yuan(done.counted_fen));
  });
}

/** The plate as he sees it; then the cars inside that it can be are chosen among, as ever. */
function correct(lane: string, direction: "entry" | "exit"): void {
  const { words, person } = state;
  const command = newName();
  const shown = exceptionNow();
  const read = state.candidates?.read ?? (shown?.lane === lane ? shown.plate : null) ?? "";
  const plate = h("input", {
    type: "text",
    name: "plate",
    required: true,
    minlength: 5,
    maxlength: 16,
    autocomplete: "off",
    value: read.replaceAll("·", ""),
  });
  ask(`${words.correct} · ${laneNow()?.name ?? lane}`, [h("label", {}, words.plate, plate)], async (form) => {
    const given = String(new FormData(form).get("plate") ?? "").trim();
    if (direction === "entry") {
      const done = await told((api) => api.correctEntry(lane, { person, plate: given, command }));
      return `${words.corrected(done.read ?? "—", done.plate)}${done.gate === null ? "" : ` · ${words.gate[done.gate]}`}`;
    }
    const found = await told((api) => api.correct(lane, { person, plate: given }));
    return words.found(found?.candidates.length ?? 0);
  });
}

/** A dialog that first asks the gateway. */
function opening(work: () => Promise<void>): void {
  work().catch((error: unknown) => say(error instanceof Refused ? error.said : String(error), true));
}

function collect(lane: string, due: NonNullable<Due>, method: "cash" | "static-code"): void {
  const { words, person } = state;
  const payment = newName();
  const seen =
    due.check === null
      ? []
      : [
          h("p", { class: "check" }, inWords(due.check)),
          h("label", { class: "line" }, h("input", { type: "checkbox", name: "seen", required: true }), words.seen),
        ];
  const title = `${method === "cash" ? words.cash : words.code} ¥${yuan(due.due_fen)} · ${due.plate ?? "—"}`;
  ask(title, seen, async () => {
    const checked = due.check === null ? {} : { plate_checked: true };
    const taken = await told((api) =>
      api.pay(lane, { payment, bill: due.bill, method, amount_fen: due.due_fen, collector: person, ...checked }),
    );
    return `${words.collected(yuan(due.due_fen))} · ${words.gate[taken.gate]}`;
  });
}

function open(lane: string): void {
  const { words } = state;
  const command = newName();
  const other = words.reasons.length - 1;
  const rows = words.reasons.map((reason, index) =>
    h(
      "label",
      { class: "line" },
      h("input", { type: "radio", name: "reason", value: String(index), required: true }),
      h("kbd", {}, String(index + 1)),
      reason,
    ),
  );
  const more = h("input", { type: "text", name: "more", maxlength: 120, autocomplete: "off" });
  ask(`${words.open} · ${laneNow()?.name ?? lane}`, [...rows, h("label", {}, words.reason, more)], async (form) => {
    const answers = new FormData(form);
    const at = Number(answers.get("reason"));
    const text = String(answers.get("more") ?? "").trim();
    if (at === other && text.length < shortestReason) throw new Refused("reason", { zh: "请写明原因", en: "say why" });
    const reason = [at === other ? "" : (words.reasons[at] ?? ""), text].filter((part) => part !== "").join("：");
    const { gate } = await told((api) => api.open(lane, { command, person: state.person, reason }));
    return words.gate[gate];
  });
}

/** Done, and looked at again at once. */
async function told<Answer>(work: (api: NonNullable<typeof state.api>) => Promise<Answer>): Promise<Answer> {
  if (state.api === undefined) throw new Refused("left", { zh: "请先上岗", en: "begin first" });
  const answer = await work(state.api);
  void look();
  return answer;
}

let looks = 0;

/** One look at the gateway; of two that overlap the later one counts. */
async function look(): Promise<void> {
  const { api } = state;
  if (api === undefined) return;
  looks += 1;
  const mine = looks;
  try {
    const view = await api.overview();
    if (mine !== looks || api !== state.api) return;
    state.view = view;
    const lane = laneNow();
    const exit = lane?.direction === "exit" ? lane.lane : undefined;
    const candidates = exit === undefined ? null : await api.candidates(exit);
    const owed = exit === undefined ? { due: null } : await dueAt(exit);
    if (mine !== looks || api !== state.api) return;
    Object.assign(state, { candidates, due: owed.due, dueRefused: owed.refused, lost: false });
  } catch (error) {
    if (mine !== looks || api !== state.api) return;
    if (error instanceof Refused && error.code === "token") return doorAgain(error);
    state.lost = true;
  }
  show(does);
}

/** A price that the gateway cannot say is told in its words; a gateway that is away is not. */
async function dueAt(lane: string): Promise<{ due: Due; refused?: Refused["said"] }> {
  try {
    return { due: (await state.api?.due(lane)) ?? null };
  } catch (error) {
    if (error instanceof Refused && error.code !== "unreachable" && error.code !== "token") return { due: null, refused: error.said };
    throw error;
  }
}

function doorAgain(error: Refused): void {
  does.leave();
  say(error.said, true);
}

function door(): void {
  const { words } = state;
  const wrong = h("p", { class: "wrong", role: "alert" });
  const token = h("input", { type: "password", name: "token", required: true, autocomplete: "off" });
  const person = h("input", { type: "text", name: "person", maxlength: 64, autocomplete: "off", "aria-describedby": "person-hint" });
  const form = h(
    "form",
    {
      submit: (event) => {
        event.preventDefault();
        const answers = new FormData(event.target as HTMLFormElement);
        enter(String(answers.get("token")).trim(), String(answers.get("person")).trim()).catch((error: unknown) => {
          wrong.textContent = error instanceof Refused ? inWords(error.said) : String(error);
        });
      },
    },
    h("h2", {}, words.title),
    h("label", {}, words.token, token),
    h("label", {}, words.person, person),
    h("p", { id: "person-hint", class: "muted" }, words.personHint),
    wrong,
    h("button", { type: "submit", class: "primary" }, words.enter),
  );
  (document.getElementById("door") as HTMLElement).replaceChildren(form);
  inside(false);
}

async function enter(token: string, said: string): Promise<void> {
  const api = apiWith(token);
  const me = await api.me();
  const person = me.person ?? said;
  if (person === "") throw new Refused("no-name", { zh: zh.nameWanted, en: en.nameWanted });
  state.view = await api.overview();
  // From now on his cash is counted to him; who has a shift keeps it.
  await api.shift(person);
  sessionStorage.setItem(kept, JSON.stringify({ token, person }));
  Object.assign(state, { api, person, named: me.person !== null });
  inside(true);
  show(does);
  void look();
}

function inside(is: boolean): void {
  (document.getElementById("door") as HTMLElement).hidden = is;
  (document.getElementById("desk") as HTMLElement).hidden = !is;
  document.title = `${state.words.title} · 厝边`;
}

/** Among the rows, by so many. */
function along(by: number): void {
  const all = state.view?.exceptions ?? [];
  const at = all.findIndex((one) => one.exception === state.exception);
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  if (next !== undefined) does.exception(next.exception);
}

function across(by: number): void {
  const all = state.view?.lanes ?? [];
  const current = laneNow();
  const at = current === undefined ? 0 : all.indexOf(current);
  const next = all[(at + by + all.length) % Math.max(1, all.length)];
  if (next !== undefined) does.lane(next.lane);
}

const keys: Readonly<Record<string, () => void>> = {
  ArrowDown: () => along(1),
  ArrowUp: () => along(-1),
  ArrowRight: () => across(1),
  ArrowLeft: () => across(-1),
  c: () => does.collect("cash"),
  s: () => does.collect("static-code"),
  o: () => does.open(),
  h: () => does.handOver(),
  v: () => does.places(),
  p: () => does.slip(),
  t: () => does.holds(),
  F2: () => does.correct(),
  F4: () => does.correct(),
  F8: () => does.open(),
  l: () => does.language(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const { target } = event;
  const writing =
    target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && target.type !== "radio" && target.type !== "checkbox");
  if (writing || state.api === undefined) return;
  const nth = Number(event.key) - 1;
  if (isAsking()) {
    const choice = document.querySelector<HTMLInputElement>(`#ask input[name="reason"][value="${nth}"]`);
    if (choice === null) return;
    event.preventDefault();
    choice.checked = true;
    const last = nth === state.words.reasons.length - 1;
    (last ? document.querySelector<HTMLElement>('#ask input[name="more"]') : choice)?.focus();
    return;
  }
  const work = nth >= 0 && nth < 9 ? () => does.choose(nth) : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (work === undefined) return;
  event.preventDefault();
  work();
});

door();
show(does);
try {
  const known = JSON.parse(sessionStorage.getItem(kept) ?? "null") as { token: string; person: string } | null;
  if (known !== null) enter(known.token, known.person).catch(() => undefined);
} catch {
  sessionStorage.removeItem(kept);
}
setInterval(() => void look(), every_ms);
