// `cuobian gateway run`: a small supervisor with two processes under it. --only site runs the site process alone, in this process.
import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import pino from "pino";
import { type Complaints, complaintText } from "./config/complaint.ts";
import { namedFileComplaints } from "./config/named-files.ts";
import { leaveTrial, type Running, readRunning } from "./config/running.ts";
import { safetyFlags, superviseWithin_ms } from "./link/supervised.ts";
import { withRecent } from "./site/recent-log.ts";
import { type Program, supervise } from "./site/supervisor.ts";
import type { Log } from "./site-context.ts";

const help = `cuobian gateway — 现场网关 / the gateway on site

  cuobian gateway run --config site.yaml                两个进程：保护、现场 / two processes: protection, site
  cuobian gateway run --config site.yaml --ready-json   就绪时在标准输出打印一行 JSON / one JSON line on stdout when ready
  cuobian gateway run --config site.yaml --only site    只运行其中一个（safety | site）/ one of the two alone
  cuobian gateway run --config site.yaml --first-run [--setup-host 0.0.0.0] [--setup-port 7310]
                                                         还没有站点文件时先给出设置向导 / without a site file: first a page that makes one
  cuobian gateway enrol --config site.yaml --code CODE   用一次性注册码换取证书 / a certificate for a one-time code of the cloud
  cuobian gateway reset --config site.yaml --yes          报废：吊销证书，清除密钥、日志库与个人信息，须先停止网关 / out of service: certificate, keys, journal and personal data gone
                                                         --force "理由 why" 放弃未上报的收费记录 gives up what was not sent · --offline 云端已由管理员吊销 revoked by an administrator
  cuobian gateway backup --config site.yaml --to FILE    备份日志库，网关运行时也可 / keeps the journal elsewhere, also while it runs
  cuobian gateway restore --config site.yaml --from FILE 恢复为新纪元，须先停止网关 / brings it back under a new epoch; stop the gateway first
                                                         两者可加 --json 与 --passphrase-file FILE（加密）/ both take --json, and --passphrase-file FILE to seal it

站点文件有误时，同一端口给出安全模式页面，改好即自行启动；CUOBIAN_SAFE_MODE=off 则直接退出（3）
With a broken site file the same port serves a page that says where, and the gateway starts once it is mended; CUOBIAN_SAFE_MODE=off ends with 3 instead

退出码 / exit codes: 0 正常停止 stopped, 1 失败 failed, 2 用法 usage, 3 配置有误 bad configuration, 130 中断 interrupted
`;

interface Options {
  readonly config: string;
  readonly verb: "run" | "backup" | "restore" | "enrol" | "reset";
  /** The backup's file, or the code. */
  readonly file: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly reset: { readonly yes: boolean; readonly offline: boolean; readonly force: string | undefined };
  readonly json: boolean;
  readonly readyJson: boolean;
  readonly only: "safety" | "site" | undefined;
  /** Where the page stands that makes a site file; undefined: not asked for. */
  readonly firstRun: { readonly host: string; readonly port: number } | undefined;
}

function readOptions(args: string[]): Options | "help" | string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        config: { type: "string" },
        only: { type: "string" },
        to: { type: "string" },
        from: { type: "string" },
        code: { type: "string" },
        "passphrase-file": { type: "string" },
        force: { type: "string" },
        yes: { type: "boolean", default: false },
        offline: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        "ready-json": { type: "boolean", default: false },
        "first-run": { type: "boolean", default: false },
        "setup-host": { type: "string", default: "127.0.0.1" },
        "setup-port": { type: "string", default: "7310" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return "help";
    const { only, config } = values;
    const verb = positionals.join(" ");
    if (verb !== "run" && verb !== "backup" && verb !== "restore" && verb !== "enrol" && verb !== "reset")
      return "写作 / say: cuobian gateway run --config site.yaml";
    const file = verb === "backup" ? values.to : verb === "enrol" ? values.code : values.from;
    const wanted = verb === "backup" ? "--to FILE" : verb === "enrol" ? "--code CODE" : "--from FILE";
    if (verb !== "run" && verb !== "reset" && file === undefined) return `缺少 / missing: ${wanted}`;
    if (config === undefined) return "缺少 / missing: --config FILE";
    if (only !== undefined && only !== "safety" && only !== "site")
      return `--only 应为 safety 或 site / should be safety or site, not ${only}`;
    const [host, port] = [values["setup-host"], Number(values["setup-port"])];
    if (isIP(host) === 0) return `--setup-host 应为地址 / should be an address: ${host}`;
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      return `--setup-port 应为 0–65535 的整数 / a whole number: ${values["setup-port"]}`;
    const firstRun = values["first-run"] ? { host, port } : undefined;
    if (verb === "reset" && values.force !== undefined && values.force.trim().length < 4) return "--force 须写明理由 / says why";
    const reset = { yes: values.yes, offline: values.offline, force: values.force };
    return {
      config,
      verb,
      file,
      reset,
      passphraseFile: values["passphrase-file"],
      json: values.json,
      only,
      readyJson: values["ready-json"],
      firstRun,
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Ends in order on SIGTERM, SIGINT, or when whoever started us has gone (the channel closes). */
function endsOn(stop: () => Promise<void>, log: Log): (why: string, code: number) => void {
  let ending = false;
  const end = (why: string, code: number) => {
    if (ending) return;
    ending = true;
    log.info({ why }, "gateway: stopping");
    stop().then(
      () => log.flush(() => process.exit(code)),
      (error: unknown) => {
        process.stderr.write(`gateway: stopped badly: ${error instanceof Error ? error.message : error}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => end("SIGTERM", 0));
  process.on("SIGINT", () => end("SIGINT", 130));
  if (process.channel !== undefined) process.on("disconnect", () => end("the supervisor is gone", 1));
  return end;
}

function sayReady({ readyJson }: Options, line: Record<string, unknown>): void {
  process.stdout.write(readyJson ? `${JSON.stringify(line)}\n` : `网关就绪 / gateway ready: ${line.http ?? line.ready}\n`);
}

interface Logging {
  readonly log: Log;
  readonly recent: () => readonly string[];
}

async function runSite(options: Options, file: Running, { log, recent }: Logging): Promise<void> {
  // Here, not above: the supervisor stays small.
  const { startSite } = await import("./site/site.ts");
  let end: (why: string, code: number) => void = () => process.exit(0);
  const site = await startSite(file, {
    ...{ log, recent },
    // Whoever started us begins anew: the supervisor, or systemd (Restart=always).
    onRestart: (why) => end(why, 0),
    onFailure: (why) => {
      process.stderr.write(`journal: the disk refused (${why}); a new start reads the file again\n`);
      process.exit(1);
    },
  });
  end = endsOn(site.stop, log);
  sayReady(options, { ready: "site", http: site.http });
}

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** This process becomes the safety process: whoever started us (systemd) sees and watches it itself, with nobody in between. */
function becomeSafety({ config, readyJson }: Options): void {
  const words = [...safetyFlags, here("./protection/main.ts"), "run", "--config", config, ...(readyJson ? ["--ready-json"] : [])];
  process.execve?.(process.execPath, [process.execPath, ...process.execArgv, ...words], process.env);
}

async function runBoth(options: Options, log: Log): Promise<void> {
  const rest = ["run", "--config", options.config, "--ready-json"];
  const safety: Program = {
    name: "safety",
    args: [...safetyFlags, here("./protection/main.ts"), ...rest],
    within_ms: superviseWithin_ms,
    speaks: true,
  };
  const site: Program = { name: "site", args: [here("./main.ts"), ...rest, "--only", "site"] };
  const programs = options.only === "safety" ? [safety] : [safety, site];
  // Under a service manager sockets stay protected while lanes and pages cannot start (their port is taken); at a terminal a failed start ends, in words.
  const essential = process.env.NOTIFY_SOCKET === undefined ? {} : { essential: safety.name };
  const supervised = supervise({ programs, log, ...essential });
  endsOn(supervised.stop, log);
  try {
    const all = await supervised.ready;
    const pids = { supervisor: process.pid, ...Object.fromEntries([...all].map(([name, { pid }]) => [name, pid])) };
    sayReady(options, { ready: options.only ?? "gateway", http: all.get("site")?.said.http, pids });
  } catch (error) {
    await supervised.stop();
    throw error;
  }
}

async function enrol({ config, folder }: Running, { file: code = "", json }: Options): Promise<void> {
  const { uplink, site, gateway } = config;
  if (uplink.identity === undefined) {
    process.stderr.write("站点文件缺少 uplink.identity / the site file lacks uplink.identity (file, cloud)\n");
    process.exit(3);
  }
  const { askCloud, enrolWithCode } = await import("./uplink/enrol.ts");
  const { lifeOf } = await import("./uplink/identity.ts");
  const enrolled = await enrolWithCode({
    site,
    gateway,
    code,
    file: resolve(folder, uplink.identity.file),
    ask: askCloud(uplink.identity.cloud),
  });
  if ("kind" in enrolled) {
    process.stderr.write(`${enrolled.zh} / ${enrolled.en}\n`);
    process.exit(1);
  }
  const until = new Date(lifeOf(enrolled).until).toISOString();
  process.stdout.write(json ? `${JSON.stringify({ enrolled: gateway, until })}\n` : `已注册 / enrolled: ${gateway}, ${until}\n`);
}

async function resetGateway(file: Running, { reset: asked, json }: Options): Promise<void> {
  const { askCloud } = await import("./uplink/enrol.ts");
  const { reset } = await import("./site/reset.ts");
  const { identity } = file.config.uplink;
  const done = await reset(file, { ...asked, ask: identity === undefined ? undefined : askCloud(identity.cloud) });
  (done.code === 0 ? process.stdout : process.stderr).write(`${json ? JSON.stringify(done.json) : done.words}\n`);
  process.exit(done.code);
}

/** Says what is wrong; where a page can stand in for the gateway, waits until the file is sound. */
async function mended(options: Options, found: Complaints): Promise<void> {
  for (const complaint of found.complaints) process.stderr.write(`${complaintText(complaint)}\n`);
  const stands =
    options.verb === "run" && options.only !== "safety" && process.env.CUOBIAN_SAFE_MODE !== "off" && existsSync(options.config);
  if (!stands) process.exit(3);
  const { standIn } = await import("./site/stand-in.ts");
  try {
    const page = await standIn(options.config, found);
    process.stderr.write(`安全模式 / safe mode: ${page.http}\n`);
    const supervised = process.channel !== undefined;
    if (!supervised) sayReady(options, { ready: "safe-mode", http: page.http });
    const end = (code: number) => () => void page.stop().then(() => process.exit(code));
    const [terminated, interrupted, left] = [end(0), end(130), end(1)];
    process.on("SIGTERM", terminated).on("SIGINT", interrupted);
    if (supervised) process.on("disconnect", left);
    await page.mended;
    process.off("SIGTERM", terminated).off("SIGINT", interrupted).off("disconnect", left);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(3);
  }
}

/** Stays until the page has made a site file. The safety process has no page: it waits for its next start. */
async function setUp(options: Options, at: { readonly host: string; readonly port: number }): Promise<void> {
  const { firstRun } = await import("./site/first-run.ts");
  try {
    const page = await firstRun(options.config, at);
    process.stderr.write(`首次设置 / first run: ${page.http}/setup\n  设置码 / code: ${page.code}   (${page.codeFile})\n`);
    if (process.channel === undefined) sayReady(options, { ready: "first-run", http: page.http });
    const end = (code: number) => () => void page.stop().then(() => process.exit(code));
    const [terminated, interrupted, left] = [end(0), end(130), end(1)];
    process.on("SIGTERM", terminated).on("SIGINT", interrupted);
    if (process.channel !== undefined) process.on("disconnect", left);
    await page.finished;
    process.off("SIGTERM", terminated).off("SIGINT", interrupted).off("disconnect", left);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") return void process.stdout.write(help);
  if (typeof options === "string") {
    process.stderr.write(`${options}\n\n${help}`);
    process.exit(2);
  }
  const { firstRun } = options;
  if (firstRun !== undefined && options.verb === "run" && options.only !== "safety" && !existsSync(options.config))
    await setUp(options, firstRun);
  const read = (): Running | Complaints =>
    readRunning(options.config, options.verb === "run" && options.only === "site" ? "site" : undefined);
  let file = read();
  while (file.kind === "complaints") {
    await mended(options, file);
    file = read();
  }
  if (options.verb === "enrol") return enrol(file, options);
  if (options.verb === "reset") return resetGateway(file, options);
  if (options.verb !== "run" && options.file !== undefined) {
    const { backUp, restore } = await import("./site/keep.ts");
    const kept = await (options.verb === "backup" ? backUp : restore)(file, options.file, options.passphraseFile);
    (kept.code === 0 ? process.stdout : process.stderr).write(`${options.json ? JSON.stringify(kept.json) : kept.words}\n`);
    process.exit(kept.code);
  }
  if (options.only === "safety") becomeSafety(options);
  // What is missing beside it is refused where it is needed (no tariff: no exit is priced); charging is protected all the same.
  if (options.only === undefined) for (const complaint of namedFileComplaints(file)) process.stderr.write(`${complaintText(complaint)}\n`);
  const name = options.only === "site" ? "site" : "supervisor";
  // Not synchronous: a log that nobody reads must not hold up a gate.
  const out = withRecent(pino.destination({ dest: 2, sync: false }));
  const log = pino({ name, level: process.env.CUOBIAN_LOG ?? "info" }, out);
  try {
    await (options.only === "site" ? runSite(options, file, { log, recent: out.recent }) : runBoth(options, log));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    if (options.only === "site") leaveTrial(options.config);
    process.exit(1);
  }
}

await main();
