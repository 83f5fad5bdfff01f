// Every driver, one line each: the kind of a profile -> who speaks to such a device.
import { stationDriver } from "./station.ts";

export const drivers = {
  station: stationDriver,
} as const;
