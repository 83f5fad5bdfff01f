// The last step of the first run: the site file as it will be written; what is refused of it leads to its step.
import type { SetupStep } from "#protocols/api/setup.ts";
import { element as h } from "../booth/elements.ts";
import { goTo, inWords, state, stepOfComplaint, steps } from "./setup-state.ts";
import { head, type Show, working } from "./setup-steps.ts";

export function finishStep(show: Show): HTMLElement[] {
  const { finish: words } = state.words;
  const { api, known, done } = state;
  if (api === undefined || known === undefined) return [];
  if (done !== undefined)
    return [
      h("h2", { tabindex: -1, "data-key": "step-title" }, words.starting),
      h("p", {}, h("a", { class: "button primary", href: done, "data-key": "open" }, words.open)),
    ];
  const write = (event: Event): void => {
    event.preventDefault();
    void working(show, async () => {
      const finished = await api.finish();
      if ("page" in finished) state.done = finished.page;
      else state.known = finished;
    });
  };
  const { complaints } = known;
  const mend = (step: SetupStep) => (): void => {
    goTo(step, "wrong");
    state.mending = true;
    show();
  };
  const back = (): void => {
    goTo("lanes");
    show();
  };
  return [
    head(words.title, words.note),
    ...(complaints.length === 0
      ? []
      : [
          h(
            "section",
            { class: "panel bad-steps", role: "alert" },
            h("h3", {}, words.wrong),
            h(
              "ul",
              { class: "wrong" },
              ...complaints.map((one) => {
                const step = stepOfComplaint(one.field);
                const place = `${steps.indexOf(step) + 1} ${state.words.steps[step]}`;
                return h(
                  "li",
                  { "data-wrong": one.field },
                  h("span", {}, `${one.field}: ${inWords(one)}`),
                  h("button", { type: "button", "data-key": `mend ${one.field}`, click: mend(step) }, words.mend(place)),
                );
              }),
            ),
          ),
        ]),
    h("pre", { tabindex: 0, "data-file": true }, known.file),
    h(
      "form",
      { submit: write, class: "does acts" },
      h("button", { type: "button", "data-key": "back", click: back }, state.words.back),
      h(
        "button",
        { type: "submit", class: "primary", "data-key": "finish", disabled: state.busy },
        state.busy ? words.writing : words.write,
      ),
    ),
  ];
}
