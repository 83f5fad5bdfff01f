// A pulled USB adapter, on real pseudo-terminals with the real serial port library; only the time to wait is shorter. Two ways in which it goes: the port stays open, nothing is
// closed and nobody answers any more; or the device itself is gone, and comes back under the same name with another device behind it, as /dev/serial/by-id does.
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRequest, rtuFrame } from "#protocols/modbus/frame.ts";
import { openPseudoTerminal, type PseudoTerminal } from "#sim/modbus/pseudo-terminal.ts";
import { until } from "#test/world/program.ts";
import { machineClock } from "../world/clock.ts";
import { machineDevices } from "../world/devices.ts";
import { openExchange } from "./open.ts";
import { type SupervisedLine, superviseLine } from "./supervisor.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pulled-"));
});
let terminals: PseudoTerminal[] = [];
let line: SupervisedLine | undefined;
afterEach(() => {
  line?.stop();
  for (const one of terminals) one.close();
  terminals = [];
  rmSync(folder, { recursive: true, force: true });
});

interface Adapter {
  readonly path: string;
  /** Its bus is there: the meter behind it answers. */
  there: boolean;
  /** The device itself is gone. */
  vanish(): void;
}

async function adapter(): Promise<Adapter> {
  const terminal = await openPseudoTerminal();
  terminals.push(terminal);
  const one: Adapter = { path: terminal.path, there: true, vanish: () => terminal.close() };
  let pending: number[] = [];
  terminal.onBytes((bytes) => {
    pending.push(...bytes);
    if (pending.length < 8) return;
    const [unit = 0] = pending;
    pending = [];
    if (one.there) terminal.write(rtuFrame({ unit, pdu: Uint8Array.of(4, 2, 0, 42) }));
  });
  return one;
}

interface Asked {
  readonly lost: string[];
  opened(): number;
  answers(): number;
}

/** One question after the other, as fast as the line is free. */
function askThrough(path: string): Asked {
  const clock = machineClock();
  const devices = machineDevices();
  const address = { kind: "serial", path, baud: 115_200, parity: "none", stop_bits: 1, turnaround_ms: 150, late_ms: 20 } as const;
  const lost: string[] = [];
  let opened = 0;
  let answers = 0;
  const ask = (): void => {
    if (line?.free() !== true) return;
    line.ask(readRequest(1, 4, 0, 1), (outcome) => {
      if (outcome.kind === "answer") answers += 1;
    });
  };
  line = superviseLine(
    {
      id: "line-1",
      clock,
      deadAfter_ms: 1_500,
      connect: async () => {
        const exchange = await openExchange(address, { clock, devices, echo: { state: "no" } });
        opened += 1;
        return exchange;
      },
    },
    { onFree: ask, onOpen: ask, onLost: (why) => void lost.push(why) },
  );
  return { lost, opened: () => opened, answers: () => answers };
}

async function answersAgain(asked: Asked): Promise<void> {
  const before = asked.answers();
  await until("answers", () => asked.answers() >= before + 5 || undefined);
}

test("whose far end goes away without a word is noticed by unanswered questions, opened again, and serves when it is back", {
  timeout: 60_000,
}, async () => {
  const one = await adapter();
  const asked = askThrough(one.path);
  await answersAgain(asked);
  expect([asked.opened(), asked.lost]).toEqual([1, []]);

  one.there = false; // the port is still there, and still takes whatever is written
  await until("the loss is noticed", () => asked.lost.length > 0 || undefined);
  expect(asked.lost[0]).toMatch(/nothing was answered for \d+ ms/);
  await until("it is opened again", () => asked.opened() >= 2 || undefined);

  one.there = true;
  await answersAgain(asked);
});

test("whose device vanishes is noticed, tried again and again while there is none, and served when another stands under its name", {
  timeout: 60_000,
}, async () => {
  const name = join(folder, "usb-adapter");
  const first = await adapter();
  symlinkSync(first.path, name);
  const asked = askThrough(name);
  await answersAgain(asked);

  first.vanish();
  rmSync(name);
  await until("the loss is noticed", () => asked.lost.length > 0 || undefined);
  await until("it was tried in vain", () => asked.lost.length > 2 || undefined);
  expect(asked.opened()).toBe(1);

  const second = await adapter();
  symlinkSync(second.path, name);
  await answersAgain(asked);
  expect(asked.opened()).toBe(2);
});
