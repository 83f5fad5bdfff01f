// The questions of each step but the devices': a field keeps what was typed, and says under itself why it was refused.
import type { SetupReached, SetupState, SetupStep } from "#protocols/api/setup.ts";
import { element as h } from "../booth/elements.ts";
import { Refused } from "./setup-api.ts";
import { inWords, state, steps, value } from "./setup-state.ts";

/** Draws the page anew. */
export type Show = () => void;

export const complaintOf = (name: string): HTMLElement | false => {
  const known = state.known;
  const wrong = known === undefined ? undefined : known.complaints.find(({ field }) => field === (aliases[name] || name));
  if (wrong === undefined) return false;
  return h(
    "span",
    { class: "wrong", id: `wrong-${name}`, "data-wrong": name, role: "alert" },
    inWords(wrong),
    wrong.example === undefined ? "" : ` ${state.words.example(wrong.example)}`,
  );
};
/** Fields of the page that the file calls otherwise. */
const aliases: Readonly<Record<string, string>> = { address: "host", pagePort: "port" };

export function field(name: string, label: string, more: Record<string, string | number | boolean> = {}): HTMLElement {
  const note = (event: Event): void => {
    state.typed[name] = (event.target as HTMLInputElement).value;
  };
  const wrong = complaintOf(name);
  const marked = wrong === false ? {} : { "aria-invalid": "true", "aria-describedby": `wrong-${name}` };
  return h(
    "label",
    {},
    label,
    h("input", { name, value: value(name), autocomplete: "off", "data-key": name, input: note, ...marked, ...more }),
    wrong,
  );
}

export function choice(name: string, label: string, choices: Readonly<Record<string, string>>, changed?: Show): HTMLElement {
  const now = value(name);
  const note = (event: Event): void => {
    state.typed[name] = (event.target as HTMLSelectElement).value;
    if (changed !== undefined) changed();
  };
  const options = Object.entries(choices).map(([one, text]) => h("option", { value: one, selected: one === now }, text));
  return h("label", {}, label, h("select", { name, "data-key": name, change: note }, ...options), complaintOf(name));
}

/** One piece of work at a time; what is refused is said below the step. */
export async function working(show: Show, work: () => Promise<void>): Promise<void> {
  if (state.busy) return;
  Object.assign(state, { busy: true, wrong: "" });
  show();
  try {
    await work();
  } catch (error) {
    state.wrong = error instanceof Refused ? inWords(error.said) : String(error);
  }
  state.busy = false;
  show();
}

/** Kept: what was typed for it is the gateway's now, and the next step is shown. */
export function taken(known: SetupState, next: SetupStep): void {
  state.known = known;
  if (known.complaints.length > 0) return;
  // What was chosen for lanes in a step before theirs waits for theirs.
  const waiting = Object.entries(state.typed).filter(([name]) => next !== "finish" && /^(\d+\.\w+|lanes)$/.test(name));
  state.typed = Object.fromEntries(waiting);
  state.step = next;
}

export const buttons = (step: SetupStep, show: Show, ...more: HTMLElement[]): HTMLElement => {
  const before = steps[steps.indexOf(step) - 1];
  const back = (): void => {
    if (before !== undefined) state.step = before;
    show();
  };
  return h(
    "p",
    { class: "does" },
    before !== undefined && h("button", { type: "button", "data-key": "back", click: back }, state.words.back),
    ...more,
    h(
      "button",
      { type: "submit", class: "primary", "data-key": "next", disabled: state.busy },
      state.busy ? state.words.saving : state.words.next,
    ),
  );
};

function form(show: Show, send: () => Promise<void>, ...children: (HTMLElement | false)[]): HTMLElement {
  const submit = (event: Event): void => {
    event.preventDefault();
    void working(show, send);
  };
  // Refused input is explained by the gateway, not by the browser's bubble.
  return h("form", { class: "panel setup-form", novalidate: true, submit }, ...children);
}

/** Forty letters that nobody takes for another; made in this browser. */
function newToken(): string {
  const letters = "23456789abcdefghjkmnpqrstuvwxyz";
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => letters[byte % letters.length]).join("");
}

export function identityStep(show: Show): HTMLElement[] {
  const { identity: words } = state.words;
  const api = state.api;
  if (api === undefined || state.known === undefined) return [];
  const send = async (): Promise<void> => {
    const answers = { site: value("site").trim(), gateway: value("gateway").trim(), name: value("name").trim() };
    const token = value("token").trim();
    taken(await api.give({ step: "identity", answers, ...(token === "" && state.known?.token_set ? {} : { token }) }), "network");
  };
  const make = (): void => {
    state.typed.token = newToken();
    show();
  };
  const restore = (): void => {
    state.restoring = true;
    show();
  };
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    h("p", { class: "does" }, h("button", { type: "button", "data-key": "restore", click: restore }, state.words.restore.begin)),
    form(
      show,
      send,
      field("name", words.name, { required: true }),
      field("site", words.site, { required: true, placeholder: words.siteHint }),
      field("gateway", words.gateway, { required: true }),
      field("token", words.token, { autocomplete: "new-password" }),
      h(
        "p",
        { class: "does" },
        h("button", { type: "button", "data-key": "make", click: make }, words.make),
        state.known.token_set && h("span", { class: "muted" }, words.kept),
      ),
      buttons("identity", show),
    ),
  ];
}

export function networkStep(show: Show): HTMLElement[] {
  const { network: words } = state.words;
  const { api, known } = state;
  if (api === undefined || known === undefined) return [];
  const { machine } = known;
  const skew = Math.round(Math.abs(Date.now() - Date.parse(machine.now)) / 1_000);
  const send = async (): Promise<void> =>
    taken(await api.give({ step: "network", answers: { host: value("address"), port: Number(value("pagePort")) } }), "cloud");
  const places = {
    "0.0.0.0": words.all,
    "127.0.0.1": words.local,
    ...Object.fromEntries(machine.addresses.map(({ name, address }) => [address, `${address}（${name}）`])),
  };
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    h(
      "p",
      { class: machine.clock_true ? "fact" : "fact wrong", "data-clock": machine.clock_true ? "true" : "false" },
      h("span", { class: "muted" }, words.clock),
      h(
        "b",
        {},
        `${machine.now.slice(0, 19).replace("T", " ")} · ${machine.clock_true ? words.true : words.notTrue}${skew > 2 ? ` · ${words.skew(skew)}` : ""}`,
      ),
    ),
    machine.addresses.length === 0
      ? h("p", { class: "wrong" }, words.none)
      : h("p", { class: "muted" }, machine.addresses.map(({ address }) => address).join(" · ")),
    form(
      show,
      send,
      choice("address", words.address, places),
      field("pagePort", words.port, { inputmode: "numeric" }),
      buttons("network", show),
    ),
  ];
}

function reachedText(reached: SetupReached["page"]): HTMLElement {
  return "ms" in reached
    ? h("b", { class: "fine" }, `✓ ${state.words.cloud.ms(reached.ms)}`)
    : h("b", { class: "wrong" }, `▲ ${inWords(reached)}`);
}

export function cloudStep(show: Show): HTMLElement[] {
  const { cloud: words } = state.words;
  const { api, known, reached } = state;
  if (api === undefined || known === undefined) return [];
  const without = value("cloudless") === "yes";
  const send = async (): Promise<void> => {
    const cloud = without ? null : { page: value("page").trim(), broker: value("broker").trim() };
    taken(await api.give({ step: "cloud", answers: { cloud } }), "device");
  };
  const test = (): Promise<void> =>
    working(show, async () => {
      state.reached = await api.reach({ page: value("page").trim(), broker: value("broker").trim() });
    });
  const tick = (event: Event): void => {
    state.typed.cloudless = (event.target as HTMLInputElement).checked ? "yes" : "";
    show();
  };
  const enrol = (): Promise<void> =>
    working(show, async () => {
      // The addresses of this step are the gateway's before it calls them.
      const given = await api.give({ step: "cloud", answers: { cloud: { page: value("page").trim(), broker: value("broker").trim() } } });
      state.known = given;
      if (given.complaints.length === 0) state.known = await api.enrol(value("code").trim());
    });
  const until = known.enrolled_until;
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    form(
      show,
      send,
      h(
        "label",
        { class: "tick" },
        h("input", { type: "checkbox", name: "cloudless", "data-key": "cloudless", checked: without, change: tick }),
        words.without,
      ),
      !without && field("page", words.page, { inputmode: "url", placeholder: "https://cloud.example" }),
      !without && field("broker", words.broker, { inputmode: "url", placeholder: "mqtts://cloud.example:8883" }),
      !without &&
        h(
          "p",
          { class: "does" },
          h(
            "button",
            { type: "button", "data-key": "reach", disabled: state.busy, click: () => void test() },
            state.busy ? words.testing : words.test,
          ),
        ),
      reached !== undefined &&
        !without &&
        h(
          "p",
          { "data-reached": true },
          `${words.page} `,
          reachedText(reached.page),
          h("br"),
          `${words.broker} `,
          reachedText(reached.broker),
        ),
      !without && field("code", words.code, {}),
      !without && h("p", { class: "muted" }, words.codeNote),
      !without &&
        h(
          "p",
          { class: "does" },
          h("button", { type: "button", "data-key": "enrol", disabled: state.busy, click: () => void enrol() }, words.enrol),
          h(
            "span",
            { class: until === null ? "muted" : "fine", "data-enrolled": until !== null },
            until === null ? words.notEnrolled : words.enrolled(until.slice(0, 10)),
          ),
        ),
      buttons("cloud", show),
    ),
  ];
}

export function finishStep(show: Show): HTMLElement[] {
  const { finish: words } = state.words;
  const { api, known, done } = state;
  if (api === undefined || known === undefined) return [];
  if (done !== undefined)
    return [h("h2", {}, words.starting), h("p", {}, h("a", { class: "button primary", href: done, "data-key": "open" }, words.open))];
  const write = (event: Event): void => {
    event.preventDefault();
    void working(show, async () => {
      const finished = await api.finish();
      if ("page" in finished) state.done = finished.page;
      else state.known = finished;
    });
  };
  const { complaints } = known;
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    h("pre", { tabindex: 0, "data-file": true }, known.file),
    ...(complaints.length === 0
      ? []
      : [
          h("p", { class: "wrong", role: "alert" }, words.wrong),
          h("ul", { class: "wrong" }, ...complaints.map((one) => h("li", { "data-wrong": one.field }, `${one.field}: ${inWords(one)}`))),
        ]),
    h(
      "form",
      { submit: write, class: "does" },
      h(
        "button",
        {
          type: "button",
          "data-key": "back",
          click: () => {
            state.step = "lanes";
            show();
          },
        },
        state.words.back,
      ),
      h(
        "button",
        { type: "submit", class: "primary", "data-key": "finish", disabled: state.busy },
        state.busy ? words.writing : words.write,
      ),
    ),
  ];
}
