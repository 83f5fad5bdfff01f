// Meters held against the rest of the site: addresses once, sockets that exist and hang below one of them.
import type { EnergyMeterConfig } from "./energy-schema.ts";
import type { Complain } from "./yaml-file.ts";

export interface EnergyParts {
  readonly energy_meters: readonly (readonly [number, EnergyMeterConfig])[];
  /** Every station, with its sockets; undefined where its profile is not known. */
  readonly stations: ReadonlyMap<string, number | undefined>;
}

export function checkEnergy({ energy_meters, stations }: EnergyParts, complain: Complain): void {
  const places = new Map<string, string>();
  const owner = new Map<string, string>();
  for (const [at, { id, address, at: place, sockets }] of energy_meters) {
    const path = ["energy_meters", at] as const;
    const key = `${place.kind === "tcp" ? `${place.host}:${place.port}` : place.path} ${address}`;
    const first = places.get(key);
    if (first !== undefined)
      complain([...path, "address"], { zh: `表号重复：${address}（${first}）`, en: `address twice: ${address} (${first})` });
    places.set(key, id);
    for (const [n, name] of sockets.entries()) {
      const where = [...path, "sockets", n];
      const [station = "", number] = name.split("/");
      if (!stations.has(station)) {
        complain(where, {
          zh: `没有这个充电站：${station}；总表下只能写充电站的插座，桩的读数五分钟一次，对不了账`,
          en: `no such station: ${station}; only sockets of stations stand below a meter: a pile's readings come every five minutes and balance nothing`,
        });
        continue;
      }
      const count = stations.get(station) ?? 0;
      if (number !== undefined && count > 0 && Number(number) > count)
        complain(where, { zh: `${station} 只有 ${count} 路`, en: `${station} has ${count} sockets` });
      const all = number === undefined ? Array.from({ length: count }, (_, socket) => `${station}/${socket + 1}`) : [name];
      const twice = all.find((socket) => owner.has(socket));
      if (twice !== undefined)
        complain(where, { zh: `${twice} 已在 ${owner.get(twice)} 之下`, en: `${twice} is below ${owner.get(twice)} already` });
      for (const socket of all) owner.set(socket, id);
    }
  }
}
