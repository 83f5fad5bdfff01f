// What the schema of a profile cannot say: points that lie on each other, scales that leave whole numbers, a station that cannot be switched.
import { Compile } from "typebox/compile";
import { addressingComplaints } from "./addressing.ts";
import { pointComplaints, type Say } from "./check-point.ts";
import { clashesOf } from "./claims.ts";
import { complaintLine, type ProfileComplaint, pathOf } from "./complaint.ts";
import { addressesOf, isBits, signAddressesOf, widthOf, wordsPer } from "./placement.ts";
import { mostOf } from "./plan.ts";
import { Profile } from "./profile.ts";
import { has } from "./quirks.ts";
import { type Shape, schemaComplaints } from "./schema-words.ts";
import { switchedBy } from "./switching.ts";

const validator = Compile(Profile);

/** A file's content as a profile, or every complaint in words. */
export function checkProfile(value: unknown): { readonly profile: Profile } | { readonly complaints: readonly string[] } {
  if (!validator.Check(value)) {
    const found = schemaComplaints(value, Profile as unknown as Shape).map(complaintLine);
    return { complaints: found.length > 0 ? found : validator.Errors(value).map((error) => `${error.instancePath} ${error.message}`) };
  }
  const found = profileComplaints(value);
  return found.length > 0 ? { complaints: found } : { profile: value };
}

/** Complaints in words; an empty list is a sound profile. The shape itself is the schema's matter. */
export function profileComplaints(profile: Profile): string[] {
  const found: ProfileComplaint[] = [];
  const say: Say = (wrong, path, words) => {
    if (wrong) found.push({ path, ...words });
  };
  for (const [index, point] of profile.points.entries()) {
    const at = pathOf(["points", index], profile);
    pointComplaints(profile, point, (wrong, key, words) => say(wrong, `${at}.${key}`, words));
  }
  placeComplaints(profile, say);
  switchComplaints(profile, say);
  stationComplaints(profile, say);
  addressingComplaints(profile, say);
  return found.map(complaintLine);
}

function placeComplaints(profile: Profile, say: Say): void {
  const { sockets, points } = profile;
  say(sockets?.stride !== undefined && sockets.starts !== undefined, "sockets", {
    zh: "stride 与 starts 只能写一个",
    en: "stride or starts, not both",
  });
  say(sockets?.starts !== undefined && sockets.starts.length !== sockets.count, "sockets.starts", {
    zh: `有 ${sockets?.count} 路，却写了 ${sockets?.starts?.length} 个`,
    en: `there are ${sockets?.count} sockets, not ${sockets?.starts?.length}`,
  });
  const names = new Set<string>();
  for (const [index, point] of points.entries()) {
    const at = pathOf(["points", index], profile);
    const most = mostOf(profile, point.table);
    const width = widthOf(point, wordsPer(profile, point));
    const addresses = addressesOf(profile, point);
    say(names.has(point.name), at, { zh: "名字重复", en: `${point.name}: named twice` });
    names.add(point.name);
    say(width > most, at, {
      zh: `占 ${width} 个寄存器，而一次最多读 ${most} 个`,
      en: `${point.name}: is longer than one read may be (${most})`,
    });
    const beyond = addresses.findIndex((address) => address + width > 65_536);
    say(beyond >= 0, `${at}.address`, { zh: `第 ${beyond + 1} 路超过 65535`, en: `socket ${beyond + 1} lies beyond register 65535` });
    say(
      signAddressesOf(profile, point).some((address) => address > 65_535),
      `${at}.sign`,
      { zh: "符号所在超过 65535", en: "its sign lies beyond register 65535" },
    );
    say(has(profile, "coils-from-zero") && isBits(point.table) && Math.max(...addresses) >= most, `${at}.address`, {
      zh: `怪癖 coils-from-zero：从 0 起一次只能读 ${most} 位，读不到`,
      en: `${point.name}: cannot be reached from 0 in one question of ${most} bits`,
    });
  }
  for (const { index, other, place } of clashesOf(profile))
    say(true, pathOf(["points", index], profile), {
      zh: `与 ${other} 重叠在 ${place}`,
      en: `${points[index]?.name}: lies on ${other} at ${place}`,
    });
}

/** One of the two, and a function that the device knows. */
function switchComplaints({ functions, relays, switching, pulses }: Profile, say: Say): void {
  const knows = (fn: number): boolean => functions === undefined || functions.some((known) => known === fn);
  for (const [key, places] of [
    ["relays", relays],
    ["relays.flash", relays?.flash],
    ["switching", switching],
  ] as const) {
    if (places === undefined) continue;
    say((places.coil === undefined) === (places.register === undefined), key, {
      zh: "coil（FC05）与 register（FC06）必须写且只写一个",
      en: "write coil (function 5) or register (function 6), exactly one",
      example: '"coil": 0',
    });
    const { fn } = switchedBy(places);
    say(!knows(fn), "functions", { zh: `${key} 要用功能码 ${fn}`, en: `relays are switched by function ${fn}` });
  }
  for (const [name, pulse] of Object.entries(pulses ?? {})) {
    const fn = typeof pulse === "number" ? 5 : 6;
    say(!knows(fn), "functions", { zh: `脉冲 ${name} 要用功能码 ${fn}`, en: `the pulse ${name} needs function ${fn}` });
  }
  say(switching !== undefined && !knows(6), "functions", { zh: "续期要用功能码 6", en: "re-arming is function 6" });
}

function stationComplaints(profile: Profile, say: Say): void {
  if (profile.kind !== "station") return;
  say(profile.sockets === undefined, "sockets", {
    zh: "充电站要写有几路",
    en: "a station has some",
    example: '"sockets": { "count": 10, "stride": 10 }',
  });
  say(profile.switching === undefined, "switching", {
    zh: "充电站要写怎样通断",
    en: "a station is switched",
    example: '"switching": { "coil": 0, "on": 65280, "off": 0, "rearm": { "register": 256, "value": 1 }, "hold_ms": 4000 }',
  });
  const perSocket = profile.points.filter((point) => point.per === "socket");
  // What protection cannot do without.
  say(!perSocket.some((point) => point.name === "current_mA"), "points", {
    zh: "保护需要每路的电流 current_mA",
    en: "current_mA: protection needs it per socket",
    example: '{ "name": "current_mA", "per": "socket", … }',
  });
  say(!perSocket.some((point) => point.bits?.relay_closed !== undefined), "points", {
    zh: "保护需要读回每路的继电器：某个每路的点要有标志位 relay_closed（读线圈也可以，位号写 0）",
    en: "relay_closed: protection needs the relay read back per socket (a bit of a register, or bit 0 of a coil)",
    example: '{ "name": "state", "per": "socket", …, "bits": { "relay_closed": 0 } }',
  });
}

/** Not wrong, but seldom meant. */
export function profileHints(profile: Profile): string[] {
  const first = { discrete: 10_001, input: 30_001, holding: 40_001 } as const;
  return profile.points.flatMap((point, index) => {
    if (point.table === "coil") return [];
    const meant = point.address - first[point.table];
    if (meant < 0 || meant > 9_998) return [];
    return complaintLine({
      path: `${pathOf(["points", index], profile)}.address`,
      zh: `${point.address} 是资料的写法吗？若是，报文里的地址是 ${meant}`,
      en: `is ${point.address} the sheet's notation? Then it is ${meant} on the wire`,
      example: `"address": ${meant}`,
    });
  });
}
