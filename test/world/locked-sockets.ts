// What protection would say of two sockets that are locked, where no charging station hangs.
import type { SocketReading } from "#gateway/link/messages.ts";

export const lockedSockets: readonly SocketReading[] = (
  [
    ["station-1/3", "trip-00001", "over-current"],
    ["station-1/4", "trip-00002", "smoke"],
  ] as const
).map(([socket, trip, cause]) => ({
  ...{ socket, trip, cause, quality: "good", age_ms: 50, relay: "open", plugged: true, state: "latched", authority: null, test: null },
  ...{ request_seq: 1, request_card: null, voltage_mV: null, current_mA: null, power_mW: null, temperature_mC: null, energy_mWh: null },
}));
