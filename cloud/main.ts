// `cuobian cloud`: runs the service, or makes a person who may come in.
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { destination, pino } from "pino";
import { type Role, roles } from "#protocols/api/views.ts";
import { appendAudit } from "./audit/chain.ts";
import { readCloudConfig } from "./config/read.ts";
import type { CloudConfig } from "./config/schema.ts";
import { openConfiguredStore } from "./configured-store.ts";
import { clockAhead } from "./demonstration/clock.ts";
import { oneTimeCode } from "./identity/one-time.ts";
import { hashPassword } from "./identity/password.ts";
import { addPerson } from "./identity/people.ts";
import { wholeTree } from "./identity/tree.ts";
import { startService } from "./service.ts";

const usage = `cuobian cloud run --config FILE [--web DIR] [--port N] [--ready-json]
  启动云端服务 / runs the cloud service
  --config FILE   配置文件 / configuration (YAML)
  --web DIR       页面目录，代替配置中的 web / folder of the built page, instead of web
  --port N        代替配置中的 http.port / instead of http.port
  --history SEED  演示模式：写入九十天虚构历史 / of a demonstration: ninety invented days by this seed
                  CUOBIAN_DEMO_CLOCK=FILE：演示模式的时钟超前该文件所写毫秒 / a demonstration's clock is ahead by the milliseconds in the file
  --ready-json    就绪后在标准输出写一行 JSON / one JSON line on stdout when ready
cuobian cloud user add ID --config FILE --name NAME --role ROLE --organisation ORG --area AREA
  新增人员并打印一次性口令 / adds a person and prints a one-time password
cuobian cloud emergency seal --config FILE [--envelopes 2] | emergency list --config FILE
  封存紧急访问信封（内容只打印一次，旧的作废） / seals envelopes for emergency access: printed once, older ones end
cuobian cloud retention --config FILE [--dry-run]
  立即清除超过保存期限的车牌、卡号与照片；--dry-run 只计数 / removes plates, cards and pictures past their days now; --dry-run only counts
cuobian cloud broker-files --config FILE --for mosquitto|emqx --names HOST[,HOST] --to DIR [--port 8883]
  为外部消息服务器生成证书、吊销列表与访问规则 / certificate, revocations and access rules for a broker that is not ours
  管辖范围 / area: 站点、辖区或 all / a site, an area of the tree, or all
  角色 / roles: ${roles.join(", ")}
例 / examples:
  cuobian cloud run --config cloud.yaml --web dist/web
  cuobian cloud user add li --config cloud.yaml --name 李 --role property-manager --organisation 锦绣物业 --area jinxiu
`;

const log = pino(
  {
    level: process.env.CUOBIAN_LOG ?? "info",
    redact: ["password", "token", "plate", "card", "*.password", "*.token", "*.plate", "*.card"],
  },
  destination({ dest: 2, sync: false }),
);

const options = {
  config: { type: "string" },
  web: { type: "string" },
  port: { type: "string" },
  name: { type: "string" },
  role: { type: "string" },
  organisation: { type: "string" },
  area: { type: "string" },
  for: { type: "string" },
  names: { type: "string" },
  to: { type: "string" },
  history: { type: "string" },
  envelopes: { type: "string" },
  "dry-run": { type: "boolean", default: false },
  "ready-json": { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true }>>["values"];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function configOf(values: Values): CloudConfig | number {
  if (values.config === undefined) {
    say("cuobian cloud: 缺少 / missing --config FILE\n               cuobian cloud --help");
    return 2;
  }
  const read = readCloudConfig(resolve(values.config));
  if ("config" in read) return read.config;
  for (const { file, line, column, path, zh, en, example } of read.complaints)
    say(`${file}:${line}:${column}: ${path}: ${zh} / ${en}${example === undefined ? "" : `\n    例 example: ${example}`}`);
  return 3;
}

/** The code is for whoever sees this terminal: no log line, no answer and no file holds it. */
const firstWords = (http: string, code: string): string => `还没有管理员。一次性码，24 小时内有效，用一次即失效：
there is no administrator yet. A one-time code, good for a day:

    ${code}

  curl -sS ${http}/api/v1/first-administrator -H 'x-cuobian: 1' -H 'content-type: application/json' -d @first.json
  first.json: {"code":"…","id":"admin-li","name":"李","organisation":"…","password":"至少 12 个字符 / at least 12"}`;

async function run(values: Values): Promise<number> {
  const config = configOf(values);
  if (typeof config === "number") return config;
  const port = values.port === undefined ? config.http.port : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    say(`cuobian cloud: --port 应为 0–65535 的整数 / a whole number: ${values.port}`);
    return 2;
  }
  const history = values.history === undefined ? undefined : Number(values.history);
  if (history !== undefined && !(config.demonstration && Number.isInteger(history) && history >= 0)) {
    say(
      `cuobian cloud: --history 只用于演示模式，种子为整数 / --history is for a demonstration, its seed a whole number: ${values.history}`,
    );
    return 2;
  }
  const { CUOBIAN_DEMO_CLOCK: clockFile } = process.env;
  const now = config.demonstration && clockFile !== undefined ? clockAhead(clockFile) : () => Date.now();
  const asked = new Promise<void>((stop) => {
    process.once("SIGINT", () => stop());
    process.once("SIGTERM", () => stop());
  });
  const service = await startService({
    config: { ...config, http: { ...config.http, port } },
    log,
    now,
    web: values.web === undefined ? config.web : resolve(values.web),
    history,
  });
  log.info({ http: service.http, mqtt: service.mqtt }, "ready");
  if (values["ready-json"])
    process.stdout.write(
      `${JSON.stringify({ ready: "cloud", http: service.http, mqtt: service.mqtt, ...(service.mqtts === undefined ? {} : { mqtts: service.mqtts }) })}\n`,
    );
  else say(`厝边云已就绪 / ready: ${service.http}`);
  if (service.firstCode !== undefined) say(firstWords(service.http, service.firstCode));
  await asked;
  await service.stop();
  return 0;
}

async function addUser(id: string | undefined, values: Values): Promise<number> {
  const { name, role, organisation, area } = values;
  if (
    id === undefined ||
    !/^[a-z0-9][a-z0-9-]{0,39}$/.test(id) ||
    name === undefined ||
    organisation === undefined ||
    area === undefined ||
    !roles.includes(role as Role)
  ) {
    say(usage);
    return 2;
  }
  const config = configOf(values);
  if (typeof config === "number") return config;
  const areas = [wholeTree, ...config.sites.map((site) => site.id), ...(config.areas ?? []).map((one) => one.id)];
  if (!areas.includes(area)) {
    say(`cuobian cloud user add: --area: 没有 / there is no "${area}"\n               ${areas.join(", ")}`);
    return 2;
  }
  const store = await openConfiguredStore(config);
  try {
    const password = oneTimeCode();
    const person = { id, name, role: role as Role, organisation, area, password_hash: await hashPassword(password) };
    const nobody = { person: null, person_name: `控制台 console (${userInfo().username})`, role: null, organisation: null, address: null };
    const row = { ...nobody, at: Date.now(), site: null, action: "person.add", object: id, outcome: "done", code: null } as const;
    if (
      !(await addPerson(
        store,
        person,
        async (change) => void (await appendAudit(change, { ...row, detail: { role, organisation, area } })),
      ))
    ) {
      say(`cuobian cloud user add: 已有 / there is already a person "${id}"`);
      return 1;
    }
    say("一次性口令，只显示这一次 / one-time password, shown only now:");
    process.stdout.write(`${password}\n`);
    return 0;
  } finally {
    await store.close();
  }
}

async function brokerFiles(values: Values): Promise<number> {
  const kind = values.for;
  const names = values.names?.split(",") ?? [];
  const port = Number(values.port ?? 8883);
  const fit = names.length > 0 && names.every((name) => /^[A-Za-z0-9.-]{1,253}$/.test(name)) && port >= 1 && port <= 65_535;
  if ((kind !== "mosquitto" && kind !== "emqx") || values.to === undefined || !fit) {
    say(usage);
    return 2;
  }
  const config = configOf(values);
  if (typeof config === "number") return config;
  const { writeBrokerFiles } = await import("./enrolment/broker-files-command.ts");
  const to = resolve(values.to);
  for (const name of await writeBrokerFiles(config, { kind, to, names, port })) process.stdout.write(`${to}/${name}\n`);
  return 0;
}

async function retention(values: Values): Promise<number> {
  const config = configOf(values);
  if (typeof config === "number") return config;
  if (config.retention === undefined) {
    say(
      "cuobian cloud retention: 配置中没有 retention / the configuration says no retention\n               retention: { plate_days: 180 }",
    );
    return 2;
  }
  const [{ runRetention, countRetention }, { retentionKey }] = [
    await import("./retention/retention.ts"),
    await import("./retention/job.ts"),
  ];
  const store = await openConfiguredStore(config);
  try {
    const given = {
      days: config.retention.plate_days,
      pictureDays: config.retention.picture_days,
      key: retentionKey(config.data),
      now: Date.now(),
    };
    const removed = await (values["dry-run"] === true ? countRetention : runRetention)(store, given);
    process.stdout.write(`${JSON.stringify({ dry_run: values["dry-run"] === true, days: given.days, ...removed })}\n`);
    return 0;
  } finally {
    await store.close();
  }
}

async function emergency(what: string | undefined, values: Values): Promise<number> {
  const count = Number(values.envelopes ?? 2);
  if ((what !== "seal" && what !== "list") || !Number.isInteger(count) || count < 2 || count > 12) {
    say("cuobian cloud emergency seal [--envelopes 2–12] | list  --config FILE");
    return 2;
  }
  const config = configOf(values);
  if (typeof config === "number") return config;
  const { listCommand, sealCommand } = await import("./identity/emergency-command.ts");
  if (what === "list") {
    for (const line of await listCommand(config)) process.stdout.write(`${line}\n`);
    return 0;
  }
  say(`每个代码写进一个信封，封口，交给不同的人；开启须两个 / one code an envelope, sealed, to different people; it takes two:
  POST /api/v1/emergency {"codes":["…","…"],"names":["…","…"],"reason":"…"}`);
  for (const { label, code } of await sealCommand(config, count, Date.now())) process.stdout.write(`${label}  ${code}\n`);
  return 0;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [verb, what, id] = positionals;
  if (values.help || verb === undefined) {
    process.stdout.write(usage);
    return values.help ? 0 : 2;
  }
  if (verb === "run") return run(values);
  if (verb === "user" && what === "add") return addUser(id, values);
  if (verb === "emergency") return emergency(what, values);
  if (verb === "retention") return retention(values);
  if (verb === "broker-files") return brokerFiles(values);
  say(`cuobian cloud: 没有命令 / no command "${positionals.join(" ")}"\n               cuobian cloud --help`);
  return 2;
}

/** A port that is taken, a database that is not there: what to do, not a stack. */
function wordsOf(error: unknown): string {
  const { code, port, address, message } = error as { code?: string; port?: number; address?: string; message?: string };
  if (code === "EADDRINUSE")
    return `端口 ${address}:${port} 已被占用；换一个端口，或停掉占用它的程序 / the port is taken: choose another, or stop what holds it`;
  if (code?.startsWith("ERR_PARSE_ARGS") === true) return `${message}\n               cuobian cloud --help`;
  return message ?? String(error);
}

try {
  process.exitCode = await main();
} catch (error) {
  say(`cuobian cloud: ${wordsOf(error)}`);
  const code = (error as { code?: string }).code ?? "";
  process.exitCode = code.startsWith("ERR_PARSE_ARGS") ? 2 : /^(ECONN|ENOTFOUND|ETIMEDOUT)/.test(code) ? 4 : 1;
}
