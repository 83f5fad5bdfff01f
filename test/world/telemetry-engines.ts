// The engines that Debian has, started for a test on ports that the system chose: InfluxDB 1.6 behind nginx, which rewrites one path, and VictoriaMetrics.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandPath } from "../debian.ts";

export interface TestEngine {
  readonly url: string;
  /** What was taken is shown now, not after the engine's own interval. */
  flush(): Promise<void>;
  /** Without a word, as when the machine falls; and up again over the same data. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Asks until there is an answer: an engine starts in its own time. */
export async function eventually<Answer>(ask: () => Promise<Answer | undefined | false>): Promise<Answer> {
  for (let tries = 0; tries < 400; tries += 1) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error("no answer in 20 s");
}

const ended = async (child: ChildProcess | undefined): Promise<void> => {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGKILL");
  await gone;
};

export async function startVictoria(): Promise<TestEngine> {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-victoria-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let engine: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    const args = [`-storageDataPath=${folder}`, `-httpListenAddr=127.0.0.1:${port}`, "-retentionPeriod=100y"];
    engine = spawn(commandPath("victoria-metrics") ?? "", args, { stdio: "ignore" });
    await eventually(async () => (await fetch(`${url}/health`)).ok);
  };
  await start();
  return {
    url,
    start,
    flush: async () => void (await fetch(`${url}/internal/force_flush`)),
    kill: () => ended(engine),
    async stop() {
      await ended(engine);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** InfluxDB 1.x knows no /api/v2/write: these lines of nginx make it one. The bucket is the database. */
const rewrite = (listen: number, engine: number, folder: string): string => `
daemon off; pid ${folder}/nginx.pid; error_log /dev/null; worker_processes 1;
events { worker_connections 64; }
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; client_max_body_size 16m; client_body_buffer_size 16m;
  fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server {
    listen 127.0.0.1:${listen};
    location = /api/v2/write { proxy_pass http://127.0.0.1:${engine}/write?db=$arg_bucket&precision=$arg_precision; }
    location / { proxy_pass http://127.0.0.1:${engine}; }
  }
}`;

export async function startInflux1(database: string): Promise<TestEngine> {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-influx-"));
  const [engineAt, rpcAt, proxyAt] = [await freePort(), await freePort(), await freePort()];
  for (const name of ["meta", "data", "wal"]) mkdirSync(join(folder, name));
  const settings = `reporting-disabled = true
bind-address = "127.0.0.1:${rpcAt}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[http]
  bind-address = "127.0.0.1:${engineAt}"
  log-enabled = false
[monitor]
  store-enabled = false
`;
  writeFileSync(join(folder, "influxdb.conf"), settings);
  writeFileSync(join(folder, "nginx.conf"), rewrite(proxyAt, engineAt, folder));
  let engine: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    engine = spawn(commandPath("influxd") ?? "", ["-config", join(folder, "influxdb.conf")], { stdio: "ignore" });
    await eventually(async () => (await fetch(`http://127.0.0.1:${engineAt}/ping`)).status === 204);
  };
  const proxy = spawn(commandPath("nginx") ?? "", ["-c", join(folder, "nginx.conf"), "-p", folder, "-e", "/dev/null"], { stdio: "ignore" });
  await start();
  await fetch(`http://127.0.0.1:${engineAt}/query?q=${encodeURIComponent(`CREATE DATABASE ${database}`)}`, { method: "POST" });
  const url = `http://127.0.0.1:${proxyAt}`;
  await eventually(async () => (await fetch(`${url}/ping`)).status === 204);
  return {
    url,
    start,
    flush: async () => undefined,
    kill: () => ended(engine),
    async stop() {
      await ended(engine);
      await ended(proxy);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
