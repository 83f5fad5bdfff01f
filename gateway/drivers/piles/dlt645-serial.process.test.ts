// A DL/T 645 meter behind a real serial device: a pseudo-terminal, 2400 bit/s, even parity.
import { expect, test } from "vitest";
import { openPseudoTerminal } from "#sim/modbus/pseudo-terminal.ts";
import { Dlt645Meter } from "#sim/piles/dlt645-meter.ts";
import { machineClock } from "../../world/clock.ts";
import { machineDevices } from "../../world/devices.ts";
import { openDlt645, usualSerial } from "./dlt645-line.ts";

test("over a serial line: its address, and its counter", async () => {
  const terminal = await openPseudoTerminal();
  try {
    const meter: Dlt645Meter = new Dlt645Meter({ address: "202107072529", write: (bytes) => terminal.write(bytes) });
    meter.energy_mWh = 50_000;
    terminal.onBytes((bytes) => meter.hear(bytes));
    const parts = { clock: machineClock(), devices: machineDevices() };
    const line = await openDlt645(parts, { kind: "serial", path: terminal.path, settings: usualSerial });
    expect(await new Promise((resolve) => line.address(resolve))).toBe("202107072529");
    expect(await new Promise((resolve) => line.read("202107072529", "00010000", resolve))).toMatchObject({ value: { energy_mWh: 50_000 } });
    line.close("done");
  } finally {
    terminal.close();
  }
});
