// A laptop, an adapter, and boards that all came as number 1: over a real pseudo-terminal whose rate the devices hear, by the commands as people type them.
import { afterEach, describe, expect, test } from "vitest";
import { baudSetting, bauds, unitSetting } from "#protocols/modbus/addressing.ts";
import { chance } from "#sim/chance.ts";
import { type AnyDevice, anyDevice } from "#sim/modbus/any-device.ts";
import { type Bus, serveBus, type Wiring } from "#sim/modbus/bus.ts";
import { portSettings } from "#sim/modbus/port-settings.ts";
import { openPseudoTerminal } from "#sim/modbus/pseudo-terminal.ts";
import { realWorld } from "#sim/ports.ts";
import { counted, plain } from "#test/promise.ts";
import { catalogueNames, loadProfile } from "./profile-file.ts";
import { run } from "./programs.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

function model(name: string) {
  const loaded = loadProfile(name);
  if (loaded.kind === "bad") throw new Error(loaded.complaints.join());
  return loaded.profile;
}

interface Line {
  readonly path: string;
  readonly bus: Bus;
  readonly devices: readonly AnyDevice[];
}

async function lineWith(members: readonly (readonly [name: string, unit: number])[], wiring: Wiring = {}): Promise<Line> {
  const terminal = await openPseudoTerminal();
  const devices = members.map(([name, unit], index) => anyDevice(model(name), chance(index + 1), { unit }));
  const usual = (name: string) => {
    const { serial } = model(name);
    return { baud: serial?.baud ?? 9600, parity: serial?.parity ?? "none", stopBits: serial?.stop_bits ?? 1 } as const;
  };
  const bus = serveBus(terminal, {
    world: realWorld,
    chance: chance(3),
    wiring,
    devices: devices.map((device, index) => ({
      unit: device.unit,
      settings: () => ({ ...usual(members[index]![0]), baud: device.baud() }),
      memory: () => device.memory,
      general: model(members[index]![0]).addressing?.general,
    })),
    master: portSettings(terminal.path, usual(members[0]![0])),
  });
  closing.push(
    () => terminal.close(),
    () => bus.close(),
  );
  return { path: terminal.path, bus, devices };
}

const address = (path: string, ...words: readonly string[]) => run(["device", "address", "--serial", path, "--timeout", "300", ...words]);
const addressable = catalogueNames().filter((name) => unitSetting(model(name)) !== undefined);

/** One model of each way: by which register, packed how, taking effect when. */
const ways = addressable.filter((name, index) => {
  const way = (one: string): string => JSON.stringify([unitSetting(model(one))?.block, model(one).addressing]);
  return addressable.findIndex((one) => way(one) === way(name)) === index;
});

/** On a starved machine a simulated answer may come so late that it reads as a second device's: it is refused, nothing is written, and a person asks again. */
async function addressPatiently(...args: Parameters<typeof address>): ReturnType<typeof address> {
  for (let again = 0; ; again += 1) {
    const ending = await address(...args);
    if (ending.code === 0 || again === 2 || !ending.stdout.includes('"refused":"two-devices"')) return ending;
  }
}

// Its answers come within 300 ms or not at all: beside other processes of a whole plain run a starved simulator says nothing of the command. By its name, its file, and in the full set.
if (!plain)
  test("P 03.address: every way of re-addressing is written, read back at the new place, and only then believed", async (context) => {
    expect([addressable.length, ways.length]).toEqual([11, 6]);
    let restarted = 0;
    let rates = 0;
    for (const [index, name] of ways.entries()) {
      const profile = model(name);
      const { path, devices } = await lineWith([[name, 1]]);
      const [device] = devices;
      const to = 7 + index * 13;
      const slow = profile.addressing?.takes === "after-restart";
      const stop = slow ? realWorld.every(1_500, () => device?.restart()) : () => undefined;
      const ending = await addressPatiently(path, "--profile", name, "--from", "1", "--to", String(to), "--json");
      expect(ending.code, `${name}: ${ending.stdout}${ending.stderr}`).toBe(0);
      expect(JSON.parse(ending.stdout)).toMatchObject({
        from: 1,
        to,
        written: true,
        heard: "there",
        label: expect.stringContaining(String(to)),
      });
      expect(device?.unit(), name).toBe(to);
      const rate = [...bauds(profile).keys()].find((one) => one !== device?.baud() && one >= 2400 && one <= 38_400);
      if (baudSetting(profile) !== undefined && rate !== undefined) {
        const changed = await addressPatiently(path, "--profile", name, "--from", String(to), "--to-baud", String(rate), "--json");
        expect(changed.code, `${name}: ${changed.stdout}${changed.stderr}`).toBe(0);
        // Only the half that was meant was changed.
        expect([device?.unit(), device?.baud()], name).toEqual([to, rate]);
        rates += 1;
      }
      stop();
      if (slow) restarted += 1;
    }
    counted(context, { models: addressable.length, ways: ways.length, restarted, rates, wrong: 0 });
  });

describe("refused, and nothing is written", () => {
  const untouched = ({ bus }: Line): boolean => !bus.frames.some(({ hex }) => ["06", "10"].includes(hex.slice(2, 4)));

  test("two at the old address", async () => {
    const line = await lineWith([
      ["meters/pzem-016", 1],
      ["meters/pzem-016", 1],
    ]);
    const ending = await address(line.path, "--profile", "meters/pzem-016", "--from", "1", "--to", "7");
    expect(ending).toMatchObject({ code: 1, stderr: expect.stringMatching(/没有写入.*\n.*(两台设备|two devices)/) });
    expect(untouched(line)).toBe(true);
    expect(line.devices.map((device) => device.unit())).toEqual([1, 1]);
  });

  test("the new address is taken", async () => {
    const line = await lineWith([
      ["meters/pzem-016", 1],
      ["meters/dds238-2", 7],
    ]);
    const ending = await address(line.path, "--profile", "meters/pzem-016", "--from", "1", "--to", "7");
    expect(ending).toMatchObject({ code: 1, stderr: expect.stringMatching(/unit 7 is taken/) });
    expect(untouched(line)).toBe(true);
  });

  test("nobody at the old address", async () => {
    const line = await lineWith([["meters/pzem-016", 3]]);
    expect(await address(line.path, "--profile", "meters/pzem-016", "--from", "1", "--to", "7")).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(/nobody answers at unit 1/),
    });
  });

  test("a model that does not say how; an address out of its range; the same again; both at once; Modbus TCP", async () => {
    const line = await lineWith([["relays/relay-4-in-4", 1]]);
    const said = async (...words: string[]) => {
      const { code, stderr } = await address(line.path, ...words);
      return `${code} ${stderr}`;
    };
    expect(await said("--profile", "relays/relay-4-in-4", "--to", "7")).toMatch(/^1 .*does not say how/);
    expect(await said("--profile", "meters/pzem-016", "--to", "248")).toMatch(/^2 /);
    expect(await said("--profile", "meters/pzem-016", "--from", "4", "--to", "4")).toMatch(/^2 .*already/);
    expect(await said("--profile", "meters/dds238-2", "--to", "4", "--to-baud", "1200")).toMatch(/^2 .*one at a time/);
    expect(await said("--profile", "meters/dds238-2", "--to-baud", "19200")).toMatch(/^2 .*9600/);
    const tcp = await run(["device", "address", "--host", "127.0.0.1", "--profile", "meters/pzem-016", "--to", "4"]);
    expect(tcp).toMatchObject({ code: 2, stderr: expect.stringMatching(/--rtu/) });
  });
});

test("a meter that must be off and on again, and is not: said, with what to do", async () => {
  const { path, devices } = await lineWith([["meters/sdm120", 1]]);
  const ending = await address(path, "--profile", "meters/sdm120", "--to", "9", "--wait", "0");
  expect(ending).toMatchObject({ code: 1, stderr: expect.stringMatching(/it is still at 1[\s\S]*-SET-[\s\S]*off and on again/) });
  devices[0]?.restart();
  expect(devices[0]?.unit()).toBe(9);
});

test("a dry run says the frame and writes nothing", async () => {
  const line = await lineWith([["meters/dds238-2", 1]]);
  const ending = await address(line.path, "--profile", "meters/dds238-2", "--to", "32", "--dry-run", "--json");
  expect(JSON.parse(ending.stdout)).toMatchObject({ frame: "01 10 00 15 00 01 02 20 01 7C 95", written: false });
  expect(line.devices[0]?.unit()).toBe(1);
});

describe("modbus scan on the wires themselves", () => {
  const scan = async (path: string, ...words: readonly string[]) => {
    const ending = await run(["modbus", "scan", "--serial", path, "--to", "4", "--timeout", "200", "--json", ...words]);
    return { code: ending.code, ...(JSON.parse(ending.stdout) as { codes: string[]; found: { unit: number; verdict: string }[] }) };
  };

  test.each<[string, (readonly [string, number])[], Wiring, readonly string[], number]>([
    [
      "two of a kind as shipped",
      [
        ["meters/pzem-016", 1],
        ["meters/pzem-016", 1],
        ["relays/waveshare-8", 3],
      ],
      {},
      ["conflict", "perhaps-conflict"],
      5,
    ],
    [
      "well",
      [
        ["meters/pzem-016", 1],
        ["relays/waveshare-8", 3],
      ],
      {},
      ["works"],
      0,
    ],
    ["A and B exchanged", [["meters/pzem-016", 1]], { swapped: "biased" }, ["swapped"], 1],
    ["a broken wire", [["meters/pzem-016", 1]], { open: true }, ["silence"], 1],
    [
      "a floating pair",
      [
        ["meters/pzem-016", 1],
        ["meters/pzem-016", 2],
      ],
      { floating: true },
      ["floating"],
      5,
    ],
    ["an adapter that hears itself", [["meters/pzem-016", 9]], { echo: true }, ["echo-only"], 1],
  ])("%s", async (_, members, wiring, codes, code) => {
    const line = await lineWith(members, wiring);
    const said = await scan(line.path);
    expect(
      said.codes.some((one) => codes.includes(one)),
      said.codes.join(),
    ).toBe(true);
    expect(said.code).toBe(code);
  });

  test("another rate: silence at the wrong one, and --find finds it", async () => {
    const { path } = await lineWith([["meters/jsy-mk-163t", 2]]); // shipped at 4800
    expect(await scan(path, "--baud", "9600", "--from", "2", "--to", "2")).toMatchObject({ code: 1, codes: ["silence"] });
    expect(await scan(path, "--find", "--parities", "none", "--from", "2", "--to", "2")).toMatchObject({
      code: 0,
      codes: ["works"],
      found: [{ unit: 2, line: expect.stringContaining(" 4800 ") }],
    });
  });

  test("what is said to people names the trouble, and the steps", async () => {
    const { path } = await lineWith([["meters/pzem-016", 1]], { swapped: "biased" });
    const { stderr } = await run(["modbus", "scan", "--serial", path, "--to", "3"]);
    expect(stderr).toMatch(/A\/B 接反[\s\S]*1\. 在转换器处对调/);
  });
});
