// Fire devices held against the rest of the site: each known by one address, and sheds that exist.
import { nearest } from "#protocols/vocabulary/nearest.ts";
import type { Path } from "./complaint.ts";
import type { FireConfig } from "./fire-schema.ts";
import type { Complain } from "./yaml-file.ts";

export function checkFire(fire: FireConfig | undefined, sheds: readonly string[], complain: Complain): void {
  if (fire === undefined) return;
  const { devices, listen, detectors = [] } = fire;
  const ids = new Set<string>();
  const addresses = new Set<string>();
  if (listen === undefined && devices.length > 0)
    complain(["fire"], { zh: "有传输装置而没有监听地址：写 listen", en: "devices, and nowhere to connect to: write `listen`" });
  for (const [index, device] of devices.entries()) {
    const at = ["fire", "devices", index] as const;
    if (ids.has(device.id)) complain([...at, "id"], { zh: `装置编号重复：${device.id}`, en: `device id twice: ${device.id}` });
    ids.add(device.id);
    if (device.address === undefined && devices.length > 1)
      complain([...at], {
        zh: "不止一台装置，须写源地址 address",
        en: "of several devices each needs its source address: write `address`",
      });
    if (device.address !== undefined && addresses.has(device.address))
      complain([...at, "address"], { zh: `源地址重复：${device.address}`, en: `source address twice: ${device.address}` });
    addresses.add(device.address ?? "");
    const named = [
      { shed: device.shed, path: [...at, "shed"] },
      ...(device.places ?? []).map((one, n) => ({ shed: one.shed, path: [...at, "places", n, "shed"] })),
    ];
    for (const { shed, path } of named) checkShed(shed, path, { sheds, complain });
  }
  const imeis = new Set<string>();
  for (const [index, { id, imei, shed }] of detectors.entries()) {
    const at = ["fire", "detectors", index] as const;
    if (ids.has(id)) complain([...at, "id"], { zh: `编号重复：${id}`, en: `id twice: ${id}` });
    if (imeis.has(imei)) complain([...at, "imei"], { zh: `IMEI 重复：${imei}`, en: `IMEI twice: ${imei}` });
    ids.add(id);
    imeis.add(imei);
    checkShed(shed, [...at, "shed"], { sheds, complain });
  }
  if (detectors.length > 0 && fire.detectors_token_file === undefined)
    complain(["fire"], {
      zh: "有独立烟感而没有上报口令：写 detectors_token_file",
      en: "detectors, and no token that their reports bear: write `detectors_token_file`",
    });
}

function checkShed(
  shed: string | undefined,
  path: Path,
  { sheds, complain }: { readonly sheds: readonly string[]; readonly complain: Complain },
): void {
  if (shed === undefined || sheds.includes(shed)) return;
  const meant = nearest(shed, sheds);
  const hint =
    meant === undefined
      ? { zh: `已有 ${sheds.join(", ") || "—"}`, en: `there are ${sheds.join(", ") || "—"}` }
      : { zh: `是否想写“${meant}”？`, en: `did you mean "${meant}"?` };
  complain(path, { zh: `没有这个充电棚：${shed}；${hint.zh}`, en: `no such shed: ${shed}; ${hint.en}` });
}
