// The questions of each step but the devices': a field keeps what was typed, and says under itself why it was refused.
import type { SetupReached, SetupState, SetupStep } from "#protocols/api/setup.ts";
import { element as h } from "../booth/elements.ts";
import { Refused } from "./setup-api.ts";
import { goTo, inWords, state, stepAsking, stepOfComplaint, steps, value } from "./setup-state.ts";

/** Draws the page anew. */
export type Show = () => void;

/** Complaints that stand at their questions, since the step was begun to be drawn. */
const said = new Set<string>();
export const nothingSaid = (): void => said.clear();

const complaintsHere = () =>
  state.known === undefined ? [] : state.known.complaints.filter(({ field }) => stepOfComplaint(field) === state.step);

/** Of what is asked nowhere on the page: said under the step all the same. */
export const unsaid = (): HTMLElement[] =>
  complaintsHere()
    .filter(({ field }) => !said.has(field))
    .map((one) => h("p", { class: "wrong", role: "alert", "data-wrong": one.field }, `${one.field}: ${inWords(one)}`));

export const complaintOf = (name: string): HTMLElement | false => {
  const wrong = complaintsHere().find(({ field }) => field === (aliases[name] || name));
  if (wrong === undefined) return false;
  said.add(wrong.field);
  return h(
    "span",
    { class: "wrong", id: `wrong-${name}`, "data-wrong": name, role: "alert" },
    inWords(wrong),
    wrong.example === undefined ? "" : ` ${state.words.example(wrong.example)}`,
  );
};
/** Fields of the page that the file calls otherwise. */
const aliases: Readonly<Record<string, string>> = { address: "host", pagePort: "port" };

type Child = HTMLElement | false;
/** Questions that belong together, beside the next such group where there is room. */
export const group = (title: string, ...children: readonly Child[]): HTMLElement =>
  h("fieldset", { class: "group" }, h("legend", {}, title), ...children);
/** Two short answers on one line. */
export const pair = (...children: readonly Child[]): HTMLElement => h("div", { class: "pair" }, ...children);
/** What a step is about. */
export const head = (title: string, note: string, ...more: readonly Child[]): HTMLElement =>
  h(
    "header",
    { class: "step-head" },
    h("div", {}, h("h2", { tabindex: -1, "data-key": "step-title" }, title), h("p", { class: "muted" }, note)),
    ...more,
  );

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
  const wrong = complaintOf(name);
  const marked = wrong === false ? {} : { "aria-invalid": "true", "aria-describedby": `wrong-${name}` };
  return h("label", {}, label, h("select", { name, "data-key": name, change: note, ...marked }, ...options), wrong);
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

/** Kept: what was typed for it is the gateway's now, and the next step is shown. What was typed elsewhere and not saved yet stays. */
export function taken(known: SetupState, next: SetupStep): void {
  state.known = known;
  if (known.complaints.length > 0) {
    state.look = "wrong";
    return;
  }
  const saved = steps[steps.indexOf(next) - 1];
  for (const name of Object.keys(state.typed)) if (stepAsking(name) === saved) delete state.typed[name];
  goTo(state.mending ? "finish" : next);
  state.mending = false;
}

export const buttons = (step: SetupStep, show: Show, ...more: HTMLElement[]): HTMLElement => {
  const before = steps[steps.indexOf(step) - 1];
  const back = (): void => {
    if (before !== undefined) goTo(before);
    show();
  };
  return h(
    "p",
    { class: "does acts" },
    before !== undefined && h("button", { type: "button", "data-key": "back", click: back }, state.words.back),
    ...more,
    h(
      "button",
      { type: "submit", class: "primary", "data-key": "next", disabled: state.busy },
      state.busy ? state.words.saving : state.mending ? state.words.nextToFinish : state.words.next,
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
    head(words.title, words.note, h("button", { type: "button", "data-key": "restore", click: restore }, state.words.restore.begin)),
    form(
      show,
      send,
      group(
        words.whose,
        field("name", words.name, { required: true }),
        pair(
          field("site", words.site, { required: true, placeholder: words.siteHint }),
          field("gateway", words.gateway, { required: true }),
        ),
      ),
      group(
        words.opens,
        field("token", words.token, { autocomplete: "new-password" }),
        h(
          "p",
          { class: "does" },
          h("button", { type: "button", "data-key": "make", click: make }, words.make),
          state.known.token_set && h("span", { class: "muted" }, words.kept),
        ),
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
    head(words.title, words.note),
    form(
      show,
      send,
      group(
        words.clockTitle,
        h(
          "p",
          { class: machine.clock_true ? "fact" : "fact wrong", "data-clock": machine.clock_true ? "true" : "false" },
          h("span", { class: "muted" }, words.clock),
          h("b", {}, `${machine.now.slice(0, 19).replace("T", " ")}${skew > 2 ? ` · ${words.skew(skew)}` : ""}`),
        ),
        h("p", { class: machine.clock_true ? "fine" : "wrong" }, machine.clock_true ? `✓ ${words.true}` : `▲ ${words.notTrue}`),
      ),
      group(
        words.place,
        pair(choice("address", words.address, places), field("pagePort", words.port, { inputmode: "numeric" })),
        machine.addresses.length === 0
          ? h("p", { class: "wrong" }, words.none)
          : h("p", { class: "muted" }, machine.addresses.map(({ address }) => address).join(" · ")),
      ),
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
      if (given.complaints.length > 0) state.look = "wrong";
      else state.known = await api.enrol(value("code").trim());
    });
  const until = known.enrolled_until;
  return [
    head(
      words.title,
      words.note,
      h(
        "label",
        { class: "tick" },
        h("input", { type: "checkbox", name: "cloudless", "data-key": "cloudless", checked: without, change: tick }),
        words.without,
      ),
    ),
    form(
      show,
      send,
      !without &&
        group(
          words.where,
          field("page", words.page, { inputmode: "url", placeholder: "https://cloud.example" }),
          field("broker", words.broker, { inputmode: "url", placeholder: "mqtts://cloud.example:8883" }),
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
            h(
              "p",
              { "data-reached": true },
              `${words.page} `,
              reachedText(reached.page),
              h("br"),
              `${words.broker} `,
              reachedText(reached.broker),
            ),
        ),
      !without &&
        group(
          words.certificate,
          field("code", words.code, {}),
          h("p", { class: "muted" }, words.codeNote),
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
        ),
      buttons("cloud", show),
    ),
  ];
}
