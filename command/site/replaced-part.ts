// Which device of the site file is being replaced, where it hangs, and which sockets go through it.
import type { SiteFile } from "#gateway/config/read.ts";
import type { LineConfig } from "#gateway/config/schema.ts";
import { UsageError } from "../device/say.ts";

export interface Part {
  readonly name: string;
  readonly profile: string;
  readonly unit: number;
  /** The line as `device address` is told it; undefined: its bytes cannot be seen. */
  readonly line: readonly string[] | undefined;
  /** Indexes; undefined: every socket of the station. */
  readonly sockets: readonly number[] | undefined;
}

function lineWords(line: LineConfig | undefined): readonly string[] | undefined {
  if (line === undefined || line.kind === "tcp") return undefined;
  const echo = line.echo === true ? ["--echo"] : [];
  return line.kind === "serial"
    ? ["--serial", line.path, "--baud", `${line.baud}`, "--parity", line.parity, "--stop-bits", `${line.stop_bits}`, ...echo]
    : ["--host", line.host, "--port", `${line.port}`, "--rtu", "--baud", `${line.baud}`, ...echo];
}

export function partOf({ config }: SiteFile, { station: id, device }: { station: string; device: string | undefined }): Part {
  const station = config.stations.find((one) => one.id === id);
  if (station === undefined) throw new UsageError(`没有充电站 / no station "${id}"; ${config.stations.map((one) => one.id).join(", ")}`);
  const line = lineWords(config.lines.find((one) => one.id === station.line));
  if ("profile" in station) {
    if (device !== undefined) throw new UsageError(`${id} 是一台设备，不写 --device / ${id} is one device: no --device`);
    return { name: id, profile: station.profile, unit: station.unit, line, sockets: undefined };
  }
  const names = [...new Set(station.sockets.flatMap(({ relay, meter }) => [relay.device, meter.device]))];
  const found = config.devices?.find((one) => one.id === device && names.includes(one.id));
  if (found === undefined)
    throw new UsageError(`${id} 由几台设备组成，写明换哪一台 / ${id} is made of several devices: --device ${names.join(" | ")}`);
  const sockets = station.sockets.flatMap(({ relay, meter }, index) =>
    relay.device === found.id || meter.device === found.id ? [index] : [],
  );
  return { name: found.id, profile: found.profile, unit: found.unit, line, sockets };
}
