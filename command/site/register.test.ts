// `cuobian site register` against a running gateway's console: a table is tried, refused with its lines, written, listed.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type ParkingSite, startParkingSite } from "#test/world/parking-site.ts";
import { run } from "./programs.ts";
import { csvText } from "./register.ts";

let site: ParkingSite;
afterEach(() => site?.stop());

test("a property office's table goes in whole, or is refused with the line of every fault", async () => {
  site = await startParkingSite({ console: true });
  const [config, file] = [join(site.folder, "site.yaml"), join(site.folder, "passes.csv")];
  const words = ["--config", config, "--url", site.http()];
  const put = (text: string, ...more: string[]) => {
    writeFileSync(file, text);
    return run(["register", "passes", file, ...words, "--person", "物业甲", ...more]);
  };
  const head = "月卡编号,停车场,车牌,车位数,开始,结束\n";
  const wrong = await put(`${head}A-1,main,闽C12345,none,2026-11-01,2026-11-30\n`);
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/passes\.csv:2: 车位数 none：应写成 1/)]);
  const right = `${head}A-1,main,闽C12345,1,2026-11-01,2026-11-30\n`;
  expect(await put(right, "--dry-run")).toMatchObject({ code: 0, stdout: expect.stringContaining("试行未写") });
  expect(await run(["register", "passes", ...words])).toMatchObject({ code: 0, stdout: "没有 / none\n" });
  expect(await put(right)).toMatchObject({ code: 0, stdout: expect.stringContaining("已写入 1 行") });
  expect((await run(["register", "passes", ...words, "--plate", "闽C12345"])).stdout).toMatch(/A-1 +main +闽C·12345/);
  expect((await run(["register", "cars", file, ...words])).code).toBe(2);
});

test("GB 18030 is read as UTF-8 is", () => {
  expect(csvText(new Uint8Array([0xb3, 0xb5, 0xc5, 0xc6]))).toBe("车牌");
  expect(csvText(new TextEncoder().encode("车牌"))).toBe("车牌");
});
