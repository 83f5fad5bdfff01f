// The first run from a sealed backup: the file is sent in pieces, its passphrase opens it, what it holds is shown, and only a last word puts it in place.
import type { SetupRestore } from "#protocols/api/setup-restore.ts";
import { element as h } from "../booth/elements.ts";
import { progress } from "../booth/progress.ts";
import { inWords, state } from "./setup-state.ts";
import { type Show, working } from "./setup-steps.ts";
import { zh } from "./setup-words.ts";

const piece = 2 * 1024 * 1024;
const look_ms = 400;
/** A piece is said again so often before a person is asked. */
const mostTries = 4;

const restore: { now: SetupRestore | undefined; began: number; sending: boolean; stopped: boolean } = {
  now: undefined,
  began: 0,
  sending: false,
  stopped: false,
};

export const isRestoring = (): boolean => state.restoring;
export const restoreKey = (): unknown => restore.now;

const pause = (ms: number): Promise<void> => new Promise((next) => setTimeout(next, ms));

async function send(file: File, show: Show): Promise<void> {
  const { api } = state;
  if (api === undefined) return;
  Object.assign(restore, { sending: true, stopped: false, began: performance.now() });
  try {
    for (let at = 0; at < file.size && !restore.stopped; ) {
      const bytes = file.slice(at, at + piece);
      for (let tries = 1; ; tries += 1)
        try {
          restore.now = await api.sendPiece(at, file.size, bytes);
          break;
        } catch (error) {
          if (restore.stopped) return;
          if (tries >= mostTries) throw error;
          await pause(look_ms * tries);
        }
      at += bytes.size;
      show();
    }
  } finally {
    restore.sending = false;
  }
}

async function open(passphrase: string, show: Show): Promise<void> {
  const { api } = state;
  if (api === undefined) return;
  restore.began = performance.now();
  restore.now = await api.openBackup(passphrase);
  while (restore.now.stage === "opening") {
    show();
    await pause(look_ms);
    restore.now = await api.restoring();
  }
}

function running(show: Show): HTMLElement | false {
  const { restore: words } = state.words;
  const now = restore.now;
  if (now === undefined || (now.stage !== "receiving" && now.stage !== "opening")) return false;
  const { api } = state;
  const stop = (): void => {
    restore.stopped = true;
    if (api === undefined) return;
    void api.dropBackup().then(
      (dropped) => {
        restore.now = dropped;
        show();
      },
      () => undefined,
    );
  };
  const label = now.stage === "receiving" ? words.sending : words.opening;
  const course = { done: now.done, of: now.of, ran_ms: performance.now() - restore.began, unit: "bytes" } as const;
  return h(
    "div",
    { "data-stage": now.stage },
    h("p", {}, label),
    progress(course, { label, english: state.words !== zh, stop: { label: words.stop, click: stop } }),
  );
}

function chosen(show: Show): HTMLElement {
  const { restore: words } = state.words;
  const choose = (event: Event): void => {
    const { files } = event.target as HTMLInputElement;
    const file = files === null ? null : files[0];
    if (file !== null && file !== undefined) void working(show, () => send(file, show));
  };
  return h(
    "label",
    { class: "button photo" },
    words.file,
    h("input", { type: "file", name: "backup", "data-key": "backup", disabled: state.busy, change: choose }),
  );
}

function passphrase(show: Show): HTMLElement {
  const { restore: words } = state.words;
  const submit = (event: Event): void => {
    event.preventDefault();
    const typed = String(new FormData(event.target as HTMLFormElement).get("passphrase") || "");
    void working(show, () => open(typed, show));
  };
  return h(
    "form",
    { class: "setup-form", submit },
    h(
      "label",
      {},
      words.passphrase,
      h("input", { type: "password", name: "passphrase", autocomplete: "off", "data-key": "passphrase", required: true }),
    ),
    h("button", { type: "submit", class: "primary", "data-key": "open-backup", disabled: state.busy }, words.open),
  );
}

function shown(found: NonNullable<SetupRestore["found"]>, show: Show): HTMLElement {
  const { restore: words } = state.words;
  const { api } = state;
  const put = (event: Event): void => {
    event.preventDefault();
    void working(show, async () => {
      if (api === undefined) return;
      state.done = (await api.applyBackup()).page;
      Object.assign(state, { restoring: false, step: "finish" });
    });
  };
  const row = (label: string, text: string): HTMLElement => h("div", {}, h("dt", {}, label), h("dd", {}, text));
  return h(
    "div",
    { "data-found": found.events },
    h(
      "dl",
      { class: "values" },
      row(words.gateway, found.gateway === null ? words.older : `${found.name} · ${found.site} / ${found.gateway}`),
      row(words.events, String(found.events)),
      row(words.until, found.until === null ? "—" : found.until.slice(0, 19).replace("T", " ")),
      row(words.files, String(found.files.length)),
    ),
    h("ol", { class: "muted" }, ...words.after.map((text) => h("li", {}, text))),
    h(
      "form",
      { class: "does", submit: put },
      h(
        "button",
        { type: "submit", class: "primary", "data-key": "apply-backup", disabled: state.busy || found.gateway === null },
        words.apply,
      ),
    ),
  );
}

export function restoreView(show: Show): HTMLElement[] {
  const { restore: words } = state.words;
  const now = restore.now;
  const stage = now === undefined ? "none" : now.stage;
  const back = (): void => {
    state.restoring = false;
    show();
  };
  const idle = !state.busy;
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    h(
      "section",
      { class: "panel" },
      (stage === "none" || stage === "failed" || stage === "received" || stage === "shown") && chosen(show),
      running(show),
      now !== undefined && now.trouble !== null && h("p", { class: "wrong", role: "alert", "data-trouble": true }, inWords(now.trouble)),
      stage === "received" && passphrase(show),
      stage === "shown" && now !== undefined && now.found !== null && shown(now.found, show),
      idle && h("p", { class: "does" }, h("button", { type: "button", "data-key": "back", click: back }, words.without)),
    ),
  ];
}

/** As the gateway has it, when the page is opened anew. */
export async function lookAtRestore(): Promise<void> {
  const { api } = state;
  if (api === undefined || restore.sending) return;
  restore.now = await api.restoring();
  if (restore.now.stage !== "none" && restore.now.stage !== "failed") state.restoring = true;
}
