// P 08.facility: a pump house from its registers to the event: a told device on a told line, the real safety process reading it, the real room deciding; the clock is told.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { rtuFrame } from "#protocols/modbus/frame.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import powerRoom from "#protocols/profiles/meters/power-room.json" with { type: "json" };
import supply from "#protocols/profiles/pumps/secondary-supply.json" with { type: "json" };
import { monotonic } from "#protocols/vocabulary/time.ts";
import { chance } from "#sim/chance.ts";
import { answerPdu } from "#sim/modbus/answer.ts";
import { anyDevice } from "#sim/modbus/any-device.ts";
import { counted } from "#test/promise.ts";
import { toldChance, toldClock } from "#test/told-clock.ts";
import type { FacilityConfig } from "../config/facility-schema.ts";
import { parseSiteConfig } from "../config/read.ts";
import { exampleSite } from "../config/reference.ts";
import { openJournal } from "../journal/journal.ts";
import type { SafetyToSite } from "../link/messages.ts";
import type { AppendFile } from "../ports.ts";
import { startSafety } from "../protection/safety.ts";
import { wireSheds } from "../protection/shed-wiring.ts";
import { openSpool } from "../protection/spool/spool.ts";
import { mountFacilities } from "./door.ts";
import { tables } from "./tables.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const device = { id: "pumps-1", name: "泵房控制器", line: "line-1", unit: 5, profile: "pumps/secondary-supply" };
const facility: FacilityConfig = {
  ...{ id: "pump-house", name: "1号泵房", kind: "water", device: "pumps-1", zone: "pump-zone", responsible: "物业工程部", blind_s: 30 },
  points: [
    { id: "tank", name: "水箱液位", kind: "level", point: "tank_level_mm", low: 800, high: 2500, hysteresis: 100, delay_s: 10 },
    { id: "outlet", name: "出水压力", kind: "pressure", point: "outlet_pressure_Pa", low: 300_000, hysteresis: 20_000, delay_s: 5 },
    { id: "flood", name: "泵房进水", kind: "flood", point: "alarms", bit: "room_flooded", active: 1, delay_s: 0 },
  ],
};

/** Registers of the pump house, by address: pressures in kPa, the level in mm, alarms as bits. */
class ToldPumps {
  readonly words = new Map<number, number>([
    ...([
      [0, 250],
      [1, 420],
      [2, 420],
      [3, 1500],
      [4, 0],
    ] as const),
  ]);
  dead = false;
  say: (bytes: Uint8Array) => void = () => undefined;
  answer(frame: Uint8Array): Uint8Array | undefined {
    const view = new DataView(frame.buffer, frame.byteOffset);
    if (this.dead || frame[0] !== 5) return undefined;
    const [from, count] = [view.getUint16(2), view.getUint16(4)];
    const words = Array.from({ length: count }, (_, n) => this.words.get(from + n) ?? 0);
    return rtuFrame({ unit: 5, pdu: Uint8Array.of(frame[1] ?? 3, count * 2, ...words.flatMap((word) => [word >> 8, word & 0xff])) });
  }
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Scene {
  readonly device: typeof device;
  readonly facility: FacilityConfig;
  readonly profile: Profile;
  readonly answer: (frame: Uint8Array) => Uint8Array | undefined;
}

async function scene(given: Partial<Scene> = {}) {
  const clock = toldClock();
  const pumps = new ToldPumps();
  const of: Scene = { device, facility, profile: supply as unknown as Profile, answer: (frame) => pumps.answer(frame), ...given };
  const folder = mkdtempSync(join(tmpdir(), "cuobian-facility-"));
  ends.push(() => rmSync(folder, { recursive: true, force: true }));
  const file: AppendFile = { records: () => [], append: () => Promise.resolve(), rewrite: () => Promise.resolve() };
  const profiles = new Map([[of.device.profile, of.profile]]);
  let room: ReturnType<typeof open> | undefined;
  /** What went to telemetry, in line protocol with ages. */
  const lines: string[] = [];
  const open = () => {
    const journal = openJournal({ path: join(folder, "journal.sqlite"), clock, chance: toldChance(7), tables });
    const telemetry = { add: (text: string) => void lines.push(...text.trimEnd().split("\n")) };
    const facilities = mountFacilities({ journal, clock, telemetry, log: { warn: () => undefined }, facilities: [of.facility] });
    let closed = false;
    const close = async () => {
      if (closed) return;
      closed = true;
      await facilities.stop();
      journal.close();
    };
    ends.push(close);
    return { journal, facilities, close };
  };
  room = open();
  const safety = startSafety({
    wiring: {
      lines: [{ id: "line-1", kind: "serial", path: "told", baud: 9600, parity: "none", stop_bits: 1, cutoff_ms: 2000 }],
      stations: [],
      sheds: wireSheds({ devices: [of.device], sheds: [], transformers: [], facilities: [of.facility], profiles, sockets: () => 0 }),
    },
    clock,
    devices: {
      openTcp: () => Promise.reject(new Error("none")),
      openSerial: () => {
        let heard = (_: Uint8Array): void => undefined;
        return Promise.resolve({
          write(bytes: Uint8Array) {
            const answer = of.answer(bytes);
            if (answer !== undefined) clock.wake(monotonic(clock.monotonic() + 15), () => heard(answer));
          },
          onBytes: (one: (bytes: Uint8Array) => void) => {
            heard = one;
          },
          onClose: () => undefined,
          close: () => undefined,
        });
      },
    },
    spool: openSpool(file, { clock, chance: toldChance(), onTrouble: () => undefined }),
    run: "run-1",
    link: {
      send(message: SafetyToSite) {
        const said = JSON.parse(JSON.stringify(message)) as SafetyToSite;
        if (said.type === "readings") room?.facilities.read(said.points ?? []);
        return true;
      },
      cutAll: () => undefined,
    },
    log: { fact: () => undefined, line: () => undefined, gap: () => undefined },
  });
  ends.push(async () => {
    const stopped = safety.stop(100);
    clock.advance(200);
    await stopped;
  });
  return {
    ...{ pumps, lines },
    async go(seconds: number) {
      for (let n = 0; n < seconds * 4; n += 1) {
        clock.advance(250);
        await settled();
      }
    },
    events: () =>
      [...(room?.journal.outbox.pending("urgent", 500) ?? []), ...(room?.journal.outbox.pending("state", 500) ?? [])].map(
        ({ type, data }) => {
          const { device: of, point, cause, value, limit, unit } = JSON.parse(data) as Record<string, unknown>;
          return [type, of, point, cause, value, limit, unit].filter((one) => one !== undefined && one !== "").join(" ");
        },
      ),
    status: () => room?.facilities.status()[0],
    async again() {
      await room?.close();
      room = open();
    },
  };
}

test("P 08.facility: levels, pressure and flood of a pump house: bounds, delays, hysteresis, silence, a new start; what is not read is never normal", async (context) => {
  const { pumps, lines, go, events, status, again } = await scene();
  // Not read yet is not well.
  expect(status()).toMatchObject({ silent: true, points: [{ value: null }, { value: null }, { value: null }] });
  await go(5);
  expect(status()).toMatchObject({ silent: false, points: [{ value: 1500 }, { value: 420_000 }, { value: false }] });
  // Each value is on its way to the cloud, with the age that it has.
  const [first, ...more] = lines.filter((line) => line.includes("point=tank"));
  expect([first, more]).toEqual([expect.stringMatching(/^facility,facility=pump-house,point=tank,quality=good value=1500i \d+$/), []]);
  pumps.words.set(3, 700);
  await go(8);
  expect(events()).toEqual([]);
  await go(5);
  expect(events()).toEqual(["facility.raised pump-house tank level-low 700 800 mm"]);
  // Within the bound, not within the hysteresis; a new start forgets nothing and tells nothing twice.
  pumps.words.set(3, 880);
  await go(20);
  await again();
  await go(20);
  expect([events().length, status()?.points[0]?.standing]).toEqual([1, "low"]);
  pumps.words.set(3, 950);
  await go(13);
  expect(events().at(-1)).toBe("facility.over pump-house tank level-low");
  // Water in the room: at once.
  pumps.words.set(4, 1 << 5);
  await go(3);
  expect(events().at(-1)).toMatch(/^facility\.raised pump-house flood flood/);
  // A contact is said as soon as it turns.
  expect(lines.findLast((line) => line.includes("point=flood"))).toMatch(/point=flood,quality=good value=1i \d+$/);
  pumps.words.set(4, 0);
  await go(3);
  expect(events().at(-1)).toBe("facility.over pump-house flood flood");

  // The level's sensor says that it has no value (0xFFFF): the pump house counts as not read, and the low pressure is told all the same.
  pumps.words.set(3, 0xffff);
  pumps.words.set(1, 250);
  await go(10);
  expect(events().at(-1)).toBe("facility.raised pump-house outlet pressure-low 250000 300000 Pa");
  await go(30);
  expect(events().at(-1)).toBe("facility.silent pump-house");
  expect(status()).toMatchObject({ silent: true, points: [{ value: null }, { value: 250_000, standing: "low" }, { value: false }] });
  // The whole device falls silent: nothing is over, nothing is told again, over a new start too.
  pumps.dead = true;
  pumps.words.set(3, 1500);
  pumps.words.set(1, 420);
  const before = events().length;
  await go(60);
  const said = lines.length;
  await again();
  await go(60);
  // Nothing is said of what is not read.
  expect(lines.slice(said)).toEqual([]);
  expect([events().length, status()?.silent, status()?.points[1]]).toMatchObject([before, true, { value: null, standing: "low" }]);
  pumps.dead = false;
  await go(40);
  expect(events().slice(before).toSorted()).toEqual(["facility.answers pump-house", "facility.over pump-house outlet pressure-low"]);
  expect(status()).toMatchObject({ silent: false });
  counted(context, { events: events().length, points: facility.points.length });
});

/** The site file as the how-to writes it. */
const written = parse(
  /```yaml\n(devices:(?:(?!```)[\s\S])*\nfacilities:[\s\S]*?)```/.exec(
    readFileSync(new URL("../../docs/how-to/alarms.md", import.meta.url), "utf8"),
  )?.[1] ?? "",
) as { readonly devices: readonly (typeof device)[]; readonly facilities: readonly FacilityConfig[] };

test("what the how-to writes is a right site file", () => {
  const site = parse(exampleSite());
  const line = site.lines[0].id;
  const devices = [...(site.devices ?? []), ...written.devices.map((one) => ({ ...one, line }))];
  const read = parseSiteConfig(stringify({ ...site, devices, facilities: written.facilities }), "site.yaml");
  const wrong = "complaints" in read ? read.complaints.filter(({ path }) => /^(devices|facilities)/.test(path)) : [];
  expect(wrong).toEqual([]);
  expect(written.facilities.map(({ points }) => points.length)).toEqual([4, 4]);
});

test("P 08.facility: the how-to's power room, read from the simulator of its profile", async (context) => {
  const [, room] = written.facilities;
  const meter = written.devices.find(({ id }) => id === room?.device);
  if (room === undefined || meter === undefined) throw new Error("the how-to has no power room");
  const own = powerRoom as unknown as Profile;
  const showing = (set: Readonly<Record<string, number>>) =>
    anyDevice(own, chance(7), { set: new Map(Object.entries(set)), unit: meter.unit });
  const well = { current_l1_mA: 300_000, transformer_temperature_mC: 60_000, "inputs.door_open": 0, "inputs.water": 0 };
  let simulated = showing(well);
  const reply = (frame: Uint8Array) =>
    frame[0] === meter.unit
      ? rtuFrame({ unit: meter.unit, pdu: answerPdu(simulated.memory, frame.slice(1, -2)) ?? Uint8Array.of(0x83, 4) })
      : undefined;
  const { go, events, status, lines } = await scene({ device: { ...meter, line: "line-1" }, facility: room, profile: own, answer: reply });
  await go(5);
  expect(status()).toMatchObject({ silent: false, points: [{ value: 300_000 }, { value: 60_000 }, { value: false }, { value: false }] });
  for (const [set, wait_s, said] of [
    [{ current_l1_mA: 420_000 }, 40, "facility.raised power-room l1 over-current 420000 400000 mA"],
    [{ current_l1_mA: 370_000 }, 40, "facility.over power-room l1 over-current"],
    [{ transformer_temperature_mC: 101_000 }, 40, "facility.raised power-room transformer over-temperature 101000 95000 mC"],
    [{}, 40, "facility.over power-room transformer over-temperature"],
    [{ "inputs.water": 1 }, 4, "facility.raised power-room water flood"],
    [{}, 4, "facility.over power-room water flood"],
    [{ "inputs.door_open": 1 }, 70, "facility.raised power-room door door-open"],
    [{}, 70, "facility.over power-room door door-open"],
  ] as const) {
    simulated = showing({ ...well, ...set });
    await go(wait_s);
    expect(events().at(-1)).toMatch(new RegExp(`^${said}\\s*$`));
  }
  expect(events()).toHaveLength(8);
  const said = new Set(lines.map((line) => /point=([a-z0-9-]+)/.exec(line)?.[1]));
  expect([...said].sort()).toEqual(["door", "l1", "transformer", "water"]);
  counted(context, { points: room.points.length, events: events().length, readings: lines.length });
});

test.each([
  ["nothing to complain of", {}, undefined],
  ["another device", { device: "pump-1" }, "是否想写“pumps-1”"],
  ["no points", { points: [] }, "nothing is watched"],
  ["no bound", { points: [{ ...facility.points[0], low: undefined, high: undefined }] }, "write `low` or `high`"],
  ["no hysteresis", { points: [{ ...facility.points[0], hysteresis: undefined }] }, "write `hysteresis`"],
  ["nothing between the bounds", { points: [{ ...facility.points[0], hysteresis: 900 }] }, "nothing is left that is normal"],
  ["no such point", { points: [{ ...facility.points[0], point: "tank_mm" }] }, "has no such value"],
  ["another unit", { points: [{ ...facility.points[0], point: "outlet_pressure_Pa" }] }, "not counted in mm"],
  ["no bit", { points: [{ ...facility.points[2], bit: undefined }] }, "has no such value"],
  ["no meant level", { points: [{ ...facility.points[2], active: undefined }] }, "needs `active`"],
  ["a contact with a bound", { points: [{ ...facility.points[2], high: 1 }] }, "no bounds"],
])("a site file: %s", (_, changes, complaint) => {
  const site = parse(exampleSite());
  const text = stringify({ ...site, devices: [...(site.devices ?? []), device], facilities: [{ ...facility, ...changes }] });
  const read = parseSiteConfig(text, "site.yaml");
  const words = JSON.stringify("complaints" in read ? read.complaints : []);
  if (complaint === undefined) expect(words).not.toContain("facilities");
  else expect(words).toContain(complaint);
});
