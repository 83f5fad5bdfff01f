// The contract of a line of DL/T 645 meters, held against simulated ones: in told time over bytes cut anywhere, and once over TCP. A pseudo-terminal: dlt645-serial.process.test.ts.
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { bytesOf } from "#protocols/frames/bytes.ts";
import type { DeviceFault } from "#protocols/vocabulary/faults.ts";
import { Dlt645Meter } from "#sim/piles/dlt645-meter.ts";
import { toldClock } from "#test/told-clock.ts";
import { meterStep } from "../../core/charging/meter.ts";
import { machineClock } from "../../world/clock.ts";
import { machineDevices } from "../../world/devices.ts";
import { answersWithin_ms, dlt645Line, type ItemReading, openDlt645 } from "./dlt645-line.ts";

const [one, other] = ["202107072529", "000000000042"];
const timing = { baud: 2400 };

function bench() {
  const clock = toldClock();
  let toUs: (bytes: Uint8Array) => void = () => undefined;
  let gone: (why: string) => void = () => undefined;
  /** How the line cuts what meters say. */
  let cut = (bytes: Uint8Array): Uint8Array[] => [bytes];
  const write = (bytes: Uint8Array): void => {
    for (const piece of cut(bytes)) toUs(piece);
  };
  const meters = [one, other].map((address) => new Dlt645Meter({ address, write }));
  const asked: number[] = [];
  const line = dlt645Line({
    clock,
    timing,
    line: {
      write: (bytes) => {
        asked.push(clock.monotonic());
        for (const meter of meters) meter.hear(bytes);
      },
      onBytes: (listener) => {
        toUs = listener;
      },
      onClose: (listener) => {
        gone = listener;
      },
      close: () => undefined,
    },
  });
  const answers: (ItemReading | DeviceFault | string)[] = [];
  return {
    ...{ clock, line, answers, asked, meter: meters[0] as Dlt645Meter, second: meters[1] as Dlt645Meter },
    say: (bytes: Uint8Array) => toUs(bytes),
    gone: (why: string) => gone(why),
    cut: (how: typeof cut) => {
      cut = how;
    },
    answer: (answer: ItemReading | DeviceFault | string) => void answers.push(answer),
  };
}

test("each value of its own meter, in thousandths, with the time of its first byte; absent is null and never 0", () => {
  const site = bench();
  site.meter.power_mW = 480_000;
  site.meter.advance(3_600_000);
  for (const item of ["00010000", "00000000", "02010100", "02020100", "02030000"] as const) site.line.read(one, item, site.answer);
  site.second.power_mW = null;
  site.line.read(other, "02030000", site.answer);
  expect(site.answers.map((answer) => (typeof answer === "object" && answer.kind === "reading" ? answer.value : answer))).toEqual([
    { item: "00010000", energy_mWh: 480_000 },
    { item: "00000000", energy_mWh: 480_000 },
    { item: "02010100", voltage_mV: 220_000 },
    { item: "02020100", current_mA: 2182 },
    { item: "02030000", power_mW: 480_000 },
    { item: "02030000", power_mW: null },
  ]);
  expect(site.answers[0]).toMatchObject({ address: one, seen: site.clock.monotonic() });
});

test("its answer cut at each byte, behind noise, with any number of wake-up bytes, after an echo: the same reading", () => {
  let ways = 0;
  for (const preamble of [0, 1, 4, 8])
    for (let at = 1; at < 20 + preamble; at += 1) {
      const site = bench();
      site.meter.energy_mWh = 123_450_000;
      site.meter.preamble = preamble;
      site.cut((bytes) => [bytesOf("00 68 FF 16"), bytes.subarray(0, at), bytes.subarray(at)]);
      site.line.read(one, "00010000", site.answer);
      // Where the noise looks like the beginning of a frame, silence ends it.
      site.clock.advance(answersWithin_ms(timing));
      expect(site.answers).toMatchObject([{ kind: "reading", value: { energy_mWh: 123_450_000 } }]);
      expect(site.asked).toHaveLength(1);
      ways += 1;
    }
  expect(ways).toBe(89);
});

test.each([
  [
    "mute",
    (meter: Dlt645Meter) => {
      meter.mute = true;
    },
  ],
  [
    "a wrong sum",
    (meter: Dlt645Meter) => {
      meter.badSum = true;
    },
  ],
  [
    "another's name",
    (meter: Dlt645Meter) => {
      meter.says = "999999999998";
    },
  ],
] as const)("%s: asked once more, then a fault, and the next meter is not starved", (_, wrong) => {
  const site = bench();
  wrong(site.meter);
  site.line.read(one, "00010000", site.answer);
  site.line.read(other, "00010000", site.answer);
  site.clock.advance(3 * answersWithin_ms(timing) + 1_000);
  expect(site.answers).toMatchObject([
    { kind: "device-fault", code: "timeout" },
    { kind: "reading", address: other },
  ]);
  expect(site.asked).toHaveLength(3);
});

test("an answer that comes when nobody waits is nobody's: a late one is not the next question's value", () => {
  const site = bench();
  site.meter.energy_mWh = 10_000;
  let late: Uint8Array | undefined;
  site.cut((bytes) => {
    late = bytes;
    return [];
  });
  site.line.read(one, "00010000", site.answer);
  site.clock.advance(answersWithin_ms(timing));
  // In the quiet after the time-out.
  site.clock.advance(50);
  site.say(late as Uint8Array);
  expect(site.answers).toEqual([]);
  site.meter.energy_mWh = 20_000;
  site.cut((bytes) => [bytes]);
  site.clock.advance(1_000);
  expect(site.answers).toMatchObject([{ value: { energy_mWh: 20_000 } }]);
});

test("a refusal is a fault that names it; a closed line says so to all that wait, and to whoever asks after", () => {
  const site = bench();
  site.meter.refuses = 2;
  site.line.read(one, "00010000", site.answer);
  expect(site.answers).toMatchObject([{ code: "exception" }]);
  site.meter.mute = true;
  site.line.read(one, "00010000", site.answer);
  site.line.read(other, "00010000", site.answer);
  site.gone("pulled");
  site.line.read(one, "00010000", site.answer);
  expect(site.answers.slice(1)).toMatchObject([{ code: "closed" }, { code: "closed" }, { code: "closed" }]);
  expect(site.clock.waiting()).toBe(0);
});

test("energy of a session from its counter: whole, over a wrap too", () => {
  const site = bench();
  site.meter.power_mW = 350_000;
  site.meter.energy_mWh = 999_999_900_000;
  const counted: number[] = [];
  const read = () => site.line.read(one, "00010000", (answer) => "value" in answer && counted.push(answer.value.energy_mWh ?? -1));
  let sum = 0;
  read();
  for (let n = 0; n < 60; n += 1) {
    site.meter.advance(60_000);
    read();
    const [before = 0, now = 0] = counted.slice(-2);
    sum += meterStep(before, now, { ms: 60_000, most_mW: 10_000_000, wrap_mWh: 1_000_000_000_000 }).energy_mWh ?? -1_000_000_000;
  }
  expect(Math.abs(sum - 350_000)).toBeLessThanOrEqual(10_000);
});

test("over TCP: the only meter tells its address, and is read by it", async () => {
  const server = createServer((socket) => {
    const meter: Dlt645Meter = new Dlt645Meter({ address: one, write: (bytes) => void socket.write(bytes) });
    meter.energy_mWh = 50_000;
    socket.on("data", (bytes) => meter.hear(bytes));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address() as { port: number };
  const parts = { clock: machineClock(), devices: machineDevices() };
  const line = await openDlt645(parts, { kind: "tcp", host: "127.0.0.1", port: at.port, baud: 2400, network_ms: 5_000 });
  const address = await new Promise((resolve) => line.address(resolve));
  expect(address).toBe(one);
  expect(await new Promise((resolve) => line.read(one, "00010000", resolve))).toMatchObject({ value: { energy_mWh: 50_000 } });
  line.close("done");
  server.close();
});
