// The program as a stranger meets it: what it says, how it ends, how a person is added, and what it knows after a restart.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { Voice } from "#cloud/ingest/room-for-tests.ts";
import { plain } from "#test/promise.ts";
import { endEveryProgram, repository, startProgram, until } from "#test/world/program.ts";

const folder = mkdtempSync(join(tmpdir(), "cuobian-cloud-main-"));
const clients: MqttClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true);
  await endEveryProgram();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "gw-1.password"), "of-this-test-only\n", { mode: 0o600 });
writeFileSync(join(folder, "postgres.url"), "postgres://cuobian@127.0.0.1:1/cuobian\n", { mode: 0o600 });

const settings = {
  name: "测试云",
  data: "./data",
  http: { host: "127.0.0.1", port: 0 },
  broker: { kind: "embedded", host: "127.0.0.1", port: 0 },
  gateways: [{ site: "jinxiu", gateway: "gw-1", password_file: "gw-1.password" }],
  sites: [{ id: "jinxiu", name: "锦绣花园（演示）", compound_code: "JX01" }],
  store: { kind: "sqlite" },
  telemetry: { kind: "sqlite" },
  people: [{ id: "booth", name: "值班员甲", role: "booth", organisation: "物业", area: "jinxiu" }],
  demonstration: false,
};
function configure(name: string, changes: object = {}): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, stringify({ ...settings, data: `./${name}`, ...changes }));
  return file;
}

interface Ready {
  readonly ready: string;
  readonly http: string;
  readonly mqtt: string;
}
const run = (file: string, ...more: string[]) => startProgram<Ready>("cloud/main.ts", ["run", "--config", file, "--ready-json", ...more]);

/** The program to its end. */
function cloud(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(repository, "cloud/main.ts"), ...args], { encoding: "utf8", timeout: 90_000 }, (error, out, err) =>
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, out, err }),
    );
  });
}

describe("how it ends", () => {
  const good = configure("good");
  const bad = configure("bad", { http: { host: "127.0.0.1", port: "no" }, demonstratio: true });
  const nowhere = configure("nowhere", { store: { kind: "postgres", url_file: "postgres.url" } });
  const cases: readonly (readonly [name: string, args: readonly string[], code: number, words: RegExp])[] = [
    ["--help", ["--help"], 0, /cuobian cloud run --config FILE/],
    ["nothing said", [], 2, /cuobian cloud run --config FILE/],
    ["no such command", ["walk"], 2, /"walk"/],
    ["no such option", ["run", "--colour"], 2, /--colour/],
    ["no configuration", ["run"], 2, /--config FILE/],
    ["a configuration that is not there", ["run", "--config", join(folder, "none.yaml")], 3, /none\.yaml/],
    ["a configuration with two faults, both named", ["run", "--config", bad], 3, /http\.port[\s\S]*demonstratio/],
    ["a port that is none", ["run", "--config", good, "--port", "70000"], 2, /65535/],
    ["a database that is not there", ["run", "--config", nowhere], 4, /ECONNREFUSED|connect/],
    [
      "a person without a role",
      ["user", "add", "li", "--config", good, "--name", "李", "--organisation", "网格", "--area", "jinxiu"],
      2,
      /--role/,
    ],
    [
      "a person with a role that nobody has",
      ["user", "add", "li", "--config", good, "--name", "李", "--organisation", "网格", "--area", "jinxiu", "--role", "king"],
      2,
      /roles/,
    ],
  ];
  test("every wrong call ends with its own code and says what to do", async () => {
    // All at once: each spends its time on starting.
    const tried = cases.filter((_, at) => !plain || at % 3 === 0);
    const ended = await Promise.all(tried.map(([, args]) => cloud(...args)));
    for (const [index, [name, , code, words]] of tried.entries()) {
      const one = ended[index];
      expect([name, one?.code, `${one?.out}${one?.err}`]).toEqual([name, code, expect.stringMatching(words)]);
      expect(one?.err, name).not.toMatch(/\n\s+at .*node:internal/);
    }
  });

  test("a port that is taken: what to do, not a stack", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => holder.once("listening", resolve));
    const { port } = holder.address() as { port: number };
    const ended = await cloud("run", "--config", good, "--port", String(port));
    expect([ended.code, ended.err]).toEqual([1, expect.stringContaining(`127.0.0.1:${port}`)]);
    holder.close();
  });

  test.each(plain ? (["SIGTERM"] as const) : (["SIGTERM", "SIGINT"] as const))("%s is a clean stop", async (signal) => {
    const program = await run(good);
    expect(program.ready).toEqual({
      ready: "cloud",
      http: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      mqtt: expect.stringMatching(/^mqtt:\/\/127\.0\.0\.1:\d+$/),
    });
    const health = await fetch(`${program.ready.http}/healthz`);
    expect([health.status, await health.json()]).toEqual([
      200,
      {
        ok: true,
        checks: [
          { name: "broker", ok: true },
          { name: "store", ok: true },
        ],
      },
    ]);
    program.signal(signal);
    expect(await program.ended).toBe(0);
  });
});

test("a person is added with a one-time password, chooses one, and comes in; the log holds neither", async () => {
  const file = configure("person");
  const add = () =>
    cloud("user", "add", "li", "--config", file, "--name", "李", "--role", "grid-worker", "--organisation", "网格", "--area", "jinxiu");
  const added = await add();
  expect([added.code, added.out]).toEqual([0, expect.stringMatching(/^(\w{4}-){3}\w{4}\n$/)]);
  expect((await add()).code).toBe(1);
  const program = await run(file);
  const signIn = (body: object) =>
    fetch(`${program.ready.http}/api/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-cuobian": "1" },
      body: JSON.stringify({ person: "li", ...body }),
    });
  const password = added.out.trim();
  expect((await signIn({ password })).status).toBe(403);
  const chosen = await signIn({ password, new_password: "my own long words" });
  expect([chosen.status, await chosen.json()]).toMatchObject([200, { id: "li", role: "grid-worker" }]);
  expect(program.log()).not.toMatch(new RegExp(`${password}|my own long words`));
  const metrics = await (await fetch(`${program.ready.http}/metrics`)).text();
  expect(metrics).toMatch(/^cuobian_cloud_broker_connected 1$/m);
  expect(await program.end()).toBe(0);
});

test("the page is the configuration's, unless another is named", async () => {
  for (const name of ["page", "another"]) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "index.html"), name);
  }
  const file = configure("web", { web: "./page" });
  for (const [more, wanted] of [
    [[], "page"],
    [["--web", join(folder, "another")], "another"],
  ] as const) {
    const program = await run(file, ...more);
    expect(await (await fetch(program.ready.http)).text()).toBe(wanted);
    await program.end();
  }
});

test("a gateway that was here before a restart is not taken to be here after it", async () => {
  const file = configure("presence", { demonstration: true });
  const stateOf = async (http: string): Promise<string> => {
    const asBooth = { method: "POST", headers: { "content-type": "application/json", "x-cuobian": "1" }, body: '{"person":"booth"}' };
    const cookie = (await fetch(`${http}/api/v1/session`, asBooth)).headers.get("set-cookie") ?? "";
    const overview = (await (await fetch(`${http}/api/v1/overview`, { headers: { cookie } })).json()) as { gateways: { state: string }[] };
    return overview.gateways[0]?.state ?? "none";
  };
  const online = async (mqtt: string): Promise<void> => {
    const client = await connectAsync(mqtt, { clientId: "gw-1", username: "gw-1", password: "of-this-test-only" });
    clients.push(client);
    const { topic, payload } = new Voice().status("online");
    await client.publishAsync(topic, payload, { qos: 1, retain: true });
  };
  const first = await run(file);
  await online(first.ready.mqtt);
  await until("the gateway to be online", async () => ((await stateOf(first.ready.http)) === "online" ? true : undefined));
  first.signal("SIGKILL");
  await first.ended;
  const second = await run(file);
  expect(await stateOf(second.ready.http)).toBe("unknown");
  await online(second.ready.mqtt);
  await until("the gateway to be online again", async () => ((await stateOf(second.ready.http)) === "online" ? true : undefined));
  await second.end();
});
