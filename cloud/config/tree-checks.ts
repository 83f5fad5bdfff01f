// The tree above the compounds: every name exists, nothing stands above what is higher, and nobody judges what he does himself.
import { areaKinds, wholeTree } from "#cloud/identity/tree.ts";
import type { Path } from "#gateway/config/complaint.ts";
import type { Complain } from "#gateway/config/yaml-file.ts";
import type { CloudConfig } from "./schema.ts";

export function checkTree({ areas = [], sites, people }: CloudConfig, complain: Complain): void {
  const byId = new Map(areas.map((area) => [area.id, area]));
  const taken = new Set([wholeTree, ...sites.map(({ id }) => id)]);
  for (const [index, { id, kind, above }] of areas.entries()) {
    if (taken.has(id)) complain(["areas", index, "id"], { zh: `编号已被占用：${id}`, en: `this id is taken: ${id}` });
    taken.add(id);
    if (above === undefined) continue;
    const higher = byId.get(above);
    if (higher === undefined) missing(["areas", index, "above"], above, complain);
    else if (areaKinds.indexOf(higher.kind) >= areaKinds.indexOf(kind))
      complain(["areas", index, "above"], {
        zh: `${higher.kind} 不能在 ${kind} 之上：次序是 ${areaKinds.join(" → ")}`,
        en: `a ${higher.kind} does not stand above a ${kind}: the order is ${areaKinds.join(" → ")}`,
      });
  }
  for (const [index, { area }] of sites.entries())
    if (area !== undefined && !byId.has(area)) missing(["sites", index, "area"], area, complain);
  const places = new Set([wholeTree, ...sites.map(({ id }) => id), ...byId.keys()]);
  for (const [index, { role, area, posts = [] }] of people.entries()) {
    if (!places.has(area)) missing(["people", index, "area"], area, complain);
    for (const [n, post] of posts.entries())
      if (!places.has(post.area)) missing(["people", index, "posts", n, "area"], post.area, complain);
    const held = [{ role, area }, ...posts];
    if (new Set(held.map((one) => `${one.role}@${one.area}`)).size < held.length)
      complain(["people", index, "posts"], { zh: "同一岗位写了两次", en: "the same post is written twice" });
    // Whoever looks over the others' shoulders is none of them.
    if (held.length > 1 && held.some((one) => one.role === "auditor"))
      complain(["people", index, "posts"], {
        zh: "审计员不能兼任其他岗位",
        en: "an auditor holds no other post",
      });
  }
}

function missing(path: Path, id: string, complain: Complain): void {
  complain(path, { zh: `没有这个站点或辖区：${id}`, en: `no such site or area: ${id}` });
}
