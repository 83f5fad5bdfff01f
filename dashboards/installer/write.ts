// Writing from the bench, in four acts: allowed for ten minutes, the value there read, what will be written typed by hand, and the answer read back.
import type { BenchWritesState, BenchWritten } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { Refused } from "./api.ts";
import { lineFilled, said } from "./bench.ts";
import { inWords, state } from "./state.ts";

const writing: {
  allowed: BenchWritesState | undefined;
  table: "holding" | "coil";
  value: string;
  confirm: string;
  seen: BenchWritten | undefined;
  busy: boolean;
  wrong: string;
} = { allowed: undefined, table: "holding", value: "", confirm: "", seen: undefined, busy: false, wrong: "" };

export const writeKey = (): unknown => [writing.allowed, writing.table, writing.seen, writing.busy, writing.wrong];

export async function lookAtWrites(): Promise<void> {
  if (state.api !== undefined) writing.allowed = await state.api.writes();
}

async function working(show: () => void, work: () => Promise<void>): Promise<void> {
  if (writing.busy) return;
  Object.assign(writing, { busy: true, wrong: "" });
  show();
  try {
    await work();
  } catch (error) {
    writing.wrong = error instanceof Refused ? inWords(error.said) : String(error);
  }
  writing.busy = false;
  show();
}

const ask = (show: () => void, before: number | null): Promise<void> =>
  working(show, async () => {
    const { api } = state;
    if (api === undefined) return;
    const notation = said("notation") as "auto";
    const place = { line: lineFilled(), unit: Number(said("unit")), address: said("address").trim(), notation, table: writing.table };
    writing.seen = await api.write({ ...place, value: Number(writing.value), before, confirm: writing.confirm });
    if (writing.seen.written) writing.confirm = "";
  });

function outcome(seen: BenchWritten): HTMLElement {
  const { write: words } = state.words;
  const wanted = writing.value;
  if (!seen.written) return h("p", { "data-before": seen.before }, words.now(seen.before, wanted));
  if (seen.after === null) return h("p", { class: "wrong", "data-written": true }, words.unread);
  const right = String(seen.after) === wanted;
  return h(
    "p",
    { class: right ? "" : "wrong", "data-written": true, "data-after": seen.after },
    right ? words.done(seen.before, seen.after) : words.differs(wanted, seen.after),
  );
}

export function writeView(show: () => void): HTMLElement[] {
  const { write: words } = state.words;
  const { allowed, seen, busy } = writing;
  const until = allowed === undefined ? null : allowed.until;
  const allow = (is: boolean) => (): void => {
    void working(show, async () => {
      const { api } = state;
      if (api !== undefined) writing.allowed = await api.allowWrites(is);
      writing.seen = undefined;
    });
  };
  const head = [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    h(
      "p",
      { class: "does", "data-writes": until === null ? "off" : "on" },
      h("b", { class: until === null ? "muted" : "wrong" }, until === null ? words.off : words.until(until.slice(11, 19))),
      h(
        "button",
        { type: "button", "data-key": "allow", disabled: busy, click: allow(until === null) },
        until === null ? words.allow : words.stop,
      ),
    ),
  ];
  const wrong = h("p", { class: "wrong", role: "alert", "data-write-refused": true }, writing.wrong);
  if (until === null) return [...head, wrong];
  const note = (event: Event): void => {
    writing.value = (event.target as HTMLInputElement).value.trim();
    writing.seen = undefined;
  };
  const confirm = (event: Event): void => {
    writing.confirm = (event.target as HTMLInputElement).value;
  };
  const choose = (event: Event): void => {
    Object.assign(writing, { table: (event.target as HTMLSelectElement).value, seen: undefined });
    show();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    void ask(show, seen === undefined || seen.written ? null : seen.before);
  };
  const options = Object.entries(words.tables).map(([value, text]) => h("option", { value, selected: value === writing.table }, text));
  const asking = seen !== undefined && !seen.written;
  return [
    ...head,
    h(
      "form",
      { class: "panel bench-form", submit },
      h("label", {}, words.table, h("select", { name: "write-table", "data-key": "write-table", change: choose }, ...options)),
      h(
        "label",
        {},
        words.value,
        h("input", {
          name: "write-value",
          value: writing.value,
          inputmode: "numeric",
          pattern: "\\d{1,5}",
          required: true,
          autocomplete: "off",
          "data-key": "write-value",
          input: note,
        }),
      ),
      asking &&
        h(
          "label",
          {},
          words.confirm(seen.confirm),
          h("input", {
            name: "write-confirm",
            value: writing.confirm,
            autocomplete: "off",
            autocapitalize: "off",
            "data-key": "write-confirm",
            input: confirm,
          }),
        ),
      h(
        "button",
        { type: "submit", class: "primary", "data-key": "write", disabled: busy },
        busy ? words.working : asking ? words.write : words.look,
      ),
    ),
    ...(seen === undefined ? [] : [outcome(seen)]),
    wrong,
  ];
}
