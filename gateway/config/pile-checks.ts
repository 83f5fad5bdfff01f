// Piles held against the rest of the site: names and numbers once, sheds that exist, and no promise that such a pile cannot keep.
import { tellingOf } from "#protocols/piles/telling.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import type { PileConfig, PileHostConfig } from "./pile-schema.ts";
import type { LineConfig, StationConfig } from "./schema.ts";
import type { ShedConfig } from "./shed-schema.ts";
import type { Complain } from "./yaml-file.ts";

type Placed<Item> = readonly (readonly [number, Item])[];

export interface PileParts {
  readonly pile_hosts: Placed<PileHostConfig>;
  readonly stations: Placed<StationConfig>;
  readonly lines: Placed<LineConfig>;
  readonly sheds: Placed<ShedConfig>;
  readonly ids: { readonly stations: readonly string[]; readonly sheds: readonly string[] };
}

export function checkPiles(parts: PileParts, complain: Complain): void {
  const names = new Set<string>(parts.ids.stations);
  const numbers = new Set<string>();
  const places = new Set<string>();
  for (const [at, host] of parts.pile_hosts) {
    const path = ["pile_hosts", at] as const;
    const place = `${host.host}:${host.port}`;
    if (host.port !== 0 && places.has(place)) complain([...path, "port"], { zh: `监听地址重复：${place}`, en: `address twice: ${place}` });
    places.add(place);
    promised(host, path, complain);
    for (const [n, pile] of host.piles.entries()) {
      const where = [...path, "piles", n] as const;
      if (names.has(pile.id))
        complain([...where, "id"], { zh: `桩或充电站编号重复：${pile.id}`, en: `pile or station id twice: ${pile.id}` });
      names.add(pile.id);
      const number = `${host.kind} ${pile.number}`;
      if (numbers.has(number)) complain([...where, "number"], { zh: `设备号重复：${pile.number}`, en: `number twice: ${pile.number}` });
      numbers.add(number);
      const { digits } = tellingOf[host.kind];
      if (pile.number.length !== digits)
        complain([...where, "number"], {
          zh: `${host.kind} 的设备号是 ${digits} 位十六进制`,
          en: `a number of ${host.kind} has ${digits} hexadecimal digits`,
        });
      if (pile.labels !== undefined && pile.labels.length !== pile.ports)
        complain([...where, "labels"], {
          zh: `${pile.ports} 路，写了 ${pile.labels.length} 个标签`,
          en: `${pile.ports} sockets, and ${pile.labels.length} labels`,
        });
      checkShed(pile, { path: where, parts }, complain);
    }
  }
  // Somebody hangs a station on piles, as if they were a line with a promise.
  for (const [at, { line }] of parts.stations)
    for (const [, host] of parts.pile_hosts)
      if (line === host.id)
        complain(["stations", at, "line"], {
          zh: `${line} 是桩主机，不是线路：${tellingOf[host.kind].zh}，不能承诺 cutoff_ms；把桩写在 pile_hosts.piles 里`,
          en: `${line} is a host of piles and no line: ${tellingOf[host.kind].en}, so no cutoff_ms can be promised; write the pile under pile_hosts.piles`,
        });
}

function promised({ kind, cutoff_ms }: PileHostConfig, path: readonly (string | number)[], complain: Complain): void {
  if (cutoff_ms === undefined) return;
  const { zh, en } = tellingOf[kind];
  complain([...path, "cutoff_ms"], {
    zh: `${zh}，做不到 ${cutoff_ms} 毫秒断电：删去 cutoff_ms（由桩自身固件保护），或换成线路上的充电站（stations），或在桩上级装电表与接触器并写成棚（sheds.contactor）`,
    en: `${en}: it cannot be cut within ${cutoff_ms} ms. Take cutoff_ms away (its own firmware protects), or use a station on a line (stations), or put a meter and a contactor above it and write them as a shed (sheds.contactor)`,
  });
}

/** A shed opens everything in it within a round when it burns. A pile that is only asked over its modem cannot be part of that, unless a contactor stands above it. */
function checkShed(pile: PileConfig, { path, parts }: { path: readonly (string | number)[]; parts: PileParts }, complain: Complain): void {
  if (pile.shed === undefined) return;
  const where = [...path, "shed"];
  if (!parts.ids.sheds.includes(pile.shed)) {
    const meant = nearest(pile.shed, parts.ids.sheds);
    complain(where, {
      zh: `没有这个充电棚：${pile.shed}；${meant === undefined ? `已有 ${parts.ids.sheds.join(", ") || "—"}` : `是否想写“${meant}”？`}`,
      en: `no such shed: ${pile.shed}; ${meant === undefined ? `there are ${parts.ids.sheds.join(", ") || "—"}` : `did you mean "${meant}"?`}`,
    });
    return;
  }
  const shed = parts.sheds.find(([, { id }]) => id === pile.shed)?.[1];
  if (shed !== undefined && shed.contactor === undefined)
    complain(where, {
      zh: `棚 ${shed.id} 报火警时要立即断开棚内全部插座，而桩 ${pile.id} 只能经其模块请求停止：在棚上级装接触器（contactor），或不把桩写进这个棚`,
      en: `shed ${shed.id} opens every socket at once when it burns, and pile ${pile.id} can only be asked over its modem: put a contactor above the shed (contactor), or take the pile out of it`,
    });
}
