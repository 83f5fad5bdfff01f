// Asks as a master does, but hears everything that comes, in whatever shape: for finding out what is wrong with a line. Serial lines, and RTU frames over TCP.
import { setTimeout as pause } from "node:timers/promises";
import { machineDevices } from "#gateway/world/devices.ts";
import { characterMs, type Request, rtuAnswerLength, rtuFrame } from "#protocols/modbus/frame.ts";
import { sortHeard, type Try } from "../diagnosis/heard.ts";
import type { LineSettings } from "./line.ts";
import { patiently } from "./patiently.ts";
import { Unreachable } from "./say.ts";

export interface Ear {
  readonly words: string;
  ask(request: Request): Promise<Try>;
  /** How many bytes come while nobody asks. */
  listen(ms: number): Promise<number>;
  close(): void;
}

/** After the last byte: as long as a second device may still think, and a USB adapter may hold bytes back. */
const quiet_ms = 60;
/** A line that never falls silent is left after this. */
const longest_ms = 2_000;
const look_ms = 5;
const whole: readonly string[] = ["answer", "strays", "answers"];

async function openBytes({ address }: LineSettings) {
  const devices = machineDevices();
  try {
    return address.kind === "serial"
      ? await patiently(() => devices.openSerial(address.path, { baud: address.baud, parity: address.parity, stopBits: address.stop_bits }))
      : await devices.openTcp(address.host, address.port);
  } catch (error) {
    throw new Unreachable(error instanceof Error ? error.message : String(error));
  }
}

export async function openEar(settings: LineSettings): Promise<Ear> {
  const { address, baud, timeout_ms } = settings;
  const line = await openBytes(settings);
  let heard: number[] = [];
  let lastAt = 0;
  let gone: string | undefined;
  line.onBytes((bytes) => {
    heard.push(...bytes);
    lastAt = performance.now();
  });
  line.onClose((why) => {
    gone = why;
  });
  const look = async (ms: number): Promise<number> => {
    await pause(ms);
    if (gone !== undefined) throw new Unreachable(gone);
    return performance.now();
  };
  return {
    words: settings.words,
    async ask(request) {
      const asked = rtuFrame(request);
      const wire_ms = address.kind === "serial" ? (asked.length + rtuAnswerLength(request.pdu)) * characterMs(baud) : 0;
      heard = [];
      line.write(asked);
      const deadline = performance.now() + wire_ms + timeout_ms;
      for (let now = await look(look_ms); now < deadline + longest_ms; now = await look(look_ms)) {
        if (heard.length > 0 && now - lastAt < quiet_ms) continue;
        // Early only with a whole answer in hand: a slow adapter may hold back the rest of it.
        if (now >= deadline || whole.includes(sortHeard({ asked, heard: Uint8Array.from(heard) }).kind)) break;
      }
      return { asked, heard: Uint8Array.from(heard) };
    },
    async listen(ms) {
      heard = [];
      await look(ms);
      return heard.length;
    },
    close: () => line.close(),
  };
}
