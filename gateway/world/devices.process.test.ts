// The real serial devices: a port that was just closed is opened again, and the first question on it is said whole.
import { expect, test } from "vitest";
import { openPseudoTerminal } from "#sim/modbus/pseudo-terminal.ts";
import { machineDevices } from "./devices.ts";

const settings = { baud: 9600, parity: "none", stopBits: 1 } as const;

test("a port just closed is opened again, and the first question on it is said whole", async () => {
  const terminal = await openPseudoTerminal();
  try {
    const devices = machineDevices();
    let hex = "";
    let whole = (): void => undefined;
    terminal.onBytes((bytes) => {
      hex += Buffer.from(bytes).toString("hex");
      if (hex.length >= 16) whole();
    });
    for (let visit = 0; visit < 20; visit += 1) {
      const line = await devices.openSerial(terminal.path, settings);
      hex = "";
      const heard = new Promise<void>((resolve) => {
        whole = resolve;
      });
      line.write(Uint8Array.of(1, 3, 0, visit, 0, 1, 2, 3));
      await heard;
      expect(hex).toBe(`010300${visit.toString(16).padStart(2, "0")}00010203`);
      line.close();
    }
  } finally {
    terminal.close();
  }
});
