// Every driver, one line each: the kind of a profile, or of a part of a board -> who speaks to it.
import { boardDriver } from "./board.ts";
import { builtSocketDriver } from "./built-socket.ts";
import { contactorDriver } from "./contactor.ts";
import { stationDriver } from "./station.ts";

export const drivers = {
  station: stationDriver,
  board: boardDriver,
  contactor: contactorDriver,
  builtSocket: builtSocketDriver,
} as const;
