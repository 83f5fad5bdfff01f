// P 05.config across kill -9: a gateway that takes documents is killed at any moment; what it says that it runs is always one whole document, never an older one than it said to have taken.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { hashOf } from "#gateway/config/documents/judge.ts";
import { readRunning } from "#gateway/config/running.ts";
import { counted, full, plain } from "../promise.ts";
import { document, limitsText, signer, siteFiles } from "./documents-for-tests.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-config-kill-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const child = new URL("../children/taking-documents.ts", import.meta.url).pathname;

const versions = 2_000;
const rounds = full ? 60 : plain ? 2 : 6;

const cloud = signer();
const files = siteFiles(folder, cloud);
const texts = Array.from({ length: versions }, (_, n) => {
  const yaml = parseDocument(limitsText);
  yaml.setIn(["socket", "rated_mA"], 2_000 + n);
  yaml.setIn(["version"], n + 1);
  return String(yaml);
});
const list = join(folder, "documents.txt");

interface Round {
  readonly said: number;
}

/** Runs until it was killed `after` documents that it said to have taken. */
function runAndKill(from: number, after: number, delay_ms: number): Promise<Round> {
  return new Promise((resolve, reject) => {
    const program = spawn(process.execPath, [child, files.path, list, String(from)], { stdio: ["ignore", "pipe", "inherit"] });
    let said = from - 1;
    let text = "";
    let killing = false;
    program.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) if (line !== "ready") said = Math.max(said, Number(line));
      if (killing || said - from < after) return;
      killing = true;
      setTimeout(() => program.kill("SIGKILL"), delay_ms);
    });
    program.once("error", reject);
    program.once("close", (code, signal) => (signal === "SIGKILL" ? resolve({ said }) : reject(new Error(`it ended by itself: ${code}`))));
  });
}

test("P 05.config: killed at any moment: one whole document runs, and none is taken twice", async (context) => {
  writeFileSync(list, `${texts.map((text, n) => cloud.sign(document({ kind: "limits", version: n + 1, text }, files))).join("\n")}\n`);
  let from = 0;
  let kills = 0;
  let between = 0;
  for (let round = 0; round < rounds; round += 1) {
    const { said } = await runAndKill(from, 3 + 5 * round, (round * 7) % 13);
    kills += 1;
    const read = readRunning(files.path);
    if (read.kind === "complaints") throw new Error("the site file itself was spoilt");
    const item = read.items.find(({ kind }) => kind === "limits");
    const at = item?.version ?? 0;
    // What it said is there; one more may be in its place before it could say so.
    expect(at, `round ${round}`).toBeGreaterThanOrEqual(said + 1);
    expect(item?.hash, `round ${round}`).toBe(at === 0 ? hashOf(limitsText) : hashOf(texts[at - 1] ?? ""));
    expect([...read.limits.values()][0]?.socket.rated_mA).toBe(at === 0 ? 4_000 : 1_999 + at);
    if (at > said + 1) between += 1;
    const journal = new Database(join(folder, "journal.sqlite"), { readonly: true });
    const { n, ids, newest } = journal
      .prepare("SELECT count(*) AS n, count(DISTINCT id) AS ids, max(version) AS newest FROM document")
      .get() as {
      n: number;
      ids: number;
      newest: number;
    };
    const told = journal.prepare("SELECT count(*) AS n FROM event WHERE type = 'config.taken'").get() as { n: number };
    journal.close();
    expect([n, told.n], `round ${round}`).toEqual([ids, ids]);
    // Written down first: the journal is never behind the folder.
    expect(newest).toBeGreaterThanOrEqual(at);
    // From a little before: those are repeats.
    from = Math.max(0, said - 2);
  }
  counted(context, { kills, versions: from, "between journal and folder: lost": 0, "late by one, found": between, "taken doubled": 0 });
});
