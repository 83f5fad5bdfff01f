// The first line and the first device: a scan with its progress, what to look at when nobody answers, and one reading by the device's model before it is kept.
import type { BenchLine, LineFinding } from "#protocols/api/installer.ts";
import type { SetupTested } from "#protocols/api/setup.ts";
import { element as h } from "../booth/elements.ts";
import { progress } from "../booth/progress.ts";
import { findShown } from "./setup-find.ts";
import { inWords, state, value } from "./setup-state.ts";
import { buttons, choice, complaintOf, field, group, head, pair, type Show, taken, working } from "./setup-steps.ts";
import { zh } from "./setup-words.ts";

const bauds = ["9600", "19200", "4800", "38400", "57600", "115200", "2400", "1200"];
const ask_ms = 500;

function lineTyped(): BenchLine {
  const kind = value("kind");
  const baud = Number(value("baud"));
  if (kind === "serial")
    return { kind, path: value("path").trim(), baud, parity: value("parity") as "none", stop_bits: value("stop_bits") === "2" ? 2 : 1 };
  const at = { host: value("host").trim(), port: Number(value("port")) };
  return kind === "rtu-tcp" ? { kind, ...at, baud } : { kind: "tcp", ...at };
}

async function scan(show: Show): Promise<void> {
  const { api } = state;
  if (api === undefined) return;
  await working(show, async () => {
    state.scan = await api.scan({ line: lineTyped() });
  });
  while (state.scan?.running === true) {
    await new Promise((next) => setTimeout(next, ask_ms));
    try {
      state.scan = await api.scanned();
    } catch {
      // it goes on; the next look tells
    }
    show();
  }
}

const again = (show: Show, typed: Record<string, string>, label: string): HTMLElement =>
  h(
    "button",
    {
      type: "button",
      "data-key": `again ${label}`,
      click: () => {
        Object.assign(state.typed, typed);
        void scan(show);
      },
    },
    label,
  );

/** What the line's bytes prove, else what is to be looked at one after the other. */
function checklist(show: Show, finding: LineFinding | null): HTMLElement {
  const { device: words } = state.words;
  const others = bauds.filter((one) => one !== value("baud")).slice(0, 3);
  const parity = value("parity") === "even" ? "none" : "even";
  return h(
    "div",
    { "data-nothing": true },
    h("p", { class: "wrong" }, finding === null ? words.nothing : inWords(finding)),
    h("ol", {}, ...(finding === null ? words.checks : finding.todo.map(inWords)).map((text) => h("li", {}, text))),
    h(
      "p",
      { class: "does" },
      ...others.map((baud) => again(show, { baud }, words.tryBaud(baud))),
      value("kind") === "serial" && again(show, { parity }, words.tryParity(words.parities[parity] || parity)),
    ),
  );
}

function scanShown(show: Show): HTMLElement[] {
  const { device: words } = state.words;
  const now = state.scan;
  if (now === undefined) return [];
  const stop = (): void => {
    const { api } = state;
    if (api !== undefined)
      void api.stopScan().then(
        (stopped) => {
          state.scan = stopped;
          show();
        },
        () => undefined,
      );
  };
  const use = (unit: number) => (): void => {
    state.typed.unit = String(unit);
    show();
  };
  return [
    h(
      "div",
      { "data-scan": now.running ? "running" : "over" },
      progress(
        { done: now.done, of: now.of, ran_ms: now.running ? now.ran_ms : null, unit: "steps" },
        {
          ...{ label: words.scan, english: state.words !== zh, more: [`${words.found} ${now.found.length}`] },
          ...(now.running ? { stop: { label: words.stop, click: stop } } : {}),
        },
      ),
    ),
    ...(now.trouble === null ? [] : [h("p", { class: "wrong", role: "alert" }, inWords(now.trouble))]),
    h(
      "ul",
      { class: "found" },
      ...now.found.map(({ unit, odd }) =>
        h(
          "li",
          { "data-found-unit": unit },
          h("b", {}, `${words.unit} ${unit}`),
          odd
            ? h("span", { class: "wrong" }, words.odd)
            : h("button", { type: "button", "data-key": `use ${unit}`, click: use(unit) }, words.use),
        ),
      ),
    ),
    ...(!now.running && now.trouble === null && (now.found.length === 0 || now.finding !== null) ? [checklist(show, now.finding)] : []),
  ];
}

const unitsShown: readonly (readonly [ending: RegExp, unit: string, divide: number])[] = [
  [/_mV$/, "V", 1_000],
  [/_mA$/, "A", 1_000],
  [/_mW$/, "W", 1_000],
  [/_mWh$/, "kWh", 1_000_000],
  [/_mC$/, "°C", 1_000],
  [/_mHz$/, "Hz", 1_000],
  [/_permille$/, "‰", 1],
  [/_ms$/, "ms", 1],
];

function valueText(name: string, number: number | null): string {
  if (number === null) return state.words.device.none;
  const known = unitsShown.find(([ending]) => ending.test(name.split("@")[0] || name));
  return known === undefined ? String(number) : `${Number((number / known[2]).toPrecision(6))} ${known[1]}`;
}

function testedShown({ values, took_ms, unanswered }: SetupTested): HTMLElement {
  return h(
    "div",
    { class: "panel", "data-tested": values.length },
    h("p", {}, state.words.device.tested(values.length, took_ms, unanswered)),
    h(
      "dl",
      { class: "values" },
      ...values.map((one) =>
        h("div", {}, h("dt", {}, inWords(one)), h("dd", { class: one.good ? "" : "muted" }, valueText(one.name, one.value))),
      ),
    ),
  );
}

function lineFields(show: Show): HTMLElement[] {
  const { device: words } = state.words;
  const kind = value("kind");
  const known = state.known;
  const ports = known === undefined ? [] : known.machine.serial;
  const baud = choice("baud", words.baud, Object.fromEntries(bauds.map((one) => [one, one])), show);
  if (kind !== "serial")
    return [
      pair(field("host", words.host, { inputmode: "decimal" }), field("port", words.port, { inputmode: "numeric" })),
      ...(kind === "rtu-tcp" ? [baud] : []),
    ];
  return [
    field("path", words.path, { list: "ports", placeholder: ports[0] || "/dev/ttyUSB0" }),
    h("datalist", { id: "ports" }, ...ports.map((path) => h("option", { value: path }))),
    ...(ports.length === 0 ? [h("p", { class: "muted" }, words.noPort)] : []),
    h(
      "div",
      { class: "pair three" },
      baud,
      choice("parity", words.parity, words.parities, show),
      choice("stop_bits", words.stopBits, { "1": "1", "2": "2" }),
    ),
  ];
}

export function deviceStep(show: Show): HTMLElement[] {
  const { device: words } = state.words;
  const { api, known } = state;
  if (api === undefined || known === undefined) return [];
  const model = known.profiles.find(({ id }) => id === value("profile"));
  const send = async (): Promise<void> => {
    const { line } = { line: lineTyped() };
    const device = {
      profile: value("profile"),
      unit: Number(value("unit")),
      name: value("device").trim() || words.name,
      limits: value("limits"),
    };
    taken(await api.give({ step: "device", answers: { line, device } }), "lanes");
  };
  const skip = (): Promise<void> =>
    working(show, async () => taken(await api.give({ step: "device", answers: { line: null, device: null } }), "lanes"));
  const test = (): Promise<void> =>
    working(show, async () => {
      state.tested = undefined;
      state.tested = await api.test({ line: lineTyped(), unit: Number(value("unit")), profile: value("profile") });
    });
  const submit = (event: Event): void => {
    event.preventDefault();
    void working(show, send);
  };
  const scanning = state.scan?.running === true;
  return [
    head(words.title, words.note),
    h(
      "form",
      { class: "panel setup-form", novalidate: true, submit },
      group(
        words.line,
        choice("kind", words.kind, words.kinds, show),
        ...lineFields(show),
        complaintOf("line"),
        h(
          "p",
          { class: "does" },
          h("button", { type: "button", "data-key": "scan", disabled: state.busy || scanning, click: () => void scan(show) }, words.scan),
        ),
        ...scanShown(show),
      ),
      group(
        words.first,
        choice("profile", words.profile, Object.fromEntries(known.profiles.map(({ id, name }) => [id, `${id} · ${name}`])), show),
        pair(field("unit", words.unit, { inputmode: "numeric" }), field("device", words.name, {})),
        model?.station === true ? choice("limits", words.limits, Object.fromEntries(known.limits.map((one) => [one, one]))) : false,
        h(
          "p",
          { class: "does" },
          h(
            "button",
            { type: "button", "data-key": "test", disabled: state.busy || scanning, click: () => void test() },
            state.busy ? words.testing : words.test,
          ),
        ),
        ...(state.tested === undefined ? [] : [testedShown(state.tested)]),
      ),
      buttons(
        "device",
        show,
        h("button", { type: "button", "data-key": "skip", disabled: state.busy, click: () => void skip() }, words.skip),
      ),
    ),
    findShown(show),
  ];
}
