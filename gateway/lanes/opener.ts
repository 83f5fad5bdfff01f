// The site file's word for what opens a gate, made into it. The board is looked at all the same: it says whether the arm went up.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { openReply } from "#protocols/cameras/vzenith/reply.ts";
import type { LaneConfig } from "../config/schema.ts";
import type { BarrierBoard } from "../drivers/barrier-board.ts";
import { cameraGate } from "../drivers/gates/camera-gate.ts";
import { gpioContact } from "../drivers/gates/gpio.ts";
import { lcusContact } from "../drivers/gates/lcus.ts";
import { coilContact } from "../drivers/gates/modbus-relay.ts";
import { type Contact, type Opener, pulseContact, usualPulse_ms } from "../drivers/gates/pulse.ts";
import { openTcpExchange } from "../lines/tcp.ts";
import type { Devices } from "../ports.ts";
import type { SiteContext } from "../site-context.ts";
import { openCharacterLine } from "../world/gpio-character.ts";
import type { CameraOrders } from "./camera-orders.ts";
import type { Comet } from "./comet.ts";

type Way = NonNullable<LaneConfig["opener"]>;

function contactOf(
  way: Exclude<Way, { address: string } | { kind: "comet" } | { kind: "link" }>,
  { context, id, devices }: { context: SiteContext; id: string; devices: Devices },
): Contact {
  const { clock } = context;
  switch (way.kind) {
    case "gpio":
      return gpioContact({ chip: way.chip, line: way.line, activeLow: way.active_low }, openCharacterLine);
    case "lcus":
      return lcusContact(way.channel, () => devices.openSerial(way.path, { baud: 9600, parity: "none", stopBits: 1 }));
    case "coil":
      return coilContact({
        id,
        clock,
        unit: way.unit,
        coil: way.coil,
        connect: () => openTcpExchange({ host: way.host, port: way.port, clock }),
      });
  }
}

export function openerOf(
  context: SiteContext,
  { id, camera, opener: way }: LaneConfig,
  { devices, comet, orders }: { devices: Devices; comet: Comet; orders: CameraOrders },
): Opener | undefined {
  const { clock, folder, log } = context;
  if (way === undefined) return undefined;
  if (way.kind === "comet")
    return { open: (notAfter, done) => comet.say(camera.serialno, openReply, notAfter, done), stuck: () => false, stop: () => undefined };
  if (way.kind === "link")
    return { open: (notAfter, done) => orders.open(camera.serialno, notAfter, done), stuck: () => false, stop: () => undefined };
  if ("address" in way) {
    const password = readFileSync(resolve(folder, way.password_file), "utf8").trim();
    return cameraGate({ make: way.kind, base: way.address, channel: way.channel, account: { user: way.user, password }, clock });
  }
  return pulseContact({
    clock,
    contact: contactOf(way, { context, id, devices }),
    pulse_ms: way.pulse_ms ?? usualPulse_ms,
    onStuck: (fault) =>
      log.error({ lane: id, detail: fault.detail }, "the opening contact does not fall: the arm may be held up; it is tried again"),
  });
}

export const withOpener = (board: BarrierBoard, opener: Opener): BarrierBoard => ({
  pulseOpen: opener.open,
  pulseClose: board.pulseClose,
  stop() {
    opener.stop();
    board.stop();
  },
});
