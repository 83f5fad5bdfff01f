// What stands between a fresh clone and a running program: a Node new enough, the locked dependencies, then the program itself.
// Plain JavaScript that Node 20 understands, because it runs before we know which Node the machine has.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const leastNode = [22, 18];
// Node itself from the npm registry: used only where the machine's own Node is older than the product needs.
const broughtNode = "24.21.0";

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
}

function fail(what, mend) {
  process.stderr.write(`cuobian: ${what}\n         ${mend}\n`);
  process.exit(1);
}

function onPath(command) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const candidate = join(folder, command);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // not in this folder: look in the next
    }
  }
  return undefined;
}

/** The npm that belongs to whoever called us, as a script that any Node can run. */
function npmScript() {
  const fromNpm = process.env.npm_execpath;
  if (fromNpm?.endsWith(".js")) return fromNpm;
  const found = onPath("npm");
  if (found === undefined) return fail("没有找到 npm / npm was not found", "安装 npm / install it, e.g. apt-get install npm");
  return realpathSync(found);
}

function runNpm(node, args, what) {
  const started = Date.now();
  process.stderr.write(`cuobian: ${what} …\n`);
  // npm's own scripts must find this Node first, whatever the machine has.
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`;
  // npm hands its settings down as npm_config_*: those of the caller's package must not steer this inner run.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^npm_(config_(?!registry|cache|userconfig)|package|lifecycle|command)/i.test(key)),
  );
  const result = spawnSync(node, [npmScript(), ...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    env: { ...env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    fail(`${what}: npm 未成功 / npm failed`, "检查到 npm 源的网络连接后重试 / check the connection to the npm registry and try again");
  }
  process.stderr.write(`cuobian: ${what} ✓ ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

function runtimeNode() {
  if (isNewEnough(process.version)) return process.execPath;
  const packageName = `node-${process.platform}-${process.arch}`;
  const home = join(root, ".runtime");
  const node = join(home, "node_modules", packageName, "bin", "node");
  if (!existsSync(node)) {
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), '{ "name": "cuobian-runtime", "private": true }\n');
    runNpm(
      process.execPath,
      ["install", "--prefix", home, "--no-package-lock", `${packageName}@${broughtNode}`],
      `Node ${process.version} 过旧，取用 / is too old, bringing Node ${broughtNode}`,
    );
  }
  let version;
  try {
    version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  } catch {
    rmSync(home, { recursive: true, force: true });
    return fail(
      `取来的 Node 无法运行 / the Node that was brought does not run on ${process.platform}-${process.arch}`,
      "请安装 Node ≥ 22.18 / install Node ≥ 22.18",
    );
  }
  if (!isNewEnough(version)) fail(`.runtime 中是 / holds Node ${version}`, "删除 .runtime 后重试 / remove .runtime and try again");
  return node;
}

function ensureDependencies(node) {
  const lock = readFileSync(join(root, "package-lock.json"));
  const abi = execFileSync(node, ["-p", "process.version"], { encoding: "utf8" }).trim();
  const wanted = createHash("sha256").update(lock).update(abi).digest("hex");
  const stamp = join(root, "node_modules", ".cuobian-installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  runNpm(node, ["ci"], "安装依赖 / installing dependencies");
  writeFileSync(stamp, wanted);
}

/** Becomes `node args`; where this Node cannot, it starts them, hands signals through, and ends as they end. */
function become(node, args) {
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`;
  if (typeof process.execve === "function" && node === process.execPath)
    process.execve(node, [node, ...args], { ...process.env, PATH: path });
  const child = spawn(node, args, {
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

function missingPackages() {
  const table = JSON.parse(readFileSync(join(root, "test", "debian-packages.json"), "utf8"));
  return table
    .filter(({ command, path }) => onPath(command) === undefined && !(path !== undefined && existsSync(path)))
    .map((row) => row.package);
}

function runTests(node, args, environment) {
  const missing = missingPackages();
  if (missing.length > 0)
    process.stderr.write(
      `cuobian: 缺少 Debian 软件包，相关测试将标为跳过 / these tests will show as skipped until you run:\n         apt-get install -y ${missing.join(" ")}\n`,
    );
  Object.assign(process.env, environment, { TZ: process.env.TZ ?? "UTC" });
  // A named test is run at once; a whole run first lets the compiler and the linter speak.
  if (args.length === 0) {
    for (const [what, tool] of [
      ["types", ["node_modules/typescript/bin/tsc", "--build", "--pretty", ".", "dashboards/tsconfig.tests.json"]],
      ["lint", ["node_modules/@biomejs/biome/bin/biome", "check", "."]],
    ]) {
      const result = spawnSync(node, tool, { cwd: root, stdio: "inherit" });
      if (result.status !== 0) fail(`${what}: 未通过 / did not pass`, "见上文 / see above");
    }
  }
  become(node, ["node_modules/vitest/vitest.mjs", "run", ...args]);
}

const node = runtimeNode();
if (node !== process.execPath && !process.env.CUOBIAN_BOOTSTRAPPED) {
  process.env.CUOBIAN_BOOTSTRAPPED = "1";
  become(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
} else {
  ensureDependencies(node);
  // What Node made of a file the last time is kept: every process that is started reads it instead of doing it again.
  process.env.NODE_COMPILE_CACHE ??= join(root, "node_modules", ".cache", "compiled");
  const [verb, ...args] = process.argv.slice(2);
  if (verb === "start") become(node, ["command/main.ts", "demo", ...args]);
  else if (verb === "run") become(node, [join(root, "command/main.ts"), ...args]);
  else if (verb === "test") runTests(node, args, {});
  else if (verb === "test:full") runTests(node, args, { CUOBIAN_FULL: "1" });
  // Tariffs alone, long: 100,000 random stays priced twice, and the properties twenty times as often.
  else if (verb === "prove") runTests(node, ["test/tariff", ...args], { CUOBIAN_FULL: "1" });
  else if (verb === "bench") become(node, ["test/bench/main.ts", ...args]);
  else if (verb === "shots") become(node, ["test/browser/shots.ts", ...args]);
  else if (verb === "check") become(node, ["node_modules/@biomejs/biome/bin/biome", "check", "."]);
  else if (verb === "format") become(node, ["node_modules/@biomejs/biome/bin/biome", "check", "--write", "."]);
  else if (verb === "install") process.stderr.write(`cuobian: ready, Node ${process.version}\n`);
  else fail(`未知命令 / unknown: ${verb}`, "npm start · npm test · npm run prove · ./cuobian --help");
}
