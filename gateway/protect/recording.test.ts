// Recorded samples as people and programs write them; what cannot be meant is said by line and column.
import { describe, expect, test } from "vitest";
import { readRecording } from "./recording.ts";

const read = (text: string, wishes: Parameters<typeof readRecording>[1] = {}) => {
  const recording = readRecording(text, wishes);
  if (recording.kind === "no-recording") throw new Error(JSON.stringify(recording.complaints));
  return recording;
};
const first = (text: string) => read(text).stations[0]?.moments[0];
const complaints = (text: string) => {
  const recording = readRecording(text);
  return recording.kind === "no-recording" ? recording.complaints.map(({ line, column, en }) => `${line} ${column}: ${en}`) : [];
};

describe("quantities", () => {
  test.each<[string, string, string, unknown]>([
    ["current_A", "2.5", "current_mA", 2_500],
    ["current_mA", "2500", "current_mA", 2_500],
    ["current_A", "0.0015", "current_mA", 1.5],
    ["current_A", "1e-3", "current_mA", 1],
    ["current_A", "-0.2", "current_mA", -200],
    ["current_A", "", "current_mA", "absent"],
    ["current_A", "NaN", "current_mA", "absent"],
    ["current_A", "null", "current_mA", "absent"],
    ["current_A", "-", "current_mA", "absent"],
  ])("%s of %j is %s %j", (name, cell, point, value) => {
    expect(first(`time,${name},x\n0,${cell},`.replace(",x", "").replace(/,$/, ""))?.sockets.get(0)).toMatchObject({ [point]: value });
  });
  test("units of every quantity, and what has no column is not measured", () => {
    const moment = first(
      "time,current_A,voltage_V,power_kW,temperature_C,energy_kWh,residual_mA,relay_closed,plugged,smoke,leakage_mA\n0,1,220,0.2,31.5,1.5,12,合,否,1,300",
    );
    expect(moment).toMatchObject({ smoke: true, leakage_mA: 300 });
    expect(moment?.sockets.get(0)).toEqual({
      current_mA: 1_000,
      voltage_mV: 220_000,
      power_mW: 200_000,
      temperature_mC: 31_500,
      energy_mWh: 1_500_000,
      residual_mA: 12,
      relay_closed: true,
      plugged: false,
      request_seq: "not-offered",
      request_card: "not-offered",
    });
    expect(first("time,current_A\n0,1")).toMatchObject({ smoke: "not-offered", leakage_mA: "not-offered" });
    expect(first("time,current_A\n0,1")?.sockets.get(0)).toMatchObject({ voltage_mV: "not-offered", relay_closed: "not-offered" });
  });
});

describe("times", () => {
  test.each<[string, string, string, number]>([
    ["seconds", "100", "100.25", 250],
    ["a clock", "08:11:00", "08:11:01.500", 1_500],
    ["a clock without seconds", "08:11", "08:12", 60_000],
    ["a date", "2026-01-10T20:15:00", "2026-01-10T20:15:02.040", 2_040],
    ["a date with slashes", "2026/01/10 20:15:00", "2026/01/10 20:15:01", 1_000],
    ["another zone", "2026-01-10T12:15:00Z", "2026-01-10T20:15:03+08:00", 3_000],
    ["past midnight, with dates", "2026-01-10T23:59:59", "2026-01-11T00:00:01", 2_000],
  ])("%s", (_, from, to, ms) => expect(read(`time,current_A\n${from},1\n${to},1`).stations[0]?.moments[1]?.ms).toBe(ms));
  test("milliseconds", () => expect(read("time_ms,current_A\n1700000000000,1\n1700000000123,1").stations[0]?.moments[1]?.ms).toBe(123));
});

describe("several sockets", () => {
  test("by their columns", () => {
    const recording = read("time,current_A@1,current_A@3\n0,1,3\n1,2,");
    expect(recording.stations).toMatchObject([{ sockets: 3 }]);
    const [zero, one] = recording.stations[0]?.moments ?? [];
    expect([...(zero?.sockets ?? [])].map(([index, sample]) => [index, sample.current_mA])).toEqual([
      [0, 1_000],
      [2, 3_000],
    ]);
    expect(one?.sockets.get(2)?.current_mA).toBe("absent");
  });
  test("by a column: rows of one time are one moment; stations are apart", () => {
    const { stations } = read("time,socket,current_A\n0,station-1/1,1\n0,station-1/2,2\n0,station-2/1,3\n1,station-1/1,4");
    expect(stations.map(({ id, sockets, moments }) => [id, sockets, moments.map(({ sockets: own }) => [...own.keys()])])).toEqual([
      ["station-1", 2, [[0, 1], [0]]],
      ["station-2", 1, [[0]]],
    ]);
  });
});

test("what a person did stands in a column, remarks begin with #", () => {
  const recording = read("# a night\ntime,current_A,relay_closed,event\n0,0,0,energise\n1,1,1,\n2,1,1,release");
  expect(recording).toMatchObject({ relayRecorded: true, eventsRecorded: true });
  expect(recording.stations[0]?.moments.map(({ events }) => events)).toEqual([
    [{ socket: 0, what: "energise" }],
    [],
    [{ socket: 0, what: "release" }],
  ]);
});

describe("out of order", () => {
  const text = "time,current_A\n0,1\n5,2\n3,3\n6,4";
  test("is refused by its line", () =>
    expect(complaints(text)).toEqual([expect.stringMatching(/^4 time: is before the row above; .*--sort/)]));
  test("is sorted when told so, and says so", () => {
    const recording = read(text, { sort: true });
    expect(recording.stations[0]?.moments.map(({ ms }) => ms)).toEqual([0, 3_000, 5_000, 6_000]);
    expect(recording.notes).toEqual([expect.stringMatching(/1 rows were out of order/)]);
  });
  test("a clock past midnight is told to write the date", () =>
    expect(complaints("time,current_A\n23:59:59,1\n00:00:01,1")).toEqual([expect.stringMatching(/past midnight write the date/)]));
});

test.each<[string, string, RegExp]>([
  ["no unit", "time,current\n0,1", /^1 current: unknown column; did you mean current_A、current_mA\?/],
  ["a typing error", "time,curent_A\n0,1", /^1 curent_A: unknown column; did you mean current_A/],
  ["no time", "current_A\n1", /^1 time: one column time or time_ms is needed/],
  ["no current", "time,voltage_V\n0,1", /^1 current_A: a column of current is needed/],
  ["twice the same", "time,current_A,current_mA\n0,1,1", /two columns of the same quantity/],
  ["a cell that is no number", "time,current_A\n0,1\n1,2.O", /^3 current_A: "2\.O" should be a number/],
  ["a relay that is neither", "time,current_A,relay_closed\n0,1,2", /^2 relay_closed: "2" should be 1 or 0/],
  ["no such time", "time,current_A\n25:00:00,1", /^2 time: "25:00:00" is no time/],
  ["no such day", "time,current_A\n2026-02-30T00:00:00,1", /is no time/],
  ["no such socket", "time,socket,current_A\n0,0,1", /^2 socket: write 3 or station-1\/3/],
  ["two rows of one time", "time,current_A\n0,1\n0,2", /^3 time: socket 1 has a row of this time already \(line 2\)/],
  ["smoke of a socket", "time,current_A,smoke@2\n0,1,0", /is of the station: without @/],
  ["an event that is none", "time,current_A,event\n0,1,dance", /^2 event: "dance" is none of energise, release, reset/],
  ["nothing", "", /^1 time: the file is empty/],
  ["no rows", "time,current_A\n", /there are no rows of samples/],
])("%s is said", (_, text, words) => expect(complaints(text).join("\n")).toMatch(words));
