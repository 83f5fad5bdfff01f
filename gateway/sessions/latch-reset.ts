// A person's re-arm: asked only for the trip that the socket really holds, as protection last said it; what would be ignored is refused in words instead.
import type { SiteToSafety, SocketReading } from "../link/messages.ts";
import type { LatchReset, LatchResetAsked } from "../site-context.ts";

export interface ResetParts {
  /** Empty while protection is not heard. */
  readonly readings: readonly SocketReading[];
  readonly send: (message: SiteToSafety) => boolean;
}

export function resetLatch({ readings, send }: ResetParts, request: LatchReset): LatchResetAsked {
  if (readings.length === 0) return "not-connected";
  const reading = readings.find((one) => one.socket === request.socket);
  if (reading === undefined) return "no-socket";
  if (reading.trip !== request.trip) return "no-such-trip";
  return send({ type: "reset-latch", ...request }) ? "asked" : "not-connected";
}
