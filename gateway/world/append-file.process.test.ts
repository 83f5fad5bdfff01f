// A real process that appends as fast as it can, killed at any moment: every record that it had acknowledged is read back, in order, and the file is written on.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openAppendFile } from "./append-file.ts";

const writer = `
  const { openAppendFile } = await import(${JSON.stringify(new URL("./append-file.ts", import.meta.url).href)});
  const file = await openAppendFile(process.argv[1]);
  let n = file.records().length;
  const add = async () => {
    for (;;) {
      const mine = n++;
      await file.append(new TextEncoder().encode(String(mine) + " " + "x".repeat(mine % 700)));
      process.stdout.write(mine + "\\n");
    }
  };
  await Promise.all([add(), add(), add()]);
`;

test("12 rounds of kill -9 while it writes: acknowledged and lost: none", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "kill-"));
  const path = join(folder, "spool");
  let acknowledged = 0;
  let lost = 0;
  for (let round = 0; round < 12; round += 1) {
    const child = spawn(process.execPath, ["--input-type=module", "-e", writer, path], { stdio: ["ignore", "pipe", "inherit"] });
    const acks: number[] = [];
    let rest = "";
    child.stdout.on("data", (bytes: Buffer) => {
      const lines = (rest + bytes.toString()).split("\n");
      rest = lines.pop() ?? "";
      acks.push(...lines.map(Number));
      if (acks.length > 20 + round * 13) child.kill("SIGKILL");
    });
    await new Promise((resolve) => child.once("close", resolve));
    const file = await openAppendFile(path);
    expect(file.damage).toEqual([]);
    const there = new Set(file.records().map((record) => Number(new TextDecoder().decode(record).split(" ")[0])));
    lost += acks.filter((n) => !there.has(n)).length;
    acknowledged += acks.length;
    await file.close();
  }
  rmSync(folder, { recursive: true, force: true });
  expect(acknowledged).toBeGreaterThan(500);
  expect(lost).toBe(0);
});
