// `cuobian tariff …`: files checked, drawn, compared, explained, begun from a template; and the schema that editors complete by.
import { writeFileSync } from "node:fs";
import { explainTariff } from "#gateway/core/parking/tariff/explain.ts";
import { feeCurve, turningLengths } from "#gateway/core/parking/tariff/survey.ts";
import { lengthWords } from "#gateway/core/parking/tariff/words.ts";
import { versionAt } from "#gateway/core/parking/tariff.ts";
import { checkTariffFile, tariffJsonSchema } from "#gateway/tariff/file.ts";
import { Misunderstood } from "#gateway/tariff/stay-words.ts";
import { diffOf } from "#gateway/tariff/tools.ts";
import { fen, yuanText } from "#protocols/vocabulary/money.ts";
import { fromRfc3339, toRfc3339, type Wall, wall } from "#protocols/vocabulary/time.ts";
import { svgChart, terminalChart } from "./chart.ts";
import { complaintText, currentVersion, readSound, readText, say, write } from "./files.ts";

export function runCheck(files: readonly string[], options: { json: boolean; svg?: string; enter?: string }): number {
  const found = files.map((file) => ({ file, ...checkTariffFile(readText(file), file) }));
  const wrong = found.some(({ complaints }) => complaints.length > 0);
  if (options.json) {
    write(JSON.stringify({ files: found.map(({ file, complaints }) => ({ file, ok: complaints.length === 0, complaints })) }, null, 2));
    return wrong ? 3 : 0;
  }
  for (const { file, tariff, complaints } of found) {
    for (const complaint of complaints) write(complaintText(complaint));
    if (tariff === undefined || complaints.length > 0) continue;
    write(`${file}: ✓ ${tariff.name.zh} / ${tariff.name.en}`);
    if (files.length > 1 && options.svg === undefined) continue;
    const version = currentVersion(tariff);
    const entered = options.enter === undefined ? nineOClock(version.from) : fromRfc3339(options.enter);
    if (entered === undefined) throw new Misunderstood('--enter: 应写成 / write "2026-11-25 08:11"');
    const points = feeCurve({ ...tariff, versions: [version] }, entered, turningLengths(version, 300)).filter(
      (point) => point !== undefined,
    );
    write(`  ${toRfc3339(entered)} 入场，停 0–72 小时的收费 / the fee of 0–72 h (${version.id})\n${terminalChart(points)}`);
    if (options.svg !== undefined) writeFileSync(options.svg, svgChart(points, `${tariff.name.zh} · ${tariff.name.en}`));
  }
  return wrong ? 3 : 0;
}

/** Nine in the morning of the second day of a version: a stay to draw. */
const nineOClock = (from: Wall): Wall => (from + 33 * 3_600_000) as Wall;

export function runDiff(files: readonly string[], json: boolean): number {
  const [first, second] = files;
  if (first === undefined || second === undefined) throw new Misunderstood("cuobian tariff diff A B");
  const [one, other] = [readSound(first), readSound(second)];
  const found = diffOf(one, other, wall(Date.now()));
  if (json) {
    write(JSON.stringify(found, null, 2));
    return 0;
  }
  write(`比较了 ${found.looked} 种停车，${found.changed} 种价格变化 / ${found.looked} stays compared, ${found.changed} change price`);
  for (const { visitor, entered, from_s, until_s, before_fen, after_fen } of found.changes) {
    const [short, long] = [lengthWords(from_s), lengthWords(until_s)];
    write(
      `  ${visitor.zh} ${entered.slice(0, 16)} 入场，停${short.zh}至${long.zh} / ${visitor.en}, ${short.en} to ${long.en}: ${feeText(before_fen)} → ${feeText(after_fen)}`,
    );
  }
  for (const { zh, en } of found.gone) write(`  - ${zh} / ${en}`);
  for (const { zh, en } of found.come) write(`  + ${zh} / ${en}`);
  return 0;
}

const feeText = (amount: number | null): string => (amount === null ? "不计费 / not priced" : `¥${yuanText(fen(amount))}`);

export function runExplain(files: readonly string[], options: { json: boolean; at?: string }): number {
  const [file] = files;
  if (file === undefined) throw new Misunderstood("cuobian tariff explain FILE [--at 2026-01-01]");
  const tariff = readSound(file);
  const at = options.at === undefined ? undefined : fromRfc3339(options.at.length === 10 ? `${options.at}T00:00` : options.at);
  if (options.at !== undefined && at === undefined) throw new Misunderstood("--at: 应写成 / write 2026-01-01");
  const version = at === undefined ? currentVersion(tariff) : versionAt(tariff, at);
  if (version === undefined) {
    say(`没有这一天的版本 / no version of that day: ${options.at}`);
    return 1;
  }
  const words = explainTariff(tariff, version);
  if (options.json) write(JSON.stringify({ tariff: tariff.id, version: version.id, words }, null, 2));
  else
    write(
      [
        ...words.map((one) => one.zh),
        "",
        ...words.map((one) => one.en),
        ...(tariff.source === undefined ? [] : ["", `出处 / source: ${tariff.source}`]),
      ].join("\n"),
    );
  return 0;
}

export const templates: Readonly<Record<string, string>> = {
  residential: "小区：首小时免费，每小时，24 小时封顶 / a compound: first hour free, by the hour, a cap in 24 h",
  station: "车站：逐段加价，按天递增封顶 / a station: progressive steps, caps that rise by day",
  hospital: "医院：分档总价 / a hospital: a table of total prices",
  "on-street": "路内：白天按 15 分钟，夜间按次 / on the street: by 15 min in the day, per visit at night",
  "per-visit": "按次 / a price per visit",
};

export function runNew(names: readonly string[], options: { id?: string; name?: string }): number {
  const [name = ""] = names;
  if (!(name in templates)) {
    say(
      `cuobian tariff new TEMPLATE [--id my-lot] [--name 停车场名称] > my-lot.yaml\n${Object.entries(templates)
        .map(([key, words]) => `  ${key.padEnd(12)} ${words}`)
        .join("\n")}`,
    );
    return 2;
  }
  if (options.id !== undefined && !/^[a-z0-9][a-z0-9-]*$/.test(options.id))
    throw new Misunderstood("--id: 小写字母、数字和连字符 / lower-case letters, digits and hyphens");
  const text = readText(new URL(`../../tariffs/templates/${name}.yaml`, import.meta.url).pathname);
  const withId = options.id === undefined ? text : text.replace(/^tariff: .*$/m, `tariff: ${options.id}`);
  write(
    (options.name === undefined
      ? withId
      : withId.replace(/^name: .*$/m, `name: { zh: ${JSON.stringify(options.name)}, en: ${JSON.stringify(options.name)} }`)
    ).trimEnd(),
  );
  return 0;
}

export const runSchema = (): number => {
  write(JSON.stringify(tariffJsonSchema(), null, 2));
  return 0;
};
