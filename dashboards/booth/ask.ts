// What is asked before something is done: one dialog, Enter says yes, Esc says no. While an order is on its way it cannot be given twice; said again after a failure it is the same order.
import { Refused, type Said } from "./api.ts";
import { element as h } from "./elements.ts";
import { inWords, state } from "./state.ts";

const dialog = (): HTMLDialogElement => document.getElementById("ask") as HTMLDialogElement;

export const isAsking = (): boolean => dialog().open;

/** `work` is done with the form when it is confirmed; the dialog closes when it has been done. */
export function ask(title: string, body: readonly HTMLElement[], work: (form: HTMLFormElement) => Promise<Said | string>): void {
  const { words } = state;
  const wrong = h("p", { class: "wrong", role: "alert" });
  const yes = h(
    "button",
    { type: "submit", class: "primary", "data-do": "confirm" },
    words.confirm,
    " ",
    h("kbd", {}, "Enter"),
  ) as HTMLButtonElement;
  const no = h("button", { type: "button", click: () => dialog().close() }, words.cancel, " ", h("kbd", {}, "Esc"));
  const form = h(
    "form",
    {
      submit: (event) => {
        event.preventDefault();
        if (yes.disabled) return;
        yes.disabled = true;
        wrong.textContent = "";
        work(form)
          .then((said) => {
            dialog().close();
            say(said);
          })
          .catch((error: unknown) => {
            wrong.textContent = error instanceof Refused ? inWords(error.said) : String(error);
          })
          .finally(() => {
            yes.disabled = false;
          });
      },
    },
    ...body,
    wrong,
    h("p", { class: "does" }, yes, no),
  ) as HTMLFormElement;
  dialog().replaceChildren(h("h2", { id: "ask-title" }, title), form);
  dialog().setAttribute("aria-labelledby", "ask-title");
  dialog().showModal();
  (form.querySelector<HTMLElement>("input") ?? yes).focus();
}

let silence = 0;
const said_ms = 8_000;

export function say(words: Said | string, wrong = false): void {
  const place = document.getElementById("said");
  if (place === null) return;
  place.textContent = typeof words === "string" ? words : inWords(words);
  place.className = wrong ? "wrong" : "";
  clearTimeout(silence);
  silence = setTimeout(() => {
    place.textContent = "";
  }, said_ms);
}
