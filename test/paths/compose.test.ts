// The compose file cannot be started here without a container engine; everything in it that can be run without one is run: the very broker
// configuration, the accounts, the cloud beside PostgreSQL and a line-protocol engine, and the edge with its simulators.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { startPostgres, type TemporaryPostgres } from "#cloud/store/postgres-for-tests.ts";
import { Visitor } from "#command/demo/visitor.ts";
import { alertRules, boards, fieldsOf } from "../../dashboards/grafana/boards.ts";
import { commandPath, hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { endEveryProgram, repository, startProgram, until } from "../world/program.ts";

const deploy = join(repository, "deploy", "compose");
const read = (path: string): string => readFileSync(join(repository, path), "utf8");

interface Service {
  readonly image?: string;
  readonly build?: unknown;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: unknown;
  readonly entrypoint?: unknown;
}

test("docker-compose.yml: images are pinned, files exist, whatever stays up has a health check, no secret stands in it", (context) => {
  const { services, volumes } = parse(read("docker-compose.yml"), { merge: true }) as {
    services: Record<string, Service>;
    volumes: Record<string, null>;
  };
  let files = 0;
  for (const [name, service] of Object.entries(services)) {
    expect(service.image, name).toMatch(/:v?\d+(\.\d+)+/);
    if (name !== "secrets") expect(service.healthcheck, name).toBeDefined();
    for (const volume of service.volumes ?? []) {
      const [from = ""] = volume.split(":");
      if (from.startsWith("./")) expect(existsSync(join(repository, from)), from).toBe(true);
      else expect(Object.keys(volumes), name).toContain(from);
    }
    for (const word of service.command ?? []) {
      if (!word.startsWith("/app/") || word.startsWith("/app/dist/")) continue;
      files += 1;
      expect(existsSync(join(repository, word.slice("/app/".length))), word).toBe(true);
    }
  }
  expect(read("docker-compose.yml")).not.toMatch(/PASSWORD: |TOKEN: /);
  counted(context, { services: Object.keys(services).length, files });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

const tools = ["mosquitto", "mosquitto_sub", "postgres", "victoria-metrics"];
const children: ChildProcess[] = [];
let postgres: TemporaryPostgres | undefined;
const folder = mkdtempSync(join(tmpdir(), "cuobian-compose-"));

afterAll(async () => {
  await endEveryProgram();
  for (const child of children) child.kill("SIGKILL");
  postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(command: string, args: readonly string[]): ChildProcess {
  const child = spawn(command, args, { stdio: "ignore" });
  children.push(child);
  return child;
}

const put = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** What an alert looks at, without the bound that a healthy compound stays below. */
const watched = (query: string): string => query.replace(/ (?:==|>) \d+$/, "");
/** Numbers that a compound without a shed's meter, or a store without an engine of its own, does not have. */
const sometimes = /cuobian_shed_residual_mA/;

test.skipIf(!tools.every(hasCommand))(
  "P 01.engines: Mosquitto, PostgreSQL and a line-protocol engine carry the same compound",
  async (context) => {
    const secrets = join(folder, "secrets");
    mkdirSync(secrets);
    chmodSync(folder, 0o755);
    execFileSync("/bin/sh", [join(deploy, "make-secrets.sh"), secrets]);
    const secret = (name: string): string => readFileSync(join(secrets, name), "utf8").trim();
    const [mqtt, influx] = [await freePort(), await freePort()];

    const conf = readFileSync(join(deploy, "mosquitto.conf"), "utf8")
      .replace("listener 1883", `listener ${mqtt} 127.0.0.1`)
      .replaceAll("/secrets/", `${secrets}/`)
      .replaceAll("/deploy/", `${deploy}/`);
    start(commandPath("mosquitto") ?? "", ["-c", put("mosquitto.conf", `${conf}user root\n`)]);
    start(commandPath("victoria-metrics") ?? "", [`-storageDataPath=${join(folder, "vm")}`, `-httpListenAddr=127.0.0.1:${influx}`]);
    await until(
      "the line-protocol engine",
      async () => (await fetch(`http://127.0.0.1:${influx}/health`).catch(() => undefined))?.ok || undefined,
    );
    postgres = startPostgres(commandPath("postgres") ?? "");
    writeFileSync(join(secrets, "postgres.url"), postgres.fresh());

    const cloudYaml = readFileSync(join(deploy, "cloud.yaml"), "utf8")
      .replace("data: /data/cloud", `data: ${join(folder, "cloud")}`)
      .replace("host: 0.0.0.0, port: 7300", "host: 127.0.0.1, port: 0")
      .replace("mqtt://mosquitto:1883", `mqtt://127.0.0.1:${mqtt}`)
      .replace("reads: influxql", "reads: victoria-metrics")
      .replace("http://influxdb:8086", `http://127.0.0.1:${influx}`)
      .replaceAll("/secrets/", `${secrets}/`);
    const cloud = await startProgram<{ http: string }>("cloud/main.ts", ["run", "--config", put("cloud.yaml", cloudYaml), "--ready-json"]);
    const uplink = ["--uplink", `mqtt://127.0.0.1:${mqtt}`, "--uplink-password-file", join(secrets, "uplink.password")];
    const edge = spawn(
      process.execPath,
      [join(repository, "command/main.ts"), "demo", "--edge", ...uplink, "--data", join(folder, "edge"), "--keep"],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    children.push(edge);
    let said = "";
    edge.stdout.on("data", (bytes: Buffer) => {
      said += bytes.toString();
    });

    const visitor = new Visitor(cloud.ready.http);
    await visitor.signIn("bureau");
    const counts = await until(
      "cars and sessions in the cloud",
      async () => {
        const now = await visitor.counts();
        return now.passages >= 1 && now.sessions >= 1 ? now : undefined;
      },
      { within_ms: 60_000, every_ms: 500 },
    );
    expect([counts.missing, counts.dead_letters]).toEqual([0, 0]);
    await fetch(`http://127.0.0.1:${influx}/internal/force_flush`);
    const points = await until("telemetry in the engine", async () => {
      const text = await (await fetch(`http://127.0.0.1:${influx}/api/v1/export?match[]=socket_voltage_mV`)).text();
      return text.trim() === "" ? undefined : text.trim().split("\n").length;
    });

    // What Grafana asks for is what these programs say: every metric, every field, and every query is answered.
    const engine = `http://127.0.0.1:${influx}`;
    const gateway = await until("the gateway's address", () => /网关\s+(http:\S+)/.exec(said)?.[1]);
    const scraped = await Promise.all([cloud.ready.http, gateway].map(async (at) => (await fetch(`${at}/metrics`)).text()));
    const now = Date.now();
    for (const ago of [120_000, 60_000, 0])
      await fetch(`${engine}/api/v1/import/prometheus?timestamp=${now - ago}`, { method: "POST", body: scraped.join("\n") });
    await fetch(`${engine}/internal/force_flush`);
    const queries = [
      ...boards.filter(({ source }) => source === "prometheus").flatMap(({ panels }) => panels.flatMap((panel) => panel.queries)),
    ];
    const unanswered: string[] = [];
    for (const query of [...queries.map((one) => one.query), ...alertRules.map((rule) => watched(rule.query))]) {
      const answer = await fetch(`${engine}/api/v1/query?time=${now / 1000}&query=${encodeURIComponent(query)}`);
      const { data } = (await answer.json()) as { data?: { result: unknown[] } };
      if ((data?.result ?? []).length === 0 && !sometimes.test(query)) unanswered.push(query);
    }
    expect(unanswered).toEqual([]);
    const fields = boards
      .filter(({ source }) => source === "influxdb")
      .flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.flatMap(({ query }) => fieldsOf(query))));
    const series = (await (await fetch(`${engine}/api/v1/label/__name__/values`)).json()) as { data: string[] };
    expect(fields.filter((field) => !series.data.includes(field))).toEqual([]);

    // The broker's own accounts: an observer hears; a gateway is not heard on another's topic; nobody without a password comes in.
    const base = ["-h", "127.0.0.1", "-p", String(mqtt)];
    const heard = execFileSync(
      commandPath("mosquitto_sub") ?? "",
      [...base, "-u", "observer", "-P", secret("observer.password"), "-t", "cuobian/v1/#", "-C", "1", "-W", "20"],
      { encoding: "utf8" },
    );
    expect(heard).not.toBe("");
    expect(() =>
      execFileSync(commandPath("mosquitto_sub") ?? "", [...base, "-t", "cuobian/v1/#", "-C", "1", "-W", "5"], { stdio: "pipe" }),
    ).toThrow();
    const listening = start(commandPath("mosquitto_sub") ?? "", [
      ...base,
      "-u",
      "observer",
      "-P",
      secret("observer.password"),
      "-t",
      "cuobian/v1/jinxiu/gw-2/#",
      "-C",
      "1",
      "-W",
      "3",
    ]);
    execFileSync(join(commandPath("mosquitto_sub") ?? "", "..", "mosquitto_pub"), [
      ...base,
      "-u",
      "gw-1",
      "-P",
      secret("uplink.password"),
      "-t",
      "cuobian/v1/jinxiu/gw-2/up/urgent",
      "-m",
      "{}",
      "-q",
      "1",
    ]);
    expect(await new Promise((resolve) => listening.once("exit", resolve))).not.toBe(0);

    counted(context, {
      events: counts.events,
      passages: counts.passages,
      sessions: counts.sessions,
      series: points,
      ...{ boards: boards.length, "queries answered": queries.length, alerts: alertRules.length, "fields there": fields.length },
      "missing in the cloud": counts.missing,
    });
  },
  150_000,
);
