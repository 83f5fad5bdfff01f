// A pulled adapter: the port stays open, nothing is closed, nobody answers any more. On a real pseudo-terminal, with the real serial port library; only the time to wait is shorter.
import { afterEach, expect, test } from "vitest";
import { readRequest, rtuFrame } from "#protocols/modbus/frame.ts";
import { openPseudoTerminal, type PseudoTerminal } from "#sim/modbus/pseudo-terminal.ts";
import { machineClock } from "../world/clock.ts";
import { machineDevices } from "../world/devices.ts";
import { openExchange } from "./open.ts";
import { type SupervisedLine, superviseLine } from "./supervisor.ts";

let terminal: PseudoTerminal | undefined;
let line: SupervisedLine | undefined;
afterEach(() => {
  line?.stop();
  terminal?.close();
});

const until = async (what: string, is: () => boolean): Promise<void> => {
  for (let waited = 0; !is(); waited += 20) {
    if (waited > 20_000) throw new Error(what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test("whose far end goes away without a word is noticed by unanswered questions, opened again, and serves when it is back", {
  timeout: 60_000,
}, async () => {
  terminal = await openPseudoTerminal();
  const { path } = terminal;
  let there = true;
  let pending: number[] = [];
  terminal.onBytes((bytes) => {
    pending.push(...bytes);
    if (pending.length < 8) return;
    const [unit = 0] = pending;
    pending = [];
    if (there) terminal?.write(rtuFrame({ unit, pdu: Uint8Array.of(4, 2, 0, 42) }));
  });
  const clock = machineClock();
  const devices = machineDevices();
  const address = { kind: "serial", path, baud: 115_200, parity: "none", stop_bits: 1, turnaround_ms: 150, late_ms: 20 } as const;
  const lost: string[] = [];
  let opened = 0;
  let answers = 0;
  let asking = true;
  const ask = (): void => {
    if (asking && line?.free()) line.ask(readRequest(1, 4, 0, 1), (outcome) => {
        if (outcome.kind === "answer") answers += 1;
      });
  };
  line = superviseLine(
    {
      id: "line-1",
      clock,
      deadAfter_ms: 1_500,
      connect: () => {
        opened += 1;
        return openExchange(address, { clock, devices, echo: { state: "no" } });
      },
    },
    { onFree: () => ask(), onOpen: () => ask(), onLost: (why) => void lost.push(why) },
  );
  await until("answers", () => answers >= 5);
  expect([opened, lost]).toEqual([1, []]);

  there = false; // the port is still there, and still takes whatever is written
  await until("the loss is noticed", () => lost.length > 0);
  expect(lost[0]).toMatch(/nothing was answered for \d+ ms/);
  await until("it is opened again", () => opened >= 2);

  there = true;
  const before = answers;
  await until("answers again", () => answers >= before + 5);
  asking = false;
});
