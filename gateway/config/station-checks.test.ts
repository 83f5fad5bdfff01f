// Stations that are put together from relays and meters: a good one is read and has a budget; every wrong one is named with its place, in both languages.
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { wiringOf } from "../protection/wiring.ts";
import { parseSiteConfig } from "./read.ts";
import { exampleSite } from "./reference.ts";
import { stationLoads } from "./stations.ts";
import { budgetOf, plannedLine } from "./timing.ts";

// biome-ignore lint/suspicious/noExplicitAny: a site file before it is checked may be anything
type Draft = any;

/** Four sockets of one board with a meter each, on a line of its own. */
function draft(): Draft {
  const site: Draft = parse(exampleSite());
  const meters = [1, 2, 3, 4].map((n) => ({
    id: `meter-${n}`,
    name: `电表${n}`,
    line: "line-2",
    unit: 10 + n,
    profile: "meters/pzem-004t",
  }));
  const sockets = [1, 2, 3, 4].map((n) => ({ relay: { device: "relays-1", channel: n }, meter: { device: `meter-${n}` } }));
  return {
    ...site,
    limits: [...site.limits, { id: "built", file: "e-bike-4a-built" }],
    lines: [...site.lines, { id: "line-2", kind: "serial", path: "/dev/ttyS9", baud: 9600, parity: "none", stop_bits: 1, cutoff_ms: 1500 }],
    stations: [...site.stations, { id: "diy", name: "自装棚", line: "line-2", limits: "built", sockets, labels: ["1", "2", "3", "4"] }],
    devices: [{ id: "relays-1", name: "继电器板", line: "line-2", unit: 1, profile: "relays/waveshare-8" }, ...meters],
  };
}
const read = (site: Draft) => parseSiteConfig(stringify(site), "/tmp/site.yaml");
const at = (change: (site: Draft, station: Draft) => void): Draft => {
  const site = draft();
  change(site, site.stations.at(-1));
  return site;
};

test("a good one is read, is wired, and counts in its line's budget", () => {
  const site = read(draft());
  if (site.kind === "complaints") throw new Error(JSON.stringify(site.complaints));
  const wiring = wiringOf(site);
  if (!("stations" in wiring)) throw new Error(wiring.join("\n"));
  expect(wiring.stations.at(-1)).toMatchObject({
    id: "diy",
    sockets: [1, 2, 3, 4].map((n) => ({ relay: { unit: 1, channel: n }, meter: { unit: 10 + n }, held_by: "flash", hold_ms: 4_000 })),
  });
  const { config, profiles } = site;
  const line = config.lines.find(({ id }) => id === "line-2");
  const stations = config.stations.filter((station) => station.line === "line-2");
  const loads = stationLoads(stations, { devices: config.devices ?? [], profiles });
  if (line === undefined) throw new Error("no line");
  const { devices, round_ms, allowed_ms } = budgetOf(plannedLine(line, [], loads));
  expect(devices).toBe(5); // the board, and four meters with their relays
  expect(round_ms).toBeGreaterThan(4 * 60);
  expect(allowed_ms).toBe(1500);
});

test("the shed that people build most, eight relays and eight meters at 9600, keeps its promise on one line; ten do not", () => {
  const built = (count: number) => {
    const site = draft();
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    site.devices = [
      ...["relays-1", "relays-2"].map((id, at) => ({ id, name: id, line: "line-2", unit: at + 1, profile: "relays/waveshare-8" })),
      ...numbers.map((n) => ({ id: `meter-${n}`, name: `${n}`, line: "line-2", unit: 10 + n, profile: "meters/pzem-004t" })),
    ];
    site.lines.at(-1).cutoff_ms = 1800;
    Object.assign(site.stations.at(-1), {
      labels: numbers.map(String),
      sockets: numbers.map((n) => ({
        relay: { device: n <= 8 ? "relays-1" : "relays-2", channel: ((n - 1) % 8) + 1 },
        meter: { device: `meter-${n}` },
      })),
    });
    return read(site);
  };
  const complaints = (count: number): (readonly string[])[] => {
    const got = built(count);
    return got.kind === "complaints" ? got.complaints.map(({ path, en }) => [path, en]) : [];
  };
  expect(complaints(8)).toEqual([]);
  expect(complaints(10)).toEqual([["lines[1].cutoff_ms", expect.stringMatching(/./)]]);
});

const latching = "relays/relay-4-in-4";
const shed = (contactor: object | undefined) => ({
  ...{ id: "shed-9", name: "棚", stations: ["diy"], blind_ms: 10_000, inputs: [], provenance: "按图" },
  ...(contactor === undefined ? {} : { contactor }),
  supply: { phases: [{ phase: "L1", breaker_mA: 63_000, sockets: ["diy"] }] },
});

test.each<readonly [string, Draft, string, RegExp]>([
  [
    "no such device",
    at((_, { sockets }) => (sockets[0].relay.device = "relay-1")),
    "stations[1].sockets[0].relay.device",
    /did you mean "relays-1"/,
  ],
  ["no such meter", at((_, { sockets }) => (sockets[1].meter.device = "meter-9")), "stations[1].sockets[1].meter.device", /no meter-9/],
  ["a relay too many", at((_, { sockets }) => (sockets[3].relay.channel = 9)), "stations[1].sockets[3].relay.channel", /no relay 9/],
  ["one relay twice", at((_, { sockets }) => (sockets[3].relay.channel = 1)), "stations[1].sockets[3].relay", /belongs to diy\/1/],
  ["one meter twice", at((_, { sockets }) => (sockets[2].meter.device = "meter-1")), "stations[1].sockets[2].meter", /belongs to diy\/1/],
  ["another line", at(({ devices }) => (devices[1].line = "line-1")), "stations[1].sockets[0].meter.device", /must be on one line/],
  [
    "a meter as relay",
    at((_, { sockets }) => (sockets[0].relay.device = "meter-1")),
    "stations[1].sockets[0].relay.device",
    /has no relays/,
  ],
  [
    "a board as meter",
    at((_, { sockets }) => (sockets[0].meter.device = "relays-1")),
    "stations[1].sockets[0].meter.device",
    /neither protect nor bill/,
  ],
  ["a channel that is not", at((_, { sockets }) => (sockets[0].meter.channel = 2)), "stations[1].sockets[0].meter.channel", /no channel 2/],
  ["labels", at((_, station) => station.labels.pop()), "stations[1].labels", /diy has 4 sockets, and there are 3 labels/],
  ["no sockets", at((_, station) => Object.assign(station, { sockets: [], labels: [] })), "stations[1].sockets", /without sockets/],
  ["limits that lean on temperature", at((_, station) => (station.limits = "e-bike")), "stations[1].limits", /has no temperature_mC/],
  ["both kinds", at((_, station) => (station.unit = 3)), "stations[1].sockets", /no such key/],
  [
    "a board that latches",
    at(({ devices }) => (devices[0].profile = latching)),
    "stations[1].sockets[0].relay.device",
    /does not open by itself/,
  ],
  [
    "a board that latches in a shed without a contactor",
    at((site) => {
      site.devices[0].profile = latching;
      site.sheds = [shed(undefined)];
    }),
    "stations[1].sockets[0].relay.device",
    /a shed with a contactor/,
  ],
  ["a relay board as a station", at((site) => (site.stations[0].profile = "relays/waveshare-8")), "stations[0].profile", /sockets:/],
  [
    "the contactor's relay",
    at((site) => (site.sheds = [shed({ device: "relays-1", relay: 1, held_by: "flash" })])),
    "stations[1].sockets[0].relay",
    /belongs to shed-9/,
  ],
  ["too slow a line", at((site) => (site.lines.at(-1).cutoff_ms = 200)), "lines[1].cutoff_ms", /./],
])("%s is refused", (_, site, path, words) => {
  const got = read(site);
  const complaints = got.kind === "complaints" ? got.complaints : [];
  const found = complaints.find((one) => one.path === path && words.test(one.en));
  expect(found, JSON.stringify(complaints.map(({ path: where, en }) => [where, en]))).toBeDefined();
  expect(found?.zh).toMatch(/[一-鿿]/);
});

test("a board that latches serves below a contactor that falls by itself", () => {
  const site = draft();
  site.devices[0].profile = latching;
  site.devices.push({ id: "io-1", name: "板", line: "line-2", unit: 2, profile: "relays/waveshare-8-in-8" });
  site.sheds = [shed({ device: "io-1", relay: 1, held_by: "flash" })];
  const got = read(site);
  expect(got.kind === "complaints" ? got.complaints.map(({ path, en }) => [path, en]) : []).toEqual([]);
});
