// Sheds of a site file: a good one is read; every wrong one is named with its place, in both languages, with what to do.
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { wiringOf } from "../protection/wiring.ts";
import { parseSiteConfig } from "./read.ts";
import { exampleSite } from "./reference.ts";
import { aboveLoads } from "./shed-loads.ts";
import { budgetOf, plannedLine } from "./timing.ts";

// biome-ignore lint/suspicious/noExplicitAny: a site file before it is checked may be anything
type Draft = any;

/** The example site with a second station, a board, a meter, a shed and a transformer. */
function draft(): Draft {
  const site: Draft = parse(exampleSite());
  const [station] = site.stations;
  const inputs = ["smoke", "heat", "panel"].map((kind, at) => ({
    ...{ id: `${kind}-1`, name: kind, kind, device: "io-1", point: "input_closed", channel: at + 1, active: 0 },
  }));
  const phases = (
    [
      ["L1", [1, 2, 3, 4]],
      ["L2", [5, 6, 7]],
      ["L3", [8, 9, 10]],
    ] as const
  ).map(([phase, numbers]) => ({
    phase,
    breaker_mA: 63_000,
    sockets: ["station-1", "station-2"].flatMap((id) => numbers.map((n) => `${id}/${n}`)),
  }));
  return {
    ...site,
    stations: [station, { ...station, id: "station-2", unit: 2, ...(station.labels === undefined ? {} : { labels: undefined }) }],
    devices: [
      { id: "io-1", name: "输入输出板", line: "line-1", unit: 11, profile: "relays/waveshare-8-in-8" },
      { id: "meter-1", name: "进线电表", line: "line-1", unit: 21, profile: "meters/power-room" },
    ],
    sheds: [
      {
        ...{ id: "shed-1", name: "1号棚", stations: ["station-1", "station-2"], blind_ms: 10_000, inputs },
        contactor: { device: "io-1", relay: 1, held_by: "flash" },
        supply: { phases, power_mW: 20_000_000, transformer: "transformer-1" },
        groups: [{ id: "bay-a", name: "A 区", sockets: ["station-1"], breaker_mA: 40_000, priority: 3 }],
        meter: {
          device: "meter-1",
          power: "power_mW",
          current_l1: "current_l1_mA",
          residual: "residual_current_mA",
          residual_alarm_mA: 300,
        },
        provenance: "按配电图",
      },
    ],
    transformers: [{ id: "transformer-1", name: "1号变压器", limit_mW: 200_000_000, meter: { device: "meter-1", power: "power_mW" } }],
  };
}
const read = (site: Draft) => parseSiteConfig(stringify(site), "/tmp/site.yaml");
const complaintsOf = (site: Draft) => {
  const got = read(site);
  return got.kind === "complaints" ? got.complaints.map(({ path, en, zh }) => ({ path, en, zh })) : [];
};

test("a whole shed is read, and wired: budgets of group, phases, shed and transformer, each with its own limit and meter", () => {
  const site = read(draft());
  if (site.kind === "complaints") throw new Error(JSON.stringify(site.complaints));
  const wiring = wiringOf(site);
  if (!("sheds" in wiring)) throw new Error(wiring.join("\n"));
  const { budgets, boards, coils, meters, priorities } = wiring.sheds;
  expect(budgets.map(({ id, kind, unit, limit, sockets }) => [id, kind, unit, limit, sockets.size])).toEqual([
    ["shed-1/bay-a", "group", "mA", 32_000, 10],
    ["shed-1/L1", "phase", "mA", 50_400, 8],
    ["shed-1/L2", "phase", "mA", 50_400, 6],
    ["shed-1/L3", "phase", "mA", 50_400, 6],
    ["shed-1", "shed", "mW", 20_000_000, 20],
    ["transformer-1", "transformer", "mW", 200_000_000, 20],
  ]);
  expect([...meters.keys()]).toEqual(["shed-1/L1", "shed-1", "transformer-1"]);
  expect([priorities.get("station-1/3"), priorities.get("station-2/3")]).toEqual([3, undefined]);
  expect(boards.map(({ id, wanted }) => [id, wanted.length])).toEqual(
    [
      ["meter-1", expect.any(Number)],
      ["io-1", 4],
    ].sort(),
  );
  expect(coils).toMatchObject([{ id: "shed-1:contactor", line: "line-1", relay: 1, held_by: "flash", hold_ms: 4_000 }]);
});

const at = (change: (site: Draft) => void): Draft => {
  const site = draft();
  change(site);
  return site;
};
const shed = (change: (one: Draft) => void): Draft => at((site) => change(site.sheds[0]));

test.each([
  ["a station that does not exist", shed((s) => (s.stations[1] = "station-9")), "sheds[0].stations[1]", /no such station: station-9/],
  [
    "a station in two sheds",
    at((site) => site.sheds.push({ ...site.sheds[0], id: "shed-2", stations: ["station-1"], contactor: undefined, meter: undefined })),
    "sheds[1].stations[0]",
    /station-1 is in shed shed-1 already/,
  ],
  [
    "no station at all",
    shed((s) => Object.assign(s, { stations: [], groups: [], supply: { phases: [] } })),
    "sheds[0].stations",
    /protects nothing/,
  ],
  [
    "an input on no device",
    shed((s) => (s.inputs[0].device = "io-9")),
    "sheds[0].inputs[0].device",
    /no such device: io-9; did you mean "io-1"/,
  ],
  [
    "an input whose profile has no such point",
    shed((s) => (s.inputs[0].point = "input_open")),
    "sheds[0].inputs[0].point",
    /has no point input_open; it has: /,
  ],
  ["a channel too high", shed((s) => (s.inputs[1].channel = 9)), "sheds[0].inputs[1].channel", /no channel 9 \(it has 8\)/],
  ["a channel not said", shed((s) => delete s.inputs[1].channel), "sheds[0].inputs[1].channel", /has 8 channels: say which/],
  [
    "a register without its bit",
    shed((s) => Object.assign(s.inputs[2], { device: "meter-1", point: "inputs", channel: undefined })),
    "sheds[0].inputs[2].bit",
    /is a register: say which bit/,
  ],
  [
    "a bit that is not there",
    shed((s) => Object.assign(s.inputs[2], { device: "meter-1", point: "inputs", channel: undefined, bit: "flame" })),
    "sheds[0].inputs[2].bit",
    /has no bit flame; it has: /,
  ],
  ["an input twice", shed((s) => (s.inputs[1].id = "smoke-1")), "sheds[0].inputs[1].id", /input id twice: smoke-1/],
  ["an input called like a station", shed((s) => (s.inputs[1].id = "station-1")), "sheds[0].inputs[1].id", /called like a station/],
  ["an unknown kind of input", shed((s) => (s.inputs[0].kind = "smok")), "sheds[0].inputs[0].kind", /did you mean "smoke"/],
  [
    "a contactor on a board that does not open by itself",
    at((site) => {
      site.devices.push({ ...site.devices[0], id: "io-2", unit: 12, profile: "relays/relay-4-in-4" });
      site.sheds[0].contactor.device = "io-2";
    }),
    "sheds[0].contactor.device",
    /does not open by itself.*hardware watchdog.*held_by: watchdog/,
  ],
  [
    "a hardware watchdog without a name",
    shed((s) => (s.contactor.held_by = "watchdog")),
    "sheds[0].contactor.watchdog",
    /needs the hardware named/,
  ],
  ["a relay that the board does not have", shed((s) => (s.contactor.relay = 9)), "sheds[0].contactor.relay", /no relay 9 \(it has 8\)/],
  ["a contactor on a meter", shed((s) => (s.contactor.device = "meter-1")), "sheds[0].contactor.device", /has no relays/],
  [
    "one relay for two sheds",
    at((site) => {
      site.sheds[0].stations = ["station-1"];
      site.sheds.push({ ...structuredClone(site.sheds[0]), id: "shed-2", stations: ["station-2"] });
    }),
    "sheds[1].contactor.relay",
    /io-1 relay 1 is used by shed shed-1 already/,
  ],
  ["a socket on no phase", shed((s) => s.supply.phases.pop()), "sheds[0].supply.phases", /no phase is written for station-1\/8/],
  [
    "a socket on two phases",
    shed((s) => s.supply.phases[1].sockets.push("station-1/1")),
    "sheds[0].supply.phases[1].sockets",
    /station-1\/1 hangs on L1 already/,
  ],
  ["a phase twice", shed((s) => (s.supply.phases[1].phase = "L1")), "sheds[0].supply.phases[1].phase", /phase twice: L1/],
  [
    "a socket that the station does not have",
    shed((s) => (s.supply.phases[2].sockets[2] = "station-1/11")),
    "sheds[0].supply.phases[2].sockets[2]",
    /station-1 has 10 sockets/,
  ],
  [
    "a socket of another shed",
    shed((s) => (s.groups[0].sockets = ["station-3/1"])),
    "sheds[0].groups[0].sockets[0]",
    /station-3 is not in this shed/,
  ],
  [
    "a socket in two groups",
    shed((s) => s.groups.push({ id: "bay-b", name: "B", sockets: ["station-1/3"] })),
    "sheds[0].groups[1].sockets",
    /station-1\/3 is in group bay-a already/,
  ],
  [
    "a transformer that does not exist",
    shed((s) => (s.supply.transformer = "transformer-2")),
    "sheds[0].supply.transformer",
    /no such transformer/,
  ],
  ["a meter without such a point", shed((s) => (s.meter.power = "power_kW")), "sheds[0].meter.power", /has no point power_kW/],
  ["a meter's value in another unit", shed((s) => (s.meter.power = "current_l1_mA")), "sheds[0].meter.power", /is not counted in mW/],
  [
    "a residual current without its alarm",
    shed((s) => delete s.meter.residual_alarm_mA),
    "sheds[0].meter.residual_alarm_mA",
    /are written together/,
  ],
  [
    "a residual alarm of shock protection",
    shed((s) => (s.meter.residual_alarm_mA = 30)),
    "sheds[0].meter.residual_alarm_mA",
    /30 is outside 300 to 500/,
  ],
  ["a blind time beyond its bound", shed((s) => (s.blind_ms = 60_000)), "sheds[0].blind_ms", /outside 3000 to 30000/],
  ["a device on no line", at((site) => (site.devices[0].line = "line-7")), "devices[0].line", /no such line/],
  ["a device at a station's address", at((site) => (site.devices[0].unit = 1)), "devices[0].unit", /unit on one line twice/],
  ["a device called like a station", at((site) => (site.devices[0].id = "station-1")), "devices[0].id", /called like a station/],
  ["a profile that is none", at((site) => (site.devices[0].profile = "relays/waveshare-9")), "devices[0].profile", /no device profile/],
])("%s is named with its place", (_what, site, path, said) => {
  const found = complaintsOf(site);
  const complaint = found.find((one) => one.path === path && said.test(one.en));
  expect(complaint, JSON.stringify(found, null, 1)).toBeDefined();
  expect(complaint?.zh).toMatch(/[一-鿿]/);
});

test("the good one has none of these complaints", () => expect(complaintsOf(draft())).toEqual([]));

test("named hardware makes a board without flash-on fit; without readback it needs a feedback contact", () => {
  const site = at((one) => {
    one.devices.push({ ...one.devices[0], id: "io-2", unit: 12, profile: "relays/relay-4-in-4" });
    Object.assign(one.sheds[0].contactor, { device: "io-2", held_by: "watchdog", watchdog: "脉冲看门狗，3 秒释放" });
  });
  expect(complaintsOf(site)).toEqual([]);
});

test("boards, pulses and coils count in the line's round, and a line that cannot carry them is refused with the remedy", () => {
  const site = read(draft());
  if (site.kind === "complaints") throw new Error(JSON.stringify(site.complaints));
  const { config, profiles } = site;
  const { devices = [], sheds = [], transformers = [] } = config;
  const [line] = config.lines;
  const stations = config.stations.flatMap((station) => ("profile" in station ? (profiles.get(station.profile) ?? []) : []));
  if (line === undefined) throw new Error("no line");
  const bare = budgetOf(plannedLine(line, stations));
  const whole = budgetOf(plannedLine(line, stations, aboveLoads(line.id, { devices, sheds, transformers, profiles })));
  expect(whole.devices).toBe(bare.devices + 3); // board, meter, coil
  expect(whole.round_ms).toBeGreaterThan(bare.round_ms + 60);
  const slow = at((one) => {
    one.lines[0].cutoff_ms = Math.ceil((bare.round_ms + whole.round_ms) / 2);
  });
  expect(complaintsOf(slow)).toMatchObject([{ path: "lines[0].cutoff_ms", en: expect.stringMatching(/need .* s a round, promised/) }]);
});
