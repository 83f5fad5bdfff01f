// The register bench: a form that is kept as it was filled in, and what was read shown in four byte orders beside each other, the plausible ones marked in words.
import type { BenchAnswer, BenchLine, BenchQuestion, LineFinding } from "#protocols/api/installer.ts";
import { element as h } from "../booth/elements.ts";
import { Refused, type Said } from "./api.ts";
import { inWords, state } from "./state.ts";

const kept = "cuobian-installer-bench";
const usual: Readonly<Record<string, string>> = {
  ...{ kind: "tcp", host: "192.168.1.20", port: "502", path: "/dev/ttyUSB0", baud: "9600", parity: "none", stop_bits: "1" },
  ...{ unit: "1", table: "auto", address: "0", notation: "auto", count: "8", expected: "" },
};
const orders = ["ABCD", "CDAB", "BADC", "DCBA"] as const;

/** What was filled in; the writing below the form shares it. */
export const filled = (): Record<string, string> => bench.filled;

/** Kept over a change of language or theme, and over a reload. */
const bench: {
  filled: Record<string, string>;
  answer: BenchAnswer | undefined;
  wrong: Said | undefined;
  finding: LineFinding | null;
  busy: boolean;
} = { filled: { ...usual }, answer: undefined, wrong: undefined, finding: null, busy: false };
try {
  Object.assign(bench.filled, JSON.parse(localStorage.getItem(kept) || "{}"));
} catch {
  localStorage.removeItem(kept);
}

export const said = (name: string): string => bench.filled[name] || "";

export function lineFilled(): BenchLine {
  if (said("kind") === "serial")
    return {
      ...{ kind: "serial", path: said("path"), baud: Number(said("baud")) },
      ...{ parity: said("parity") as "none", stop_bits: said("stop_bits") === "2" ? 2 : 1 },
    };
  const at = { host: said("host").trim(), port: Number(said("port")) };
  return said("kind") === "rtu-tcp" ? { kind: "rtu-tcp", ...at, baud: Number(said("baud")) } : { kind: "tcp", ...at };
}

function question(): BenchQuestion {
  const [table, expected] = [said("table"), said("expected").trim()];
  return {
    line: lineFilled(),
    unit: Number(said("unit")),
    ...(table === "auto" ? {} : { table: table as "holding" }),
    address: said("address").trim(),
    notation: said("notation") as "auto",
    count: Number(said("count")),
    ...(expected === "" || !Number.isFinite(Number(expected)) ? {} : { expected: Number(expected) }),
  };
}

async function read(show: () => void): Promise<void> {
  if (state.api === undefined || bench.busy) return;
  Object.assign(bench, { busy: true, wrong: undefined, finding: null });
  localStorage.setItem(kept, JSON.stringify(bench.filled));
  show();
  try {
    bench.answer = await state.api.read(question());
    bench.finding = bench.answer.finding;
  } catch (error) {
    bench.answer = undefined;
    bench.wrong = error instanceof Refused ? error.said : { zh: String(error), en: String(error) };
    const { finding } = (error instanceof Refused ? error.also : {}) as { finding?: LineFinding };
    bench.finding = finding === undefined ? null : finding;
  }
  bench.busy = false;
  show();
}

function field(name: string, label: string, more: Record<string, string | number | boolean> = {}): HTMLElement {
  const note = (event: Event): void => {
    bench.filled[name] = (event.target as HTMLInputElement).value;
  };
  return h("label", {}, label, h("input", { name, value: said(name), autocomplete: "off", "data-key": name, input: note, ...more }));
}

function choice(name: string, label: string, choices: Readonly<Record<string, string>>, changed?: () => void): HTMLElement {
  const note = (event: Event): void => {
    bench.filled[name] = (event.target as HTMLSelectElement).value;
    if (changed !== undefined) changed();
  };
  const options = Object.entries(choices).map(([value, text]) => h("option", { value, selected: value === said(name) }, text));
  return h("label", {}, label, h("select", { name, "data-key": name, change: note }, ...options));
}

function form(show: () => void): HTMLElement {
  const { bench: words } = state.words;
  const [kind, whole] = [said("kind"), { inputmode: "numeric", pattern: "\\d+", required: true }];
  const baud = field("baud", words.baud, whole);
  const line =
    kind === "serial"
      ? [
          field("path", words.path, { required: true }),
          baud,
          choice("parity", words.parity, words.parities),
          choice("stop_bits", words.stopBits, { "1": "1", "2": "2" }),
        ]
      : [
          field("host", words.host, { inputmode: "decimal", required: true }),
          field("port", words.port, whole),
          ...(kind === "rtu-tcp" ? [baud] : []),
        ];
  const submit = (event: Event): void => {
    event.preventDefault();
    void read(show);
  };
  return h(
    "form",
    { class: "panel bench-form", submit },
    choice("kind", words.kind, words.kinds, show),
    ...line,
    field("unit", words.unit, whole),
    choice("table", words.table, words.tables),
    field("address", words.address, { required: true }),
    choice("notation", words.notation, words.notations),
    field("count", words.count, whole),
    field("expected", words.expected, { inputmode: "decimal" }),
    h("button", { type: "submit", class: "primary", "data-key": "read", disabled: bench.busy }, bench.busy ? words.reading : words.read),
  );
}

/** Seven digits say enough; what is far from one is said by its power. */
export const shortNumber = (value: number): string => {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e10) return value === 0 ? "0" : String(value);
  return size >= 1e-3 && size < 1e9 ? String(Number(value.toPrecision(7))) : value.toExponential(2);
};

function cell(row: BenchAnswer["rows"][number], order: string): HTMLElement {
  const { bench: words } = state.words;
  const parts = ["f32", "u32"].flatMap((type) => {
    const index = row.readings.findIndex((one) => one.type === type && one.order === order);
    const one = row.readings[index];
    if (one === undefined) return [];
    const best = index === row.best;
    const mark = best ? `◀ ${words.best}` : one.likely ? words.possible : "";
    return [
      h(
        "span",
        { class: best ? "reading best" : one.likely ? "reading likely" : "reading", "data-reading": `${type} ${order}`, "data-best": best },
        h("small", {}, type),
        h("b", {}, one.value === null ? words.noNumber : shortNumber(one.value)),
        mark === "" ? false : h("em", {}, mark),
      ),
    ];
  });
  return h("div", { class: "cell" }, h("small", { class: "order" }, order), ...parts);
}

function rowShown(row: BenchAnswer["rows"][number]): HTMLElement {
  const { bench: words } = state.words;
  const single = row.readings
    .filter(({ order }) => order === undefined)
    .map(({ type, value }) => `${type} ${value === null ? "—" : value}`);
  const best = row.best === null ? undefined : row.readings[row.best];
  const advice = best === undefined ? "" : `${best.type}${best.order === undefined ? "" : ` ${best.order}`} · ${inWords(best)}`;
  return h(
    "li",
    { class: "panel register", "data-register": row.zero },
    h("h3", {}, `${row.zero} = ${row.hex} = ${row.sheet}`),
    h("p", { class: "muted" }, `${words.raw} `, h("code", {}, row.raw), ` · ${single.join(" · ")}`),
    row.readings.some(({ order }) => order !== undefined) && h("div", { class: "cells" }, ...orders.map((order) => cell(row, order))),
    advice !== "" && h("p", {}, `${words.suggestion}: ${advice}`),
  );
}

function answerShown(answer: BenchAnswer): HTMLElement[] {
  const { bench: words } = state.words;
  const { asked } = answer;
  const offsets = answer.offsets.map(
    ({ offset, type, order, likely, of }) =>
      `${offset > 0 ? "+" : ""}${offset}: ${likely === 0 ? words.nothing : `${type} ${order} ${words.likely(likely, of)}`}`,
  );
  return [
    h(
      "p",
      { class: "muted", "data-asked": asked.function },
      words.asked(asked.function, asked.address, asked.count, asked.unit, answer.took_ms),
    ),
    ...(offsets.length === 0 ? [] : [h("p", { "data-offsets": true }, `${words.offsets}  ${offsets.join("   ")}`)]),
    ...(answer.twins ? [h("p", { class: "wrong" }, words.twins)] : []),
    h("ul", { class: "registers" }, ...answer.rows.map(rowShown)),
    ...(answer.bits.length === 0
      ? []
      : [
          h(
            "ul",
            { class: "sockets" },
            ...answer.bits.map(({ address, bit }) =>
              h("li", { class: bit === 1 ? "socket on" : "socket" }, h("b", {}, String(address)), h("span", {}, `${words.bit} ${bit}`)),
            ),
          ),
        ]),
  ];
}

/** What the bytes of the line prove, and the steps, the likeliest first. */
function findingShown(finding: LineFinding): HTMLElement {
  return h(
    "div",
    { class: "panel", "data-finding": finding.code },
    h("p", { class: "wrong" }, inWords(finding)),
    h("ol", {}, ...finding.todo.map((one) => h("li", {}, inWords(one)))),
  );
}

export const benchKey = (): unknown => [bench.answer, bench.wrong, bench.finding, bench.busy, said("kind")];

export function benchView(show: () => void): HTMLElement[] {
  const { bench: words } = state.words;
  return [
    h("h2", {}, words.title),
    h("p", { class: "muted" }, words.note),
    form(show),
    h(
      "div",
      { role: "alert", "data-refused": true },
      bench.finding === null
        ? h("p", { class: "wrong" }, bench.wrong === undefined ? "" : inWords(bench.wrong))
        : findingShown(bench.finding),
    ),
    ...(bench.answer === undefined ? [] : answerShown(bench.answer)),
  ];
}
