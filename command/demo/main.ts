// `cuobian demo`: the compound in one command. Prints each step with its time, the addresses, then live events; q or Ctrl-C ends it all.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { EventView } from "#protocols/api/views.ts";
import { type Compound, startCompound, startEdge } from "./compound.ts";
import { laneScenarios, playLaneScenario } from "./lane-scenario.ts";
import { openInBrowser } from "./open-browser.ts";
import { runOutage } from "./outage.ts";
import { openingScene } from "./scene.ts";
import { Visitor } from "./visitor.ts";

const usage = `cuobian demo [选项 options]
  --port N              首选端口，默认 7300；0 由系统选择 / first port to try; 0: the system chooses
  --seed N              模拟器种子，默认 7 / the simulators' seed
  --bare                不写入九十天虚构历史 / without the ninety invented days before today
  --no-open             不打开浏览器（只在有屏幕的终端上才会打开）/ opens no browser (it does so only at a terminal with a screen)
  --keep [--data DIR]   保留数据目录 / keep the data folder
  --scenario outage     云端中断一分钟，其间网关被 kill -9，随后核对计数 / cloud dead for a minute, gateway killed -9 in the middle, counts compared
  --scenario NAME       一个车道剧本，见 / a scenario of a lane: ${laneScenarios().join(" ")}
  --outage-s N          中断秒数，默认 60 / seconds of outage
  --exit                场景（或首个实时事件）之后退出 / end after the scenario, or after the first live event
  --edge --uplink URL --uplink-password-file F
                        只起模拟器与网关，云端在别处 / simulators and gateway only, the cloud is elsewhere
  --json                结果以 JSON 写到标准输出 / the result as JSON on stdout
例 examples:
  cuobian demo
  cuobian demo --scenario outage --exit --json
  cuobian demo --scenario tailgating --exit
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "7300" },
    seed: { type: "string", default: "7" },
    bare: { type: "boolean", default: false },
    "no-open": { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    data: { type: "string" },
    scenario: { type: "string" },
    "outage-s": { type: "string", default: "60" },
    exit: { type: "boolean", default: false },
    edge: { type: "boolean", default: false },
    uplink: { type: "string" },
    "uplink-password-file": { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
  strict: true,
});

const began = performance.now();
const seconds = (): string => ((performance.now() - began) / 1000).toFixed(1).padStart(5);
// With --json stdout carries the result alone.
const talk = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

function wholeNumber(text: string, name: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  process.stderr.write(`cuobian demo: --${name} 应为整数 / must be a whole number: ${text}\n`);
  process.exit(2);
}

const clock = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});
const eventLine = (event: EventView): string =>
  `  ${clock.format(new Date(event.at))}  ${event.zh}${event.subject === null ? "" : `  ${event.subject}`}  / ${event.en}${event.late ? "（补传 late）" : ""}`;

/** Listens until stopped; the cloud may be killed and come back meanwhile. */
async function follow(compound: Compound, onEvent: (event: EventView) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const visitor = new Visitor(compound.cloud().ready.http);
      await visitor.signIn("property");
      await visitor.listen(onEvent, signal);
    } catch {
      if (!signal.aborted) await new Promise((r) => setTimeout(r, 500));
    }
  }
}

function addresses(compound: Compound): string {
  const { host, port } = compound.simulator.stations_tcp;
  return `
  页面 page        ${compound.cloud().ready.http}
  网关 gateway     ${compound.gateway().ready.http}   (/healthz /metrics)
  手机缴费 phone   ${compound.gateway().ready.http}/pay   出口扫码 at the exit ${compound.gateway().ready.http}/pay/lane/east-out   （演示支付，不动真钱 / no real money）
  MQTT             ${compound.cloud().ready.mqtt}   观察账号 observer，密码见 password in ${compound.files.observerPassword}
  数据 data        ${compound.files.folder}

  试试 try:
    ./cuobian sim fault over-current --socket station-1/3 --amount 2500
    ./cuobian sim fault weld --socket station-1/3
    ./cuobian sim fault smoke --shed shed-1
    ./cuobian sim fault clear; ./cuobian site reset --config ${compound.files.siteConfig}
    ./cuobian sim lpr | curl -si --json @- ${compound.gateway().ready.http}/devicemanagement/php/plateresult.php
    mosquitto_sub -h 127.0.0.1 -p ${compound.ports.mqtt} -u observer -P "$(cat ${compound.files.observerPassword})" -t 'cuobian/v1/#' -v
    mbpoll -m tcp -p ${port} -a 1 -t 3 -r 1 -c 20 -1 ${host}
  按 q 或 Ctrl-C 停止 / q or Ctrl-C ends it
`;
}

function onQuit(quit: () => void): void {
  process.on("SIGINT", quit);
  process.on("SIGTERM", quit);
  if (!process.stdin.isTTY) return;
  process.stdin.setRawMode(true);
  process.stdin.resume();
  process.stdin.on("data", (key: Buffer) => {
    if (key.includes("q") || key.includes(3)) quit();
  });
}

async function runEdge(folder: string, step: (zh: string, en: string) => void, asked: Promise<void>): Promise<number> {
  const { uplink, "uplink-password-file": passwordFile } = values;
  if (uplink === undefined || passwordFile === undefined) {
    process.stderr.write("cuobian demo --edge: 还需要 / also needs --uplink mqtt://HOST:PORT --uplink-password-file FILE\n");
    return 2;
  }
  const edge = await startEdge({
    folder,
    seed: wholeNumber(values.seed, "seed"),
    port: 7310,
    broker: uplink,
    passwordFile: resolve(passwordFile),
    step,
  });
  await asked;
  await edge.stop();
  if (!values.keep) rmSync(folder, { recursive: true, force: true });
  return 0;
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const laneScenario = values.scenario === "outage" ? undefined : values.scenario;
  if (laneScenario !== undefined && !laneScenarios().includes(laneScenario)) {
    process.stderr.write(`cuobian demo: 没有场景 / no scenario "${laneScenario}"；可用 / there are: outage ${laneScenarios().join(" ")}\n`);
    return 2;
  }
  const folder = values.data === undefined ? mkdtempSync(join(tmpdir(), "cuobian-demo-")) : resolve(values.data);
  const step = (zh: string, en: string) => talk(`  ✓ ${seconds()} s  ${zh} / ${en}`);
  talk(
    `  厝边 cuobian  演示模式 demonstration  （数据均为虚构 / all data are invented${values.keep ? "" : "；退出即删 / deleted at the end"}）`,
  );
  const live = new AbortController();
  let stopAsked: () => void = () => {};
  const asked = new Promise<void>((r) => {
    stopAsked = r;
  });
  onQuit(stopAsked);
  if (values.edge) return runEdge(folder, step, asked);
  const starting = startCompound({
    folder,
    seed: wholeNumber(values.seed, "seed"),
    port: wholeNumber(values.port, "port"),
    steady: laneScenario === undefined,
    history: !values.bare,
    step,
    note: (zh, en) => talk(`  ! ${seconds()} s  ${zh} / ${en}`),
  });
  const compound = await starting;
  let code = 0;
  try {
    let first: () => void = () => {};
    const firstEvent = new Promise<void>((r) => {
      first = r;
    });
    let seen = 0;
    const heard: EventView[] = [];
    const following = follow(
      compound,
      (event) => {
        seen += 1;
        if (seen === 1) {
          step(`首个实时事件 ${event.zh}`, `first live event: ${event.en}`);
          first();
        }
        talk(eventLine(event));
        heard.push(event);
      },
      live.signal,
    );
    // A scenario counts what it does itself.
    // What fails because the compound is being stopped is no news.
    const failed = (why: string): void => void (live.signal.aborted || talk(`  ! ${seconds()} s  ${why}`));
    if (values.scenario === undefined && !values.bare) void openingScene(compound, failed, firstEvent);
    talk(addresses(compound));
    const alone = values.scenario !== undefined || values.exit || values.json;
    if (!values["no-open"] && !alone && openInBrowser(compound.cloud().ready.http)) talk("  已在浏览器打开 / opened in the browser");
    if (values.scenario === "outage") {
      const result = await Promise.race([
        runOutage(compound, {
          outage_s: wholeNumber(values["outage-s"], "outage-s"),
          say: (zh, en) => talk(`  ▶ ${seconds()} s  ${zh} / ${en}`),
        }),
        asked,
      ]);
      if (result !== undefined) {
        code = result.equal ? 0 : 1;
        if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
        else talk(`  ${result.equal ? "✓ 计数一致 / counts agree" : "✗ 计数不一致 / counts differ"} ${JSON.stringify(result)}`);
      }
    } else if (laneScenario !== undefined) {
      const result = await Promise.race([playLaneScenario(compound, laneScenario, heard), asked]);
      if (result !== undefined) {
        code = result.missing.length + result.unwanted.length === 0 ? 0 : 1;
        if (values.json) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
        else
          talk(
            `  ${code === 0 ? "✓ 如剧本所述 / as the scenario tells" : "✗ 与剧本不符 / not as the scenario tells"} ${JSON.stringify(result)}`,
          );
      }
    } else if (values.exit) {
      await Promise.race([firstEvent, asked]);
      if (values.json) process.stdout.write(`${JSON.stringify({ first_event_s: Number(seconds()) })}\n`);
    }
    if (!values.exit) await asked;
    live.abort();
    await following;
  } finally {
    live.abort();
    talk(`  … ${seconds()} s  正在停止 / stopping`);
    await compound.stop();
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
    talk(`  ✓ ${seconds()} s  已停止 / stopped`);
  }
  return code;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`cuobian demo: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
process.stdin.pause();
