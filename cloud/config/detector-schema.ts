// Platforms that report smoke detectors to the cloud, as the cloud's file writes them; and what must hold between them.
import Type, { type Static } from "typebox";
import type { Path } from "#gateway/config/complaint.ts";
import type { Complain } from "#gateway/config/yaml-file.ts";
import { detectorForms } from "#protocols/fire/detectors/report.ts";
import { file, id, said, strict, text } from "./schema-words.ts";
import { readSecret } from "./secret.ts";

const Detector = strict("烟感", "a smoke detector of this platform", {
  id: id("探测器编号", "detector id, once in its compound", "smoke-9-1"),
  name: text("名称", "name that people read", "9栋1单元烟感", 60),
  imei: Type.String({
    ...said("设备号", "IMEI or serial number, as the platform says it", "860000000000001"),
    pattern: "^[0-9A-Za-z]{6,32}$",
  }),
  zone: Type.Optional(id("区域", "part of the compound, for maintenance windows", "building-9")),
  silent_h: Type.Integer({ ...said("失联时限（小时）", "not heard for so long, it is an alarm", 26), minimum: 1, maximum: 1_000 }),
});

export const DetectorSource = strict("烟感平台", "an operator's platform that reports smoke detectors to /api/v1/detectors/reports", {
  id: id("平台编号", "its id in the audit log", "operator-1"),
  site: id("站点编号", "the compound whose detectors it may speak for", "jinxiu"),
  form: Type.Enum([...detectorForms], said("报文格式", "platform, types or plain (docs/how-to/alarms.md)", "platform")),
  token_file: file("令牌文件", "file with the token that it sends, of 24 characters or more", "./operator-1.token"),
  detectors: Type.Array(Detector, said("烟感", "its detectors; what is not named here is refused")),
});
export type DetectorSourceConfig = Static<typeof DetectorSource>;

const shortestToken = 24;

export const detectorSecrets = (sources: readonly DetectorSourceConfig[]): { path: Path; file: string }[] =>
  sources.map((one, index) => ({ path: ["detectors", index, "token_file"], file: one.token_file }));

/** That every site is known is held elsewhere. */
export function checkDetectors(sources: readonly DetectorSourceConfig[], complain: Complain): void {
  const [names, ids, numbers, tokens] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  const once = (seen: Set<string>, key: string, twice: () => void): void => {
    if (seen.has(key)) twice();
    seen.add(key);
  };
  for (const [index, source] of sources.entries()) {
    once(names, source.id, () =>
      complain(["detectors", index, "id"], { zh: `平台编号重复：${source.id}`, en: `platform twice: ${source.id}` }),
    );
    for (const [n, one] of source.detectors.entries()) {
      const at: Path = ["detectors", index, "detectors", n];
      once(ids, `${source.site} ${one.id}`, () =>
        complain([...at, "id"], { zh: `探测器编号重复：${one.id}`, en: `detector id twice: ${one.id}` }),
      );
      once(numbers, one.imei, () => complain([...at, "imei"], { zh: `设备号重复：${one.imei}`, en: `IMEI twice: ${one.imei}` }));
    }
    const read = readSecret(source.token_file);
    if (read.kind === "refusal") continue; // said with the other secrets
    const at: Path = ["detectors", index, "token_file"];
    if (read.secret.length < shortestToken)
      complain(at, {
        zh: `令牌太短：${read.secret.length} 个字符，至少 ${shortestToken}；可用 openssl rand -hex 24 生成`,
        en: `the token has ${read.secret.length} characters: ${shortestToken} at least; openssl rand -hex 24 makes one`,
      });
    once(tokens, read.secret, () => complain(at, { zh: "与另一平台的令牌相同", en: "the same token as another platform's" }));
  }
}
