// The first run of a gateway: six steps, each kept as soon as it is right. A reload, another phone or another day goes on where it was.
import type { SetupStep } from "#protocols/api/setup.ts";
import { draw, element as h } from "../booth/elements.ts";
import { Refused, setupApi } from "./setup-api.ts";
import { deviceStep } from "./setup-device.ts";
import { finishStep } from "./setup-finish.ts";
import { lanesStep } from "./setup-lanes.ts";
import { lookAtRestore, restoreView } from "./setup-restore.ts";
import { goTo, inWords, isDark, setLanguage, setTheme, state, stepOfComplaint, steps } from "./setup-state.ts";
import { cloudStep, identityStep, networkStep, nothingSaid, type Show, unsaid } from "./setup-steps.ts";
import { zh } from "./setup-words.ts";

const kept = "cuobian-setup-code";
const place = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const views: Readonly<Record<SetupStep, (show: Show) => HTMLElement[]>> = {
  identity: identityStep,
  network: networkStep,
  cloud: cloudStep,
  device: deviceStep,
  lanes: lanesStep,
  finish: finishStep,
};

let drawn = 0;
function show(): void {
  const { words, step, api, known, busy, wrong } = state;
  drawn += 1;
  draw(place("bar"), [words.title, isDark()], bar);
  const reached = known === undefined ? [] : [known.step, known.complaints.map(({ field }) => field)];
  draw(place("steps"), [words.title, step, api !== undefined, reached, state.restoring], stepsShown);
  if (api === undefined) draw(place("view"), ["door", words.title, wrong], door);
  else
    draw(place("view"), [drawn, busy], () => [...stepShown(step), h("p", { class: "wrong", role: "alert", "data-refused": true }, wrong)]);
  lookThere();
}

function stepShown(step: SetupStep): HTMLElement[] {
  if (state.restoring) return restoreView(show);
  nothingSaid();
  const drawnStep = views[step](show);
  return step === "finish" ? drawnStep : [...drawnStep, ...unsaid()];
}

/** Whoever comes to a step begins at its title; whoever was refused stands at the first question that is wrong. */
function lookThere(): void {
  const { look } = state;
  if (look === undefined || state.busy) return;
  state.look = undefined;
  const wrong = look === "wrong" ? place("view").querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]') : null;
  const there = wrong === null ? place("view").querySelector<HTMLElement>("h2") : wrong;
  if (there === null) return;
  there.focus({ preventScroll: true });
  if (wrong === null) scrollTo(0, 0);
  else there.scrollIntoView({ block: "center" });
}

function bar(): HTMLElement[] {
  const { words } = state;
  const language = (): void => {
    setLanguage(state.words === zh);
    show();
  };
  const theme = (): void => {
    setTheme(!isDark());
    show();
  };
  return [
    h("h1", {}, words.title),
    h(
      "span",
      { class: "does" },
      h("button", { type: "button", "data-key": "theme", click: theme }, isDark() ? words.light : words.dark),
      h("button", { type: "button", "data-key": "language", lang: state.words === zh ? "en" : "zh-CN", click: language }, words.other),
    ),
  ];
}

function stepsShown(): HTMLElement[] {
  const { words, known, api } = state;
  if (api === undefined || known === undefined || state.restoring) return [];
  const reached = steps.indexOf(known.step);
  const now = steps.indexOf(state.step);
  const bad = new Set(known.complaints.map(({ field }) => stepOfComplaint(field)));
  const marks = (step: SetupStep, index: number): string =>
    [step === state.step ? "now" : "", bad.has(step) ? "bad" : index < reached ? "done" : ""].join(" ").trim();
  const go = (step: SetupStep) => (): void => {
    goTo(step, bad.has(step) ? "wrong" : "step");
    show();
  };
  return [
    h(
      "p",
      { class: "setup-place" },
      h("b", {}, words.place(now + 1, steps.length)),
      ` · ${words.steps[state.step]}`,
      h("progress", { max: steps.length - 1, value: reached, "aria-label": words.answered(reached) }),
    ),
    h(
      "ol",
      { class: "setup-steps" },
      ...steps.map((step, index) =>
        h(
          "li",
          { class: marks(step, index), "data-step": step },
          h(
            "button",
            {
              type: "button",
              "data-key": `step ${step}`,
              "aria-current": step === state.step ? "step" : "false",
              "aria-label": `${index + 1} ${words.steps[step]}${bad.has(step) ? ` · ${words.wrongHere}` : index < reached ? ` · ${words.done}` : ""}`,
              disabled: index > reached,
              click: go(step),
            },
            h("span", { class: "no" }, String(index + 1)),
            h("span", { class: "called" }, ` ${words.steps[step]}`),
          ),
        ),
      ),
    ),
  ];
}

function door(): HTMLElement[] {
  const { words } = state;
  const submit = (event: Event): void => {
    event.preventDefault();
    const code = String(new FormData(event.target as HTMLFormElement).get("code") || "").trim();
    enter(code).catch((error: unknown) => {
      state.wrong = error instanceof Refused ? inWords(error.said) : String(error);
      show();
    });
  };
  return [
    h(
      "form",
      { class: "door", submit },
      h("label", {}, words.code, h("input", { name: "code", required: true, autocomplete: "one-time-code", "data-key": "code" })),
      h("p", { class: "muted" }, words.codeNote),
      h("p", { class: "wrong", role: "alert" }, state.wrong),
      h("button", { type: "submit", class: "primary" }, words.enter),
    ),
  ];
}

async function enter(code: string): Promise<void> {
  const api = setupApi(code);
  const known = await api.state();
  sessionStorage.setItem(kept, code);
  Object.assign(state, { api, known, step: known.step, wrong: "" });
  await lookAtRestore();
  show();
}

setLanguage(new URLSearchParams(location.search).get("lang") === "en");
setTheme(matchMedia("(prefers-color-scheme: dark)").matches);
show();
// A code in the address, as a label's square has it; else as it was entered here before.
const known = location.hash.length > 1 ? location.hash.slice(1) : sessionStorage.getItem(kept);
if (known !== null) enter(known).catch(() => sessionStorage.removeItem(kept));
