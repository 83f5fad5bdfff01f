// The files that a site file names: they must be there and be read, and a tariff must be one. A gateway runs without them as far as it can; `config check` refuses.
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseChargePrice } from "../prices/file.ts";
import { parseTariff } from "../tariff/file.ts";
import type { Complaint, Path } from "./complaint.ts";
import { type SiteFile, unreadableWords } from "./read.ts";
import { complainer, readYaml } from "./yaml-file.ts";

/** As the console holds it (console/token.ts). */
const shortestToken = 16;

export function namedFileComplaints({ config, folder, path, text }: SiteFile): Complaint[] {
  const found: Complaint[] = [];
  const complain = complainer(readYaml(text, path), path, found);
  const there = (at: Path, file: string): string | undefined => {
    const full = resolve(folder, file);
    try {
      readFileSync(full);
      return full;
    } catch (error) {
      const { zh, en, example } = unreadableWords(full, error);
      complain(at, { zh: `${zh}：${full}`, en: `${en}: ${basename(full)} (${full})`, example });
      return undefined;
    }
  };
  const token = (at: Path, file: string): void => {
    const full = there(at, file);
    if (full === undefined || readFileSync(full, "utf8").trim().length >= shortestToken) return;
    complain(at, {
      zh: `口令太短，谁也进不来：${full} 应为一行至少 ${shortestToken} 个字符`,
      en: `the token is too short and lets nobody in: ${full} has one line of at least ${shortestToken} characters`,
    });
  };
  token(["booth", "token_file"], config.booth.token_file);
  for (const [i, { token_file }] of (config.booth.people ?? []).entries()) token(["booth", "people", i, "token_file"], token_file);
  if (config.commands !== undefined) there(["commands", "key_file"], config.commands.key_file);
  there(["uplink", "password_file"], config.uplink.password_file);
  for (const [i, { camera }] of config.lanes.entries())
    if (camera.secret_file !== undefined) there(["lanes", i, "camera", "secret_file"], camera.secret_file);
  for (const [i, lot] of config.lots.entries()) {
    const full = there(["lots", i, "tariff"], lot.tariff);
    if (full === undefined) continue;
    const tariff = parseTariff(readFileSync(full, "utf8"), full);
    if ("complaints" in tariff) {
      found.push(...tariff.complaints);
      continue;
    }
    const inner = config.lots.find((other) => other.within === lot.id);
    if (inner !== undefined && tariff.tariff.versions.some((version) => version.inner === undefined))
      complain(["lots", i, "tariff"], {
        zh: `停车场 ${inner.id} 套在 ${lot.id} 里面，而 ${lot.id} 的收费文件没有写内场时间怎么算（inner_lots）`,
        en: `${inner.id} lies in ${lot.id}, and the tariff of ${lot.id} does not say how time in there counts (inner_lots)`,
      });
  }
  const price = config.charging?.price === undefined ? undefined : there(["charging", "price"], config.charging.price);
  if (price !== undefined) {
    const read = parseChargePrice(readFileSync(price, "utf8"), price);
    if ("complaints" in read) found.push(...read.complaints);
  }
  return found;
}
