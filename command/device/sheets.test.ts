// Devices that are in no catalogue, each with what sheets are full of, and frames that another program (Python's struct, checksums bit by bit) has put together:
// decoded with a profile and no code; turned into a transcript that holds; simulated from the same file and read back.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkProfile } from "#protocols/modbus/check.ts";
import { parseTranscript, renderTranscript, transcriptComplaints } from "#protocols/modbus/transcript.ts";
import { counted } from "#test/promise.ts";
import { run } from "./programs.ts";

const folder = new URL("./sheets/", import.meta.url).pathname;
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".frames.json"))
  .map((name) => name.slice(0, -".frames.json".length));
const scratch = mkdtempSync(join(tmpdir(), "cuobian-sheets-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Sheet {
  readonly frames: readonly string[];
  /** In the whole numbers of the names; null: the device says that it has none. */
  readonly values: Readonly<Record<string, number | null>>;
}
const sheetOf = (name: string): Sheet => JSON.parse(readFileSync(`${folder}${name}.frames.json`, "utf8")) as Sheet;
function sheetFile(name: string): string {
  const path = join(scratch, `${name}.hex`);
  writeFileSync(path, `${sheetOf(name).frames.join("\n")}\n`);
  return path;
}

test("P 03.sheets: nine sheets of nine kinds are decoded with a file each and no code", async (context) => {
  const counts = { sheets: 0, frames: 0, values: 0, absent: 0, wrong: 0 };
  for (const name of names) {
    const { frames, values } = sheetOf(name);
    const { code, stdout } = await run(["device", "test", `${folder}${name}.json`, "--frames", sheetFile(name), "--json"]);
    expect(code, `${name}: ${stdout}`).toBe(0);
    const said = JSON.parse(stdout) as { values: Record<string, { value: number } | null>; notes: string[] };
    expect(Object.keys(said.values).sort(), name).toEqual(Object.keys(values).sort());
    for (const [point, value] of Object.entries(values)) {
      expect(said.values[point]?.value ?? null, `${name} ${point}`).toBe(value);
      counts.absent += value === null ? 1 : 0;
      counts.values += 1;
    }
    counts.sheets += 1;
    counts.frames += frames.length;
  }
  expect(counts.sheets).toBe(9);
  counted(context, counts);
});

test.each(names)("%s: its frames become a transcript that holds, and a wrong line in it is found", async (name) => {
  const checked = checkProfile(JSON.parse(readFileSync(`${folder}${name}.json`, "utf8")));
  if (!("profile" in checked)) throw new Error(checked.complaints.join());
  const { stdout } = await run([
    "device",
    "test",
    `${folder}${name}.json`,
    "--frames",
    sheetFile(name),
    "--golden",
    "an invented sheet, page 1",
  ]);
  const transcript = parseTranscript(stdout);
  if ("kind" in transcript) throw new Error(transcript.reason);
  expect(transcriptComplaints(checked.profile, transcript)).toEqual([]);
  expect(renderTranscript(transcript)).toBe(stdout);
  const told = [...transcript.exchanges.flatMap(({ understood }) => understood), ...transcript.together].filter((line) => / \d/.test(line));
  expect(told.length).toBeGreaterThan(1);
  for (const line of told) {
    const wrong = parseTranscript(
      stdout.replace(`\n${line}\n`, `\n${line.replace(/ (-?\d+)/, (_, value: string) => ` ${Number(value) + 1}`)}\n`),
    );
    if ("kind" in wrong) throw new Error(wrong.reason);
    expect(transcriptComplaints(checked.profile, wrong), line).not.toEqual([]);
  }
});
