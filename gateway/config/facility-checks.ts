// Facilities held against the rest of the site: a device and points that exist, bounds that make sense, contacts whose meant level is written.
import type { Profile } from "#protocols/modbus/profile.ts";
import { unfitPlace } from "#protocols/modbus/wanted.ts";
import { nearest } from "#protocols/vocabulary/nearest.ts";
import { analogKinds, type FacilityConfig, type FacilityPointConfig, isAnalog } from "./facility-schema.ts";
import type { DeviceConfig } from "./shed-schema.ts";
import type { Complain } from "./yaml-file.ts";

export interface FacilityParts {
  readonly facilities: readonly (readonly [number, FacilityConfig])[];
  readonly devices: readonly (readonly [number, DeviceConfig])[];
  readonly profiles: ReadonlyMap<string, Profile>;
  /** Of the fire room: an event names one of either by its id alone. */
  readonly fireIds: readonly string[];
}

const suffix: Readonly<Record<string, readonly string[]>> = {
  level: ["mm", "permille"],
  pressure: ["Pa"],
  current: ["mA"],
  temperature: ["mC"],
};

export function checkFacilities({ facilities, devices, profiles, fireIds }: FacilityParts, complain: Complain): void {
  for (const [at, { id, device, points }] of facilities) {
    const path = ["facilities", at] as const;
    if (fireIds.includes(id)) complain([...path, "id"], { zh: `与消防装置同名：${id}`, en: `called like a fire device: ${id}` });
    const known = devices.find(([, one]) => one.id === device)?.[1];
    if (known === undefined) {
      const names = devices.map(([, one]) => one.id);
      const meant = nearest(device, names);
      const list = names.join(", ") || "—";
      complain([...path, "device"], {
        zh: `devices 中没有 ${device}；${meant === undefined ? `已有 ${list}` : `是否想写“${meant}”？`}`,
        en: `no ${device} under devices; ${meant === undefined ? `there are ${list}` : `did you mean "${meant}"?`}`,
      });
    }
    if (points.length === 0) complain([...path, "points"], { zh: "没有写任何测点", en: "no point is written: nothing is watched" });
    const profile = known === undefined ? undefined : profiles.get(known.profile);
    for (const [n, point] of points.entries()) {
      const here = [...path, "points", n];
      if (points.findIndex((one) => one.id === point.id) < n)
        complain([...here, "id"], { zh: `测点编号重复：${point.id}`, en: `point id twice: ${point.id}` });
      checkBounds(point, (key, words) => complain(key === undefined ? here : [...here, key], words));
      if (profile === undefined) continue;
      const unfit = unfitPlace(profile, point, !isAnalog(point.kind));
      if (unfit === undefined) continue;
      const key = unfit === "no-point" ? "point" : unfit === "no-channel" || unfit === "needs-channel" ? "channel" : "bit";
      const names =
        unfit === "no-point"
          ? profile.points.map(({ name }) => name).join(", ")
          : Object.keys(profile.points.find(({ name }) => name === point.point)?.bits ?? {}).join(", ") || "—";
      complain([...here, key], {
        zh: `${profile.id} 没有这个值（${point.point}）；有：${names}`,
        en: `${profile.id} has no such value (${point.point}); it has: ${names}`,
      });
    }
  }
}

function checkBounds(
  { kind, point, low, high, hysteresis, active, bit }: FacilityPointConfig,
  complain: (key: string | undefined, words: { zh: string; en: string }) => void,
): void {
  if (!isAnalog(kind)) {
    if (active === undefined) complain(undefined, { zh: "开关量须写 active（0 或 1）", en: "a contact needs `active` (0 or 1)" });
    for (const [key, value] of [
      ["low", low],
      ["high", high],
      ["hysteresis", hysteresis],
    ] as const)
      if (value !== undefined) complain(key, { zh: "开关量没有限值", en: "a contact has no bounds" });
    return;
  }
  if (active !== undefined || bit !== undefined)
    complain(active !== undefined ? "active" : "bit", {
      zh: "模拟量没有 active 与 bit",
      en: "a measured value has neither `active` nor `bit`",
    });
  if (low === undefined && high === undefined) complain(undefined, { zh: "须写 low 或 high", en: "write `low` or `high`" });
  if (low !== undefined && analogKinds[kind].low === undefined)
    complain("low", { zh: `${kind} 只有上限`, en: `${kind} has an upper bound only` });
  if (hysteresis === undefined) complain(undefined, { zh: "须写回差 hysteresis", en: "write `hysteresis`" });
  else if (low !== undefined && high !== undefined && high - low <= 2 * hysteresis)
    complain("hysteresis", { zh: "回差太大：上下限之间没有正常区", en: "too wide: between the bounds nothing is left that is normal" });
  if (suffix[kind]?.some((unit) => point.endsWith(`_${unit}`)) === false)
    complain("point", {
      zh: `${point} 的单位不是 ${suffix[kind]?.join("/")}`,
      en: `${point} is not counted in ${suffix[kind]?.join(" or ")}`,
    });
}
