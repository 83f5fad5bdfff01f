// Sockets put together, as a shopping list counts them: as many boards and meters as they take, each once on the line.
import type { SocketSides } from "#protocols/modbus/built-socket.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import { pulse_ms } from "../stations.ts";
import type { BoughtSockets, ListedLine } from "./read.ts";

const channelsOf = ({ points, sockets }: Profile): number =>
  points.some(({ name, per }) => name === "current_mA" && per === "socket") ? (sockets?.count ?? 1) : 1;
const relaysOf = ({ relays }: Profile): number => Math.max(1, relays?.count ?? 1);

/** `from`: addresses that others of the line have taken. */
export function sidesOf({ relay, meter, count }: BoughtSockets, from = 0): SocketSides[] {
  const [each, channels] = [relaysOf(relay), channelsOf(meter)];
  const boards = Math.ceil(count / each);
  return Array.from({ length: count }, (_, n) => ({
    relay: { unit: from + 1 + Math.floor(n / each), profile: relay, channel: (n % each) + 1 },
    meter: {
      unit: from + boards + 1 + Math.floor(n / channels),
      profile: meter,
      ...(channels === 1 ? {} : { channel: (n % channels) + 1 }),
    },
    held_by: relay.relays?.flash === undefined ? "watchdog" : "flash",
    hold_ms: pulse_ms,
  }));
}

const boxesOf = ({ relay, meter, count }: BoughtSockets): number =>
  Math.ceil(count / relaysOf(relay)) + Math.ceil(count / channelsOf(meter));

/** Every box with an address of its own. */
export const unitsOf = ({ devices, sockets = [] }: ListedLine): number =>
  devices.reduce((sum, { count }) => sum + count, 0) + sockets.reduce((sum, one) => sum + boxesOf(one), 0);

/** Of all sockets of the line: no two share a unit by accident. */
export function allSides({ sockets = [] }: ListedLine): SocketSides[] {
  let from = 0;
  return sockets.flatMap((one) => {
    const sides = sidesOf(one, from);
    from += boxesOf(one);
    return sides;
  });
}
