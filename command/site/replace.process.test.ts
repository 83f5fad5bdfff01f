// A meter and a relay board are changed for new ones that come with the address of the factory: addressed, recognised, walked and written down.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { builtSite } from "#test/world/built-site.ts";
import { endEveryProgram, startProgram } from "#test/world/program.ts";
import { run } from "./programs.ts";
import { readBook } from "./record.ts";

const folder = mkdtempSync(join(tmpdir(), "replace-"));
const site = join(folder, "site.yaml");
const record = join(folder, "record.jsonl");
afterAll(async () => {
  await endEveryProgram();
  rmSync(folder, { recursive: true, force: true });
});

/** A line with these devices, and the site file of two sockets for it. */
async function line(...devices: string[]): Promise<void> {
  await endEveryProgram();
  const simulator = await startProgram<{ serial: string }>("firmware-sim/main.ts", ["line", ...devices, "--loads", "60", "--ready-json"]);
  writeFileSync(site, builtSite(simulator.ready.serial, 2));
}
const replace = (...words: string[]) => {
  const answers = join(folder, "answers");
  writeFileSync(answers, "diy/1\ndiy/2\n");
  const asked = ["--config", site, "--person", "张工", "--station", "diy", "--seconds", "1", "--answers", answers, "--record", record];
  return run(["replace", ...asked, ...words, "--json"]);
};
const board = "relays/waveshare-8@1";
const meter = (unit: number) => `meters/pzem-004t@${unit}`;

test("P 03.replace: a new meter takes the old one's unit, is recognised and walked; what is not such a meter is not written down", {
  timeout: 120_000,
}, async (context) => {
  // The new meter for socket 2 came as 5; the old one is off the line.
  await line(board, meter(11), meter(5));
  const good = await replace("--device", "meter-2", "--from", "5", "--note", "进水");
  expect(good.code, good.stderr + good.stdout).toBe(0);
  expect(JSON.parse(good.stdout)).toMatchObject({
    ...{ ok: true, device: "meter-2", unit: 12 },
    walked: [{ socket: "diy/2", label: "38", verdict: "right" }],
  });
  const { entries, broken } = readBook(record);
  expect(broken).toEqual([]);
  expect(entries.at(-1)).toMatchObject({ kind: "replace", station: "diy", what: "meter-2: meters/pzem-004t unit 12", person: "张工" });
  expect((entries.at(-1) as { note?: string }).note).toMatch(/^进水; diy\/2 \d+(\.\d+)? kWh$/);

  // It has its unit already: nothing is addressed, and both its sockets are looked at.
  const whole = await replace("--device", "relays-1");
  expect(whole.code, whole.stderr + whole.stdout).toBe(0);
  expect(JSON.parse(whole.stdout).walked).toHaveLength(2);

  // The old one is still connected.
  await line(board, meter(11), meter(12), meter(5));
  const taken = await replace("--device", "meter-2", "--from", "5");
  expect([taken.code, taken.stderr]).toEqual([1, expect.stringMatching(/unit 12 is taken/)]);

  // Another model stands there.
  await line(board, meter(11), "meters/sdm120@12");
  const before = readBook(record).entries.length;
  const other = await replace("--device", "meter-2");
  expect(other.code).toBe(1);
  expect(JSON.parse(other.stdout).shown).toMatchObject([{ socket: "diy/2", wrong: expect.stringMatching(/./) }]);
  expect(readBook(record).entries.length).toBe(before);
  counted(context, { replaced: 2, refused: 2 });
});

test.each([
  [["--station", "none"], /no station "none"; diy/],
  [["--station", "diy"], /--device relays-1 \| meter-1 \| meter-2/],
  [["--station", "diy", "--device", "meter-9"], /made of several devices/],
] as const)("replace %j is not understood, and says what there is", async (words, said) => {
  writeFileSync(site, builtSite("/dev/none", 2));
  const ending = await run(["replace", "--config", site, "--person", "张工", ...words]);
  expect([ending.code, ending.stderr]).toEqual([2, expect.stringMatching(said)]);
});
