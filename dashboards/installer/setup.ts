// The first run of a gateway: five steps, each kept as soon as it is right. A reload, another phone or another day goes on where it was.
import type { SetupStep } from "#protocols/api/setup.ts";
import { draw, element as h } from "../booth/elements.ts";
import { Refused, setupApi } from "./setup-api.ts";
import { deviceStep } from "./setup-device.ts";
import { lanesStep } from "./setup-lanes.ts";
import { lookAtRestore, restoreView } from "./setup-restore.ts";
import { inWords, isDark, setLanguage, setTheme, state, steps } from "./setup-state.ts";
import { cloudStep, finishStep, identityStep, networkStep, type Show } from "./setup-steps.ts";
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
  draw(place("steps"), [words.title, step, api !== undefined, known === undefined ? "" : known.step, state.restoring], stepsShown);
  if (api === undefined) draw(place("view"), ["door", words.title, wrong], door);
  else
    draw(place("view"), [drawn, busy], () => [
      ...(state.restoring ? restoreView : views[step])(show),
      h("p", { class: "wrong", role: "alert", "data-refused": true }, wrong),
    ]);
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
  return [
    h(
      "ol",
      { class: "setup-steps" },
      ...steps.map((step, index) =>
        h(
          "li",
          { class: step === state.step ? "now" : index < reached ? "done" : "" },
          h(
            "button",
            {
              type: "button",
              "data-key": `step ${step}`,
              "aria-current": step === state.step ? "step" : "false",
              disabled: index > reached,
              click: () => {
                state.step = step;
                show();
              },
            },
            `${index + 1} ${words.steps[step]}`,
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
