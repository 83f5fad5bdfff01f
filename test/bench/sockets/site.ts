// The site of the socket benchmark: 200 sockets of four kinds on one gateway, as its file says it.
import { stringify } from "yaml";

/** Serial lines with ten-socket stations; a relay board with a meter a socket; DNY piles and dc589 boards that call over TCP. */
export const [lines, unitsOfLine, builtSockets, pilePorts, boardPorts] = [4, 3, 4, 10, 9];
export const piles = [1, 2, 3, 4].map((n) => {
  const device = 0x05ce_aa40 + n;
  return { id: `dny-${n}`, device, number: device.toString(16).toUpperCase().padStart(8, "0") };
});
export const boards = [1, 2, 3, 4].map((n) => ({ id: `dc589-${n}`, number: String(2_026_000_000_000_000 + n) }));
export const counts = {
  modbus: lines * unitsOfLine * 10,
  built: builtSockets,
  dny: piles.length * pilePorts,
  dc589: boards.length * boardPorts,
};
export const sockets = counts.modbus + counts.built + counts.dny + counts.dc589;

const numbered = (id: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${id}/${n + 1}`);
export const stationOf = (line: number, unit: number): string => `station-${line}-${unit}`;
const each = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
export const stationSockets = each(lines, (line) => each(unitsOfLine, (n) => numbered(stationOf(line, n + 1), 10)).flat());
export const allSockets = [
  ...stationSockets.flat(),
  ...numbered("diy", builtSockets),
  ...piles.flatMap(({ id }) => numbered(id, pilePorts)),
  ...boards.flatMap(({ id }) => numbered(id, boardPorts)),
];

export interface Where {
  /** Pseudo-terminals of the stations, and of the relay board with its meters. */
  readonly serial: readonly string[];
  readonly built: string;
  readonly dny: number;
  readonly dc589: number;
  readonly price: string;
}

export function siteText({ serial, built, dny, dc589, price }: Where): string {
  const pileOf = (ports: number) => (one: { readonly id: string; readonly number: string }) => ({
    ...{ id: one.id, name: one.id, number: one.number, ports, time_most_s: 28_800, overload_W: 500 },
  });
  const host = { host: "127.0.0.1", cut_by: "firmware" };
  const common = { kind: "serial", parity: "none", stop_bits: 1 };
  return stringify({
    ...{ site: "bench", gateway: "gw-1", name: "两百路", data: "./gateway", http: { host: "127.0.0.1", port: 0 } },
    ...{ booth: { token_file: "./booth.token" }, lots: [], lanes: [] },
    uplink: { broker: "mqtt://127.0.0.1:1", username: "gw-1", password_file: "./uplink.password", keepalive_s: 10 },
    charging: { price },
    limits: [
      { id: "station", file: "e-bike-4a" },
      { id: "built", file: "e-bike-4a-built" },
    ],
    lines: [
      ...serial.map((path, line) => ({ ...common, id: `line-${line}`, path, baud: 19_200, cutoff_ms: 1_000 })),
      { ...common, id: "line-built", path: built, baud: 9_600, cutoff_ms: 1_900 },
    ],
    devices: [
      { id: "relays-1", name: "继电器板", line: "line-built", unit: 1, profile: "relays/waveshare-8" },
      ...each(builtSockets, (n) => ({
        id: `meter-${n + 1}`,
        name: `电表${n + 1}`,
        line: "line-built",
        unit: 11 + n,
        profile: "meters/pzem-004t",
      })),
    ],
    stations: [
      ...serial.flatMap((_, line) =>
        each(unitsOfLine, (n) => ({
          ...{ id: stationOf(line, n + 1), name: stationOf(line, n + 1), line: `line-${line}`, unit: n + 1 },
          ...{ profile: "stations/ten-socket", limits: "station" },
        })),
      ),
      {
        ...{ id: "diy", name: "自装", line: "line-built", limits: "built", labels: each(builtSockets, (n) => `${n + 1}`) },
        sockets: each(builtSockets, (n) => ({
          relay: { device: "relays-1", channel: n + 1 },
          meter: { device: `meter-${n + 1}` },
        })),
      },
    ],
    pile_hosts: [
      { id: "piles-dny", kind: "dny", port: dny, ...host, piles: piles.map(pileOf(pilePorts)) },
      { id: "piles-dc589", kind: "dc589", port: dc589, ...host, piles: boards.map(pileOf(boardPorts)) },
    ],
  });
}
