// One socket put together from a relay and a meter. The relay is held closed by pulses that end by themselves: a re-arm closes,
// so it is only ever sent while the socket is meant to be closed.
import { type Measured, measured, meterPlaces, meterPoint, type SocketSides } from "#protocols/modbus/built-socket.ts";
import type { DeviceValues } from "#protocols/modbus/decode.ts";
import type { Request } from "#protocols/modbus/frame.ts";
import { relayPlace } from "#protocols/modbus/hold.ts";
import { type BoardDriver, boardDriver } from "./board.ts";
import { contactorDriver } from "./contactor.ts";
import type { Said, SocketSaid } from "./station.ts";

export interface BuiltSocketDriver {
  /** The relays of its board, all of them in one question: one answer serves every socket of the board. */
  readonly board: BoardDriver;
  readonly meter: BoardDriver;
  off(): Request;
  /** The first pulse, and every later one. */
  hold(): Request;
  said(relays: DeviceValues, values: DeviceValues): SocketSaid;
}

export function builtSocketDriver({ relay, meter: side, held_by, hold_ms }: SocketSides): BuiltSocketDriver {
  const shown = relayPlace(relay.profile, relay.channel);
  if (shown === undefined) throw new Error(`${relay.profile.id} does not show its relays`);
  const board = boardDriver({ ...relay, wanted: [shown] });
  const meter = boardDriver({ ...side, wanted: meterPlaces(side) });
  const coil = contactorDriver({ profile: relay.profile, unit: relay.unit, relay: relay.channel, held_by, hold_ms });
  return {
    board,
    meter,
    off: coil.off,
    hold: coil.hold,
    said(relays, values) {
      const none = "not-offered" as const;
      const said = Object.fromEntries(
        measured.map((what) => {
          const point = meterPoint(side, what);
          return [what, point === undefined ? none : meter.number(values, { point: point.name, channel: side.channel })];
        }),
      );
      return {
        ...(said as Readonly<Record<Measured, Said<number>>>),
        ...{ relay_closed: board.level(relays, shown, 1), plugged: none, request_seq: none, request_card: none },
      };
    },
  };
}
