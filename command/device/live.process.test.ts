// A device made from a profile, read back by its own file: on Modbus/TCP, on a serial line, by mbpoll, and by the programs as people start them.
import { execFile, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { chance } from "#sim/chance.ts";
import { anyDevice } from "#sim/modbus/any-device.ts";
import { openPseudoTerminal } from "#sim/modbus/pseudo-terminal.ts";
import { serveSerialLine } from "#sim/modbus/serial-line.ts";
import { serveTcp } from "#sim/modbus/tcp-face.ts";
import { realWorld } from "#sim/ports.ts";
import { commandPath, hasCommand } from "#test/debian.ts";
import { counted } from "#test/promise.ts";
import { openLine } from "./line.ts";
import { catalogueNames, loadProfile } from "./profile-file.ts";
import { run } from "./programs.ts";
import { readDevice } from "./read-device.ts";

const execute = promisify(execFile);
/** A busy machine answers late; only silence is told by a short time-out. */
const patient = ["--timeout", "5000"];
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function model(name: string) {
  const loaded = loadProfile(name);
  if (loaded.kind === "bad") throw new Error(loaded.complaints.join());
  return loaded.profile;
}

async function onTcp(name: string, at?: readonly number[]) {
  const profile = model(name);
  const units = at ?? [profile.unit ?? 1];
  const device = anyDevice(profile, chance(7), { after: (ms, act) => void realWorld.after(ms, act) });
  const face = await serveTcp({ host: "127.0.0.1", port: 0, memory: (unit) => (units.includes(unit) ? device.memory : undefined) });
  closing.push(() => face.close());
  return { profile, device, line: ["--host", "127.0.0.1", "--port", String(face.port), ...patient] };
}

async function onSerial(name: string) {
  const profile = model(name);
  const device = anyDevice(profile, chance(7), { after: (ms, act) => void realWorld.after(ms, act) });
  const terminal = await openPseudoTerminal();
  closing.push(() => terminal.close());
  const baud = profile.serial?.baud ?? 9600;
  const slave = serveSerialLine(terminal, {
    world: realWorld,
    chance: chance(1),
    baud,
    memory: (unit) => (unit === 1 ? device.memory : undefined),
  });
  return { profile, device, slave, line: ["--serial", terminal.path, "--unit", "1", ...patient] };
}

interface Said {
  readonly values: Readonly<Record<string, { readonly value: number; readonly bits: Record<string, boolean> } | null>>;
  readonly faults: readonly unknown[];
}
async function testLive(name: string, line: readonly string[]): Promise<Said> {
  const { code, stdout, stderr } = await run(["device", "test", name, ...line, "--json"]);
  expect(code, `${name}: ${stdout}${stderr}`).toBe(0);
  return JSON.parse(stdout) as Said;
}

/** What is read is what is shown, within one step of the device's own counting. */
function sameAsShown(profile: ReturnType<typeof model>, device: ReturnType<typeof anyDevice>, said: Said): number {
  for (const [key, shown] of device.shown) {
    const read = said.values[key];
    const point = profile.points.find(({ name }) => name === key.split("@")[0]);
    if (typeof shown === "object") expect(read?.bits, `${profile.id} ${key}`).toEqual(shown);
    else {
      const step =
        point?.type === "f32" ? Math.max(1, Math.abs(shown ?? 0) * 2 ** -22) : Math.ceil((point?.multiply ?? 1) / (point?.divide ?? 1));
      expect(Math.abs((read?.value ?? Number.NaN) - (shown ?? 0)), `${profile.id} ${key}`).toBeLessThanOrEqual(step);
    }
  }
  return device.shown.size;
}

test("P 03.devices: every model of the catalogue is simulated from its file and read back by its file", async (context) => {
  let values = 0;
  let models = 0;
  for (const name of catalogueNames()) {
    const { profile, device, line } = await onTcp(name);
    values += sameAsShown(profile, device, await testLive(name, line));
    models += 1;
  }
  expect(models).toBe(catalogueNames().length);
  counted(context, { models, values, wrong: 0 });
});

test("devices that are in no catalogue too, by their files", async () => {
  const sheets = fileURLToPath(new URL("./sheets/", import.meta.url));
  const files = readdirSync(sheets).filter((name) => name.endsWith(".json") && !name.endsWith(".frames.json"));
  let values = 0;
  for (const name of files) {
    const { profile, device, line } = await onTcp(join(sheets, name));
    values += sameAsShown(profile, device, await testLive(join(sheets, name), line));
  }
  expect([files.length, values]).toEqual([9, 107]);
});

describe("on a serial line, by our own RTU master", () => {
  test.each(["relays/waveshare-8", "meters/pzem-016", "meters/jsy-mk-194"])("%s", async (name) => {
    const { profile, device, line } = await onSerial(name);
    expect(sameAsShown(profile, device, await testLive(name, line))).toBeGreaterThan(5);
  });
  test("flash-on: the board's own frame on the wire, and the relay is read back closed", async () => {
    const { slave, line } = await onSerial("relays/waveshare-8");
    const write = ["modbus", "write", ...line, "--profile", "relays/waveshare-8", "--do", "relay 3 flash-on 1000000", "--write"];
    expect(await run(write)).toMatchObject({ code: 0, stdout: expect.stringMatching(/cannot be read back/) });
    expect(slave.frames.map(({ hex }) => hex.slice(0, 12))).toContain("010502022710");
    const read = await run(["modbus", "read", ...line, "--table", "coil", "--address", "0", "--count", "8", "--json"]);
    expect(JSON.parse(read.stdout)).toMatchObject({ bits: [0, 0, 1, 0, 0, 0, 0, 0] });
  });
});

describe.skipIf(!hasCommand("mbpoll"))("mbpoll reads the same", () => {
  const poll = async (line: readonly string[], ...words: readonly string[]): Promise<number[]> => {
    const { stdout } = await execute(commandPath("mbpoll") ?? "mbpoll", [
      "-m",
      "tcp",
      "-0",
      "-a",
      "1",
      "-1",
      "-p",
      line[3] ?? "",
      ...words,
      "127.0.0.1",
    ]);
    return [...stdout.matchAll(/^\[\d+\]:\s+(-?[\d.]+)/gm)].map(([, value]) => Number(value));
  };
  test("floats of an SDM630, input registers, big end first", async () => {
    const { device, line } = await onTcp("meters/sdm630");
    const volts = await poll(line, "-t", "3:float", "-B", "-r", "0", "-c", "3");
    expect(volts.map((volt) => Math.round(volt * 1000))).toEqual(
      ["l1", "l2", "l3"].map((phase) => device.shown.get(`voltage_${phase}_mV`)),
    );
  });
  test("words and 32-bit counters of a PZEM, low word first", async () => {
    const { device, line } = await onTcp("meters/pzem-004t");
    const [volts] = await poll(line, "-t", "3", "-r", "0", "-c", "1");
    const [milliamps] = await poll(line, "-t", "3:int", "-r", "1", "-c", "1");
    expect(Math.abs((volts ?? 0) * 100 - Number(device.shown.get("voltage_mV")))).toBeLessThanOrEqual(50);
    expect(milliamps).toBe(device.shown.get("current_mA"));
  });
  test("the same address is holding and input, and they differ", async () => {
    const { device, line } = await onTcp("meters/pzem-004t");
    expect(await poll(line, "-t", "4", "-r", "2", "-c", "1")).toEqual([device.shown.get("meter_id")]);
  });
});

describe("the bench", () => {
  test("a sheet's 30001, read: the likely reading is marked, the offsets stand side by side", async () => {
    const { device, line } = await onTcp("meters/sdm120");
    const volts = Number(device.shown.get("voltage_mV")) / 1000;
    const { code, stdout } = await run(["modbus", "read", ...line, "--address", "30001", "--count", "4", "--expect", volts.toFixed(1)]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/0 {2}0x0000 {2}30001 {2}300001/);
    expect(stdout).toMatch(new RegExp(`${String(volts).slice(0, 5)}\\d*◀.*f32 ABCD 与显示相符`));
    expect(stdout).toMatch(/offset check.*-1: .*0: .*\+1: /);
  });
  test("one register before and after are asked along, unless the device refuses them", async () => {
    const { line } = await onTcp("meters/dds238-2");
    const { stdout } = await run(["modbus", "read", ...line, "--address", "40018", "--count", "1", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ table: "holding", address: 17, count: 1, from: 16 });
    const last = await run(["modbus", "read", ...line, "--address", "21", "--count", "1", "--json"]);
    expect(JSON.parse(last.stdout)).toMatchObject({ address: 21, from: 21 });
  });
  test("an illegal address is said by name", async () => {
    const { line } = await onTcp("meters/sdm120");
    expect(await run(["modbus", "read", ...line, "--address", "5000"])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/exception 2 illegal address/),
    });
  });
  test("nobody there", async () => {
    const { line } = await onTcp("meters/sdm120", []);
    expect(await run(["device", "test", "meters/sdm120", ...line, "--timeout", "40"])).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/baud rate/),
    });
    expect(await run(["modbus", "read", "--host", "127.0.0.1", "--port", "1", "--address", "0"])).toMatchObject({ code: 4 });
  });
  test("scan finds those who answer, and a refusal is an answer", async () => {
    const { line } = await onTcp("relays/relay-4-in-4", [2, 4]);
    const seen: string[] = [];
    const { code, stdout } = await run(["modbus", "scan", ...line, "--from", "2", "--to", "4", "--timeout", "1500", "--json"], (text) =>
      seen.push(text),
    );
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as { found: { unit: number }[] }).found.map(({ unit }) => unit)).toEqual([2, 4]);
    expect(seen.at(-1)).toMatch(/4\/4 .* found 2/);
  });
});

describe("after “illegal address”", () => {
  const memoryOf = (profile: ReturnType<typeof model>) => anyDevice(profile, chance(7));
  async function readWith(served: ReturnType<typeof model>, asked: ReturnType<typeof model>) {
    const device = memoryOf(served);
    const face = await serveTcp({ host: "127.0.0.1", port: 0, memory: () => device.memory });
    closing.push(() => face.close());
    const line = await openLine({ host: "127.0.0.1", port: String(face.port), timeout: "5000" });
    closing.push(() => line.close());
    return { device, ...(await readDevice(line, asked)) };
  }
  const dds = model("meters/dds238-2");
  test("a device that refuses holes is asked around them", async () => {
    const { device, values, faults, questions } = await readWith({ ...dds, read: { ...dds.read, hole: 0 } }, dds);
    expect(faults).toEqual([]);
    expect(questions).toBeGreaterThan(2);
    for (const { name } of dds.points) expect(values.device[name]?.value, name).toBeDefined();
    expect(values.device.voltage_mV?.value).toBeCloseTo(Number(device.shown.get("voltage_mV")), -3);
  });
  test("a register that it does not have costs only its own point", async () => {
    const without = { ...dds, read: { ...dds.read, hole: 0 }, points: dds.points.filter(({ name }) => name !== "reactive_power_mvar") };
    const { read, faults } = await readWith(without, dds);
    expect(faults).toEqual([{ block: { table: "holding", address: 15, count: 1 }, why: "exception 2 illegal address" }]);
    expect([...read].sort()).toEqual(without.points.map(({ name }) => name).sort());
  });
});

describe("writing", () => {
  test("nothing without --write; with it, old and new and read back", async () => {
    const { line } = await onTcp("meters/pzem-004t");
    const write = async (...words: string[]) =>
      JSON.parse(
        (await run(["modbus", "write", ...line, "--profile", "meters/pzem-004t", "--do", "write meter_id 77", "--json", ...words])).stdout,
      ) as Record<string, unknown>;
    const id = async () => (await testLive("meters/pzem-004t", line)).values.meter_id?.value;
    const before = await id();
    expect(await write()).toMatchObject({ ok: true, written: false, old: [before], new: [77], frame: "01 06 00 02 00 4D E8 3F" });
    expect(await id()).toBe(before);
    expect(await write("--write")).toMatchObject({ ok: true, written: true, after: [77] });
    expect(await id()).toBe(77);
  });
  test("a register by number, function 16 where it must be", async () => {
    const { line } = await onTcp("meters/sdm120");
    const ending = await run(["modbus", "write", ...line, "--address", "20", "--type", "f32", "--value", "9", "--write", "--json"]);
    expect(JSON.parse(ending.stdout)).toMatchObject({ ok: true, written: true, new: [0x4110, 0], after: [0x4110, 0] });
  });
  test.each([
    ["meters/pzem-004t", "40001", /the write failed: exception 2 illegal address/],
    ["meters/sdm120", "40021", /the write failed: exception 1 illegal function/],
  ])("refused by the device: %s %s", async (name, address, words) => {
    const { line } = await onTcp(name);
    expect(await run(["modbus", "write", ...line, "--address", address, "--value", "1", "--write"])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(words),
    });
  });
});

test("as people start them: sim device, device test, and the way they end", async () => {
  const program = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const sim = spawn(
    process.execPath,
    [program("firmware-sim/main.ts"), "device", "meters/pzem-016", "--set", "voltage_mV=198400", "--ready-json"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  closing.push(() => void sim.kill("SIGKILL"));
  const ready = await new Promise<{ port: number }>((resolve) =>
    sim.stdout.once("data", (text: Buffer) => resolve(JSON.parse(text.toString()) as { port: number })),
  );
  const { stdout } = await execute(process.execPath, [
    program("command/main.ts"),
    "device",
    "test",
    "meters/pzem-016",
    "--host",
    "127.0.0.1",
    "--port",
    String(ready.port),
  ]);
  expect(stdout).toMatch(/voltage_mV +198\.4 V +198400 +电压 \/ voltage/);
  const ended = new Promise<number | null>((resolve) => sim.once("exit", resolve));
  sim.kill("SIGTERM");
  expect(await ended).toBe(0);
});
