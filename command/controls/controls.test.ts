// The table of controls: forty, each with a test that exists by that name or a reason; and a run says what it ran.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { counted } from "#test/promise.ts";
import { repository } from "#test/world/program.ts";
import { controls } from "./table.ts";

test("forty controls; each is shown by tests that are there, or says why not", (context) => {
  expect(controls.length).toBe(40);
  const files = new Set<string>();
  for (const { en, shown, skip } of controls) {
    expect(shown !== undefined || (skip ?? "").length > 5, en).toBe(true);
    for (const file of shown?.files ?? []) {
      files.add(file);
      const text = readFileSync(join(repository, file), "utf8");
      expect(text, `${en}: ${file}`).toContain(shown?.name ?? "test");
    }
  }
  counted(context, { controls: controls.length, shown: controls.filter(({ shown }) => shown !== undefined).length, files: files.size });
});

test("a run of some: what passed, and what is skipped with its reason", async () => {
  const { code, out } = await new Promise<{ code: number; out: string }>((resolve) => {
    const words = [join(repository, "command/controls/main.ts"), "--run", "--only", "34,35,39", "--json"];
    execFile(process.execPath, words, { encoding: "utf8", timeout: 60_000 }, (error, text) =>
      resolve({ code: error === null ? 0 : 1, out: text }),
    );
  });
  expect(JSON.parse(out)).toEqual([
    { control: 34, state: "pass", why: "4 tests passed" },
    { control: 35, state: "pass", why: "3 tests passed" },
    { control: 39, state: "skip", why: expect.stringContaining("none are used") },
  ]);
  expect(code).toBe(0);
}, 60_000);
