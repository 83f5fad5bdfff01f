// P 01.fresh: a clone in an empty folder, with nothing installed, runs both commands by itself. Full set only: it installs everything again.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { importsOf, readSource, root, targetOf } from "../house/reading.ts";
import { counted, full } from "../promise.ts";

// The machine's own Node and npm, not the one that this run was given: that is what a stranger has.
function strangersEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? "").split(":").filter((folder) => !folder.includes(".runtime") && !folder.includes("node_modules"));
  const kept = Object.entries(process.env).filter(([key]) => !/^(npm_|CUOBIAN|VITEST|NODE_|VITE|TEST|MODE|DEV|PROD|SSR)/i.test(key));
  return { ...Object.fromEntries(kept), PATH: path.join(":") };
}

function run(folder: string, command: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd: folder, env: strangersEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes: Buffer) => {
      output += bytes.toString();
    });
  return new Promise((resolve) => child.once("exit", (code) => resolve({ code, output })));
}

/** Short form: what every clone can tell at once. A file that a .gitignore hid is missed here, not by a stranger. */
test("a clone would hold every file that its files import", (context) => {
  const tracked = new Set(execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n"));
  let imports = 0;
  for (const path of [...tracked].filter((one) => /\.tsx?$/.test(one) && !one.startsWith("test/house/") && existsSync(join(root, one)))) {
    for (const specifier of importsOf(readSource(path).text)) {
      const target = targetOf(path, specifier);
      if (target.kind !== "room" || !/\.(tsx?|json)$/.test(target.path)) continue;
      imports += 1;
      expect(tracked.has(target.path), `${path} imports ${target.path}, which git does not hold`).toBe(true);
    }
  }
  counted(context, { imports });
});

if (full) {
  test("P 01.fresh: npm test and npm start on a fresh clone", async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "cuobian-fresh-"));
    try {
      execFileSync("git", ["clone", "-q", root, folder]);
      const started = await run(folder, "npm", ["start", "--", "--port", "0", "--exit", "--json"]);
      expect(started.code, started.output.slice(-4000)).toBe(0);
      const tested = await run(folder, "npm", ["test"]);
      expect(tested.output.slice(-3000)).toMatch(/\d+ passed, 0 failed/);
      expect(tested.code).toBe(0);
      counted(context, { commands: 2 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 1_800_000);
}
