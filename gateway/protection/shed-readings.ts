// What the site process is shown of a shed, about once a second.
import { milliAmpere } from "#protocols/vocabulary/electricity.ts";
import type { Monotonic } from "#protocols/vocabulary/time.ts";
import { seenClosed, seenOpen } from "../core/charging/shed/contactor.ts";
import { shedFixed } from "../core/charging/shed/limits.ts";
import { isLatched, type Shed, shedRefuses } from "../core/charging/shed/shed.ts";
import type { ShedReading } from "../link/messages.ts";
import type { Loads } from "./loads.ts";

function stateOf(shed: Shed, now: Monotonic): ShedReading["state"] {
  if (isLatched(shed)) return "latched";
  if (shed.tripped !== undefined) return "blind";
  return shedRefuses(shed, now) === undefined ? "serving" : "waiting";
}

function contactorOf({ contactor }: Shed, now: Monotonic): ShedReading["contactor"] {
  if (contactor === undefined) return "none";
  if (contactor.stuck) return "stuck";
  if (seenClosed(contactor, now)) return "closed";
  return seenOpen(contactor, now) ? "open" : "unknown";
}

export function shedReading(shed: Shed, load: ReturnType<Loads["readings"]>, now: Monotonic): ShedReading {
  const { tripped, feeder } = shed;
  const residual = feeder === undefined || now - feeder.seen > shedFixed.meterWarn_ms ? undefined : feeder.residual_mA;
  return {
    shed: shed.id,
    state: stateOf(shed, now),
    trip: tripped?.trip ?? null,
    cause: tripped?.cause ?? null,
    source: tripped?.source ?? null,
    inputs: shed.inputs.map(({ id, kind, active, seen }) => ({
      input: id,
      of: kind,
      state: active === undefined || now - seen >= shedFixed.warn_ms ? "unread" : active ? "active" : "clear",
      age_ms: Math.max(0, now - seen),
    })),
    contactor: contactorOf(shed, now),
    residual_mA: residual === undefined ? null : milliAmpere(Math.round(residual)),
    leaking: feeder?.leaking ?? false,
    ...load,
  };
}
