// A serial port that was closed a moment ago is still locked for a few milliseconds: whoever opens it again waits so long, and no longer.
import { setTimeout as pause } from "node:timers/promises";

const tries = 12;
const between_ms = 50;

export async function patiently<Opened>(open: () => Promise<Opened>): Promise<Opened> {
  for (let turn = 1; ; turn += 1) {
    try {
      return await open();
    } catch (error) {
      const locked = error instanceof Error && error.message.includes("Cannot lock port");
      if (!locked || turn === tries) throw error;
      await pause(between_ms);
    }
  }
}
