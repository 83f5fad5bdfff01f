// `cuobian quote` and `cuobian tariff …` as a person types them: output, exit codes, and words that say how to mend.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url).pathname;
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["gateway/quote/main.ts", ...args], { cwd: root, encoding: "utf8" });
  return { status, stdout, stderr };
};
const hsr = [
  "quote",
  "--tariff",
  "tariffs/quanzhou-station.yaml",
  "--enter",
  "2025-11-03 09:00",
  "--exit",
  "2025-11-03 13:00",
  "--colour",
  "green",
];

test("a quote has lines, the rule behind each, and their sum", () => {
  const { status, stdout } = run(...hsr, "--json");
  expect(status).toBe(0);
  const bill = JSON.parse(stdout) as {
    tariff: string;
    lines: { rule: string; zh: string; en: string; amount_fen: number }[];
    total_fen: number;
  };
  expect(bill.tariff).toBe("quanzhou-station@2025-04-08");
  expect(bill.lines.map(({ rule, zh, amount_fen }) => [rule, zh, amount_fen])).toEqual([
    ["concessions.new-energy", "前2小时免费", 0],
    ["pricing.rate.steps[0]", "首4小时 每小时3.00元 × 2", 600],
  ]);
  expect(bill.total_fen).toBe(600);
});

test("history, coupons, payments and a lost entry are said on the command line", () => {
  expect(run(...hsr, "--history", "2025-11-03 07:00/2025-11-03 08:00=0").stdout).toContain("12.00  合计");
  const compound = ["quote", "--tariff", "tariffs/residential-free-hour.yaml", "--exit", "2025-11-03 12:30"];
  const entered = [...compound, "--enter", "2025-11-03 09:00"];
  expect(run(...entered).stdout).toContain("6.00  合计");
  expect(run(...entered, "--coupon", "minutes=60").stdout).toContain("4.00  合计");
  expect(run(...entered, "--pass", "2025-11-01/2025-11-03").stdout).toContain("0.00  合计");
  expect(run(...entered, "--coupon", "percent=50", "--coupon", "cash=1").stdout).toContain("3.00  合计");
  expect(run(...entered, "--paid", "2025-11-03 12:20=6").stdout).toContain("0.00  合计");
  const lost = run(...compound, "--entry-lost");
  expect([lost.status, lost.stderr]).toEqual([1, "无入场记录，请值班人员核实 / no entry record: a person decides (lost-entry-ask)\n"]);
});

test.each([
  [
    "no time",
    ["quote", "--tariff", "tariffs/sports-centre.yaml", "--enter", "yesterday", "--exit", "2025-11-03 12:30"],
    2,
    "--enter yesterday",
  ],
  ["no plate", [...hsr, "--plate", "hello"], 2, "闽C·D12345"],
  ["a pass that ends before it begins", [...hsr, "--pass", "2025-11-30/2025-11-01"], 2, "结束不早于开始"],
  ["an unknown option", [...hsr, "--colur", "blue"], 2, "--colur"],
  ["a file that is not there", ["tariff", "check", "nowhere.yaml"], 4, "nowhere.yaml"],
  [
    "a faulty file",
    ["quote", "--tariff", "tariffs/bad/negative.yaml", "--enter", "2025-11-03 09:00", "--exit", "2025-11-03 12:30"],
    3,
    "negative.yaml:8:",
  ],
  ["nothing", [], 2, "cuobian quote --tariff"],
])("%s: the exit code and the words", (_what, args, code, words) => {
  const { status, stderr } = run(...args);
  expect(stderr).toContain(words);
  expect(status).toBe(code);
});

test("a tariff is drawn, compared, explained, begun from a template and checked", () => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-tariff-"));
  const [svg, own] = [join(folder, "fee.svg"), join(folder, "own.yaml")];
  const drawn = run("tariff", "check", "tariffs/airport-escalating.yaml", "--svg", svg);
  expect(drawn.stdout).toMatch(/120\.00 │ +[▄█]/);
  expect(readFileSync(svg, "utf8")).toMatch(/^<svg [\s\S]*<path d="M64[^"]+"[\s\S]*<\/svg>\n$/);
  writeFileSync(own, run("tariff", "new", "residential", "--id", "own", "--name", "锦绣花园").stdout);
  const check = run("tariff", "check", own, "--json");
  expect([check.status, JSON.parse(check.stdout).files[0].ok]).toEqual([0, true]);
  writeFileSync(own, readFileSync(own, "utf8").replace("price: 2 ", "price: 3 "));
  const diff = run("tariff", "diff", "tariffs/templates/residential.yaml", own);
  expect(diff.stdout).toMatch(/入场，停1小时1秒至\S+ .*: ¥2\.00 → ¥3\.00/);
  const explained = run("tariff", "explain", own).stdout;
  expect(explained).toContain("前1小时（含）免费；超过1小时的，只对超过的部分计费");
  expect(explained).toContain("at most ¥10 for each 24 h from the entry");
  expect(run("tariff", "new", "nothing").status).toBe(2);
});

test("a sign is written down by answers on options, in a file or line by line; one that cannot be said is refused", () => {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-new-"));
  const own = join(folder, "own.yaml");
  const answers = join(folder, "answers.json");
  const said = {
    id: "own",
    name: "锦绣花园",
    name_en: "a compound",
    from: "2026-01-01",
    charged: "per-visit",
    per_visit: 5,
    otherwise: "no",
  };
  writeFileSync(answers, JSON.stringify(said));
  const written = run("tariff", "new", "--answers", answers, "--answer", "sign=每次5元");
  expect([written.status, written.stderr]).toEqual([0, expect.stringContaining("每次5元 / ¥5 a visit")]);
  writeFileSync(own, written.stdout);
  expect(run("tariff", "check", own).status).toBe(0);
  expect(run("quote", "--tariff", own, "--enter", "2026-01-05 09:00", "--exit", "2026-01-05 12:00").stdout).toContain("5.00  合计");
  const lines = ["每次5元", "", "own", "锦绣花园", "a compound", "", "2026-01-01", "", "per-visit", "5", ...Array(20).fill("")].join("\n");
  const piped = spawnSync(process.execPath, ["gateway/quote/main.ts", "tariff", "new"], { cwd: root, encoding: "utf8", input: lines });
  expect([piped.status, piped.stdout]).toEqual([0, written.stdout]);
  const refused = run("tariff", "new", "--answer", "sign=早鸟价", "--answer", "beyond=entry-hour", "--json");
  expect([refused.status, JSON.parse(refused.stdout).refused.code]).toEqual([1, "cannot-say-entry-hour"]);
  const unknown = run("tariff", "new", "--answers", answers, "--answer", "caps=10");
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining("caps")]);
});

test("cuobian tariff check tariffs/bad/*.yaml --json finds every planted fault", () => {
  const out = spawnSync("sh", ["-c", `"${process.execPath}" gateway/quote/main.ts tariff check tariffs/bad/*.yaml --json`], {
    cwd: root,
    encoding: "utf8",
  });
  expect(out.status).toBe(3);
  const { files } = JSON.parse(out.stdout) as { files: { complaints: { code: string; line: number; example?: string }[] }[] };
  expect(new Set(files.flatMap((file) => file.complaints.map((complaint) => complaint.code))).size).toBeGreaterThanOrEqual(20);
});

test("the schema is JSON Schema that names every key of a version", () => {
  const schema = JSON.parse(execFileSync(process.execPath, ["gateway/quote/main.ts", "tariff", "schema"], { cwd: root, encoding: "utf8" }));
  expect(Object.keys(schema.properties.versions.items.properties).length).toBeGreaterThanOrEqual(15);
});
