// The pseudo-terminal and the TCP face as strangers meet them: a terminal program, mbpoll, and the kernel after kill -9.
import { execFile, spawn } from "node:child_process";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SimulatorState } from "#protocols/api/simulator.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import tenSocket from "#protocols/profiles/stations/ten-socket.json" with { type: "json" };
import { commandPath, hasCommand } from "#test/debian.ts";
import { chance } from "../chance.ts";
import { openShed, type Shed } from "../charging/shed.ts";
import { openPseudoTerminal, type PseudoTerminal } from "./pseudo-terminal.ts";
import { serveTcp, type TcpFace } from "./tcp-face.ts";

const run = promisify(execFile);
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
// What a terminal likes to eat, twice in a row and at the ends.
const delicate = Uint8Array.of(0x04, 0x04, 0x03, 0x0d, 0x0a, 0x0d, 0x0d, 0x11, 0x13, 0x1a, 0x1c, 0x7f, 0x00, 0xff, 0xff, 0x04);
const sent = Uint8Array.of(...everyByte, ...delicate, ...everyByte.toReversed());

function collect(count: number, listen: (take: (bytes: Uint8Array) => void) => void): Promise<number[]> {
  return new Promise((resolve) => {
    const got: number[] = [];
    listen((bytes) => {
      got.push(...bytes);
      if (got.length >= count) resolve(got);
    });
  });
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(what: string, true_: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000;
  while (!(await true_())) {
    if (performance.now() > end) throw new Error(`did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("the pseudo-terminal", () => {
  let terminal: PseudoTerminal;
  let slave: ReadStream;
  beforeAll(async () => {
    terminal = await openPseudoTerminal();
    slave = new ReadStream(openSync(terminal.path, constants.O_RDWR | constants.O_NOCTTY));
  });
  afterAll(() => {
    slave.destroy();
    terminal.close();
  });

  it("passes every byte from the master to the slave", async () => {
    const heard = collect(sent.length, (take) => slave.on("data", take));
    terminal.write(sent);
    expect(await heard).toEqual([...sent]);
  });

  it("passes every byte from the slave to the master, and echoes none", async () => {
    const echoed: number[] = [];
    slave.on("data", (bytes: Buffer) => echoed.push(...bytes));
    const heard = collect(sent.length, (take) => terminal.onBytes(take));
    const fd = openSync(terminal.path, constants.O_WRONLY | constants.O_NOCTTY);
    writeSync(fd, sent);
    closeSync(fd);
    expect(await heard).toEqual([...sent]);
    expect(echoed).toEqual([]);
  });
});

it("kill -9 of the simulators leaves no process behind", async () => {
  const module = new URL("./pseudo-terminal.ts", import.meta.url).href;
  const script = `import(${JSON.stringify(module)}).then((m) => m.openPseudoTerminal()).then((t) => console.log(t.path)); setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
  const path = await new Promise<string>((resolve) => child.stdout.once("data", (text: Buffer) => resolve(text.toString().trim())));
  expect(path).toMatch(/^\/dev\//);
  const { stdout } = await run("ps", ["-o", "pid=,args=", "-t", path.replace("/dev/", "")]);
  const tail = Number(/^\s*(\d+) tail --pid/m.exec(stdout)?.[1]);
  expect(alive(tail)).toBe(true);
  child.kill("SIGKILL");
  await until("the end of tail", () => !alive(tail));
});

describe.skipIf(!hasCommand("mbpoll"))("mbpoll, a master that is not ours", () => {
  let shed: Shed;
  let face: TcpFace;
  beforeAll(async () => {
    shed = openShed(tenSocket as Profile, chance(11), { now: 0 });
    shed.tap({ socket: "station-2/4", card: 70_001, power_W: 300 }, { now: 0, owned: false });
    face = await serveTcp({ host: "127.0.0.1", port: 0, memory: (unit) => shed.memory(unit, now) });
  });
  afterAll(() => face.close());
  // The stations' clock: told, so that what mbpoll reads does not move.
  let now = 0;

  const mbpoll = async (...args: string[]): Promise<string> => {
    const { stdout, stderr } = await run(commandPath("mbpoll") ?? "", [
      "-m",
      "tcp",
      "-0",
      "-q",
      "-1",
      "-o",
      "1",
      "-p",
      String(face.port),
      ...args,
    ]).catch((error: { stdout: string; stderr: string }) => error);
    return stdout + stderr;
  };
  const registers = (text: string): number[] => [...text.matchAll(/^\[\d+\]:\s+(\d+)/gm)].map(([, value]) => Number(value));
  const socket = (name: string): SimulatorState["sockets"][number] => shed.sockets(now).find((one) => one.socket === name)!;

  it("switches, re-arms and reads the station that the serial line shows", async () => {
    expect(await mbpoll("-a", "2", "-t", "0", "-r", "3", "127.0.0.1", "1")).toContain("Written 1 references");
    expect(socket("station-2/4")).toMatchObject({ relay: true, why: "commanded" });
    now = 3_000;
    expect(await mbpoll("-a", "2", "-t", "4", "-r", "256", "127.0.0.1", "1")).toContain("Written 1 references");
    now = 6_900;
    const words = registers(await mbpoll("-a", "2", "-t", "3", "-r", "0", "-c", "108", "127.0.0.1"));
    const again = registers(await mbpoll("-a", "2", "-t", "4", "-r", "0", "-c", "108", "127.0.0.1"));
    const shown = shed.stations[1]!.bays[3]!.socket.shown;
    const at = 8 + 3 * 10;
    expect(words).toHaveLength(108);
    expect(words.slice(at, at + 7)).toEqual([
      0b11,
      1,
      1,
      70_001 - 65_536,
      Math.round(shown.voltage_mV / 100),
      Math.round(shown.current_mA),
      Math.round(shown.power_mW / 100),
    ]);
    expect(again).toEqual(words);
    expect(shown.power_mW).toBeGreaterThan(280_000);
    now = 7_000;
    expect(socket("station-2/4")).toMatchObject({ relay: false, why: "dead-man" });
  });

  it.each([
    ["a register that is not there", ["-a", "1", "-t", "3", "-r", "108"], "Illegal data address"],
    ["a wrong re-arm value", ["-a", "1", "-t", "4", "-r", "256", "127.0.0.1", "2"], "Illegal data value"],
    ["a unit that is not there", ["-a", "9", "-t", "3", "-r", "0"], "timed out"],
  ])("%s", async (_what, args, words) => {
    expect(await mbpoll(...args, ...(args.includes("127.0.0.1") ? [] : ["127.0.0.1"]))).toContain(words);
  });
});
