// `cuobian update`: a signed release is looked at, installed beside the one that runs, tried, and kept or gone back from. It asks nobody for updates: whoever runs the gateway brings the file.
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { courseText } from "#protocols/vocabulary/course.ts";
import { pack, readBundle, unpack } from "./bundle.ts";
import { apply, currentOf, readState, settle, type World } from "./slots.ts";

const usage = `cuobian update verify FILE --key PUBLIC.pem
  签名、清单与每个文件是否完好 / signature, manifest and every file
cuobian update apply FILE --root DIR --key PUBLIC.pem --restart "CMD" --health URL [--within 120]
  装入 DIR/slots/N，切换 DIR/current，重启，不健康即退回；旧版本与未签名的一律拒绝
  into DIR/slots/N; DIR/current is switched, CMD run, and gone back from unless URL answers 200; older and unsigned ones are refused
cuobian update settle --root DIR … | status --root DIR
  断电后：未完成的试用就此判定 / after a power cut: a trial that was cut short is judged
cuobian update key --to DIR | pack --from DIR --version N --name 0.2.0 --key PRIVATE.pem --to FILE [--rollback-from N]
  发布方：生成密钥、打包并签名 / the maker's side: a key pair, a signed file
退出码 / exit codes: 0 成功 done · 1 拒绝 refused · 2 用法 usage · 4 已退回 gone back
`;

const say = (zh: string, en: string): void => void process.stdout.write(`${zh} / ${en}\n`);
const options = {
  key: { type: "string" },
  root: { type: "string" },
  restart: { type: "string" },
  health: { type: "string" },
  within: { type: "string", default: "120" },
  from: { type: "string" },
  to: { type: "string" },
  version: { type: "string" },
  name: { type: "string" },
  "rollback-from": { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;
type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

const twice = 2;
const every_ms = 1_000;

/** How long the trial has gone on, of how long it may; for a person before a terminal, a pipe hears nothing. */
function waited(s: number, of: number): void {
  if (!process.stderr.isTTY) return;
  const text = courseText({ done: Math.round(s), of: Math.round(of), ran_ms: null, unit: "steps" }, false);
  process.stderr.write(`\r试用新版本，等它健康 / on trial, until it is well: ${text} s `);
}

/** Well twice in a row: a process that falls and rises again is not. */
async function isHealthy(url: string, within_s: number): Promise<boolean> {
  for (let well = 0, left = within_s; left > 0; left -= every_ms / 1000) {
    waited(within_s - left, within_s);
    const answer = await fetch(url, { signal: AbortSignal.timeout(every_ms), redirect: "error" }).catch(() => undefined);
    well = answer?.status === 200 ? well + 1 : 0;
    if (well >= twice) return true;
    await new Promise((done) => setTimeout(done, every_ms));
  }
  return false;
}

const shell = (command: string): boolean => spawnSync("/bin/sh", ["-c", command], { stdio: ["ignore", "ignore", "inherit"] }).status === 0;

function worldOf({ root, key, restart, health, within }: Values): World | undefined {
  if (root === undefined || key === undefined || restart === undefined || health === undefined || !(Number(within) > 0)) return undefined;
  return {
    ...{ root: resolve(root), publicKey: readFileSync(key, "utf8"), say },
    check: async (slot) => existsSync(join(slot, "cuobian")) && existsSync(join(slot, "package.json")),
    restart: async () => shell(restart),
    healthy: () => isHealthy(health, Number(within)),
  };
}

async function verify(file: string, key: string): Promise<number> {
  const bundle = readBundle(file, readFileSync(key, "utf8"));
  const wrong = bundle.kind === "refused" ? bundle : await unpack(file, bundle, undefined);
  if (wrong !== undefined) {
    say(`拒绝：${wrong.zh}`, `refused: ${wrong.en}`);
    return 1;
  }
  if (bundle.kind === "bundle")
    say(
      `完好：${bundle.manifest.name}（${bundle.manifest.version}），${bundle.manifest.files.length} 个文件`,
      `sound: ${bundle.manifest.files.length} files`,
    );
  return 0;
}

function makeKey(to: string): number {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  writeFileSync(join(to, "update.key.pem"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  writeFileSync(join(to, "update.pub.pem"), publicKey.export({ type: "spki", format: "pem" }), { flag: "wx" });
  say("私钥离线保管；公钥随网关安装", "keep the private one off line; the public one is installed with the gateway");
  return 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [verb, file] = positionals;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (verb === "verify" && file !== undefined && values.key !== undefined) return verify(file, values.key);
  if (verb === "key" && values.to !== undefined) return makeKey(values.to);
  if (verb === "status" && values.root !== undefined) {
    process.stdout.write(`${JSON.stringify({ current: currentOf(values.root) ?? null, ...readState(values.root) })}\n`);
    return 0;
  }
  const { from, to, key, version, name } = values;
  if (verb === "pack" && from !== undefined && to !== undefined && key !== undefined && name !== undefined && Number(version) >= 1) {
    const back = values["rollback-from"];
    const about = {
      version: Number(version),
      name,
      key: readFileSync(key, "utf8"),
      ...(back === undefined ? {} : { rollback_from: Number(back) }),
    };
    const { files } = pack(resolve(from), resolve(to), about);
    say(`${files.length} 个文件`, `${files.length} files`);
    return 0;
  }
  const world = worldOf(values);
  if (world !== undefined && verb === "settle") return (await settle(world)) === "gone-back" ? 4 : 0;
  if (world === undefined || verb !== "apply" || file === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  return { applied: 0, refused: 1, "gone-back": 4 }[await apply(resolve(file), world)];
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`cuobian update: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 2;
}
