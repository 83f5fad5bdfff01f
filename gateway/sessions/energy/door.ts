// The site file's DL/T 645 meters: one line for each place, each meter asked once a minute; a line that is lost is opened anew with the next round.
import { after } from "#protocols/vocabulary/time.ts";
import type { EnergyMeterConfig } from "../../config/energy-schema.ts";
import { type Dlt645Line, type Dlt645Place, openDlt645, usualSerial } from "../../drivers/piles/dlt645-line.ts";
import type { SocketReading } from "../../link/messages.ts";
import type { Devices } from "../../ports.ts";
import type { SiteContext } from "../../site-context.ts";
import { type EnergyGroup, meterSaid, meterSilent } from "./energy.ts";

export interface MountedEnergy {
  stop(): void;
}

const everyMs = 60_000;
/** What a serial server and its network add. */
const network_ms = 200;

type Placed = EnergyMeterConfig["at"];
const keyOf = (at: Placed): string => (at.kind === "tcp" ? `${at.host}:${at.port}` : at.path);
const placeOf = (at: Placed): Dlt645Place =>
  at.kind === "tcp" ? { ...at, network_ms } : { kind: "serial", path: at.path, settings: { ...usualSerial, baud: at.baud } };

export function mountEnergy(
  { config, clock, journal, log }: Pick<SiteContext, "config" | "clock" | "journal" | "log">,
  parts: {
    readonly devices: Devices;
    readonly readings: () => readonly SocketReading[];
    readonly expand: (names: readonly string[]) => readonly string[];
  },
): MountedEnergy {
  const meters = config.energy_meters ?? [];
  const groups = new Map<string, EnergyGroup>(
    meters.map(({ id, ratio = 1, sockets, loss_percent }) => [
      id,
      { meter: id, ratio, sockets: parts.expand(sockets), bound_permille: loss_percent * 10 },
    ]),
  );
  const lines = new Map<string, Dlt645Line>();
  let stopped = false;

  const lineOf = async (at: Placed): Promise<Dlt645Line> => {
    const known = lines.get(keyOf(at));
    if (known !== undefined) return known;
    const line = await openDlt645({ clock, devices: parts.devices }, placeOf(at));
    lines.set(keyOf(at), line);
    return line;
  };
  /** On a full disk the counters wait: the next step has what this one missed. */
  const safely = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.error({ error: String(error) }, "energy: nothing could be written");
    }
  };
  const missed = ({ id, at }: EnergyMeterConfig, why: string, closed: boolean): void => {
    log.warn({ meter: id, why }, "energy: the meter did not answer");
    if (closed) lines.delete(keyOf(at));
    const group = groups.get(id);
    if (group !== undefined) safely(() => meterSilent(journal, group, clock.stamp()));
  };
  const ask = (meter: EnergyMeterConfig, line: Dlt645Line): void =>
    line.read(meter.address, "00010000", (answer) => {
      const group = groups.get(meter.id);
      if (stopped || group === undefined) return;
      const counter_mWh = answer.kind === "reading" ? answer.value.energy_mWh : null;
      if (answer.kind === "reading" && counter_mWh !== null)
        safely(() => meterSaid(journal, group, { counter_mWh, readings: parts.readings(), at: clock.stamp() }));
      else
        missed(meter, answer.kind === "reading" ? "no such value" : answer.detail, answer.kind !== "reading" && answer.code === "closed");
    });
  /** One place after another: a line has one opening under way. */
  let under = false;
  const round = async (): Promise<void> => {
    if (under) return;
    under = true;
    for (const meter of meters) {
      try {
        const line = await lineOf(meter.at);
        if (stopped) line.close("stopped");
        else ask(meter, line);
      } catch (error) {
        if (!stopped) missed(meter, String(error), true);
      }
    }
    under = false;
  };
  let cancel = (): void => undefined;
  const again = (): void => {
    cancel = clock.wake(after(clock.monotonic(), everyMs), () => {
      void round();
      again();
    });
  };
  if (meters.length > 0) again();
  return {
    stop: () => {
      stopped = true;
      cancel();
      for (const line of lines.values()) line.close("stopped");
    },
  };
}
