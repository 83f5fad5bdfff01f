// The whole compound, asked by strangers: mbpoll reads the stations' registers, mosquitto_sub hears the uplink, and a fault is followed from the
// ampere to the closed hazard. Everything runs as `npm start` runs it.
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Value from "typebox/value";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Compound, startCompound } from "#command/demo/compound.ts";
import { Visitor } from "#command/demo/visitor.ts";
import type { CommandView } from "#protocols/api/commands.ts";
import type { SimulatorState } from "#protocols/api/simulator.ts";
import type { HazardView, PropertyEntryView, SocketView } from "#protocols/api/views.ts";
import { EventBatch } from "#protocols/uplink/envelope.ts";
import { commandPath, hasCommand } from "../debian.ts";
import { counted } from "../promise.ts";
import { until } from "../world/program.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "cuobian-strangers-"));
let compound: Compound;
let bureau: Visitor;

beforeAll(async () => {
  compound = await startCompound({ folder, seed: 11, port: 0, step: () => {}, note: () => {} });
  bureau = new Visitor(compound.cloud().ready.http);
  await bureau.signIn("bureau");
}, 60_000);

afterAll(async () => {
  await compound?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const simulator = async (): Promise<SimulatorState> =>
  (await (await fetch(`${compound.simulator.control}/state?frames=0`)).json()) as SimulatorState;
const control = async (path: string, body: unknown): Promise<void> => {
  const response = await fetch(`${compound.simulator.control}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status, await response.text()).toBeLessThan(300);
};
const as = async (person: string): Promise<Visitor> => {
  const visitor = new Visitor(compound.cloud().ready.http);
  await visitor.signIn(person);
  return visitor;
};

/** A socket that charges and has nothing wrong with it. */
const charging = (not: readonly string[] = []): Promise<string> =>
  until(
    "a charging socket",
    async () =>
      (await simulator()).sockets.find((one) => one.relay && one.current_mA > 400 && one.faults.length === 0 && !not.includes(one.socket))
        ?.socket,
    { within_ms: 60_000, every_ms: 300 },
  );

test.skipIf(!hasCommand("mbpoll"))(
  "P 01.registers: an independent Modbus master agrees with what the page shows",
  async (context) => {
    const { host, port } = compound.simulator.stations_tcp;
    await charging();
    let values = 0;
    const registers = (unit: number): number[] => {
      const text = execFileSync(
        commandPath("mbpoll") ?? "",
        ["-m", "tcp", "-p", String(port), "-a", String(unit), "-t", "3", "-r", "1", "-c", "108", "-1", host],
        { encoding: "utf8" },
      );
      return [...text.matchAll(/^\[\d+\]:\s+(\d+)/gm)].map((match) => Number(match[1]));
    };
    // Values move while one reads: both are read until they were still enough to be compared.
    await until(
      "both say the same of every socket",
      async () => {
        const before = [registers(1), registers(2)];
        const shown = await bureau.get<SocketView[]>("/api/v1/sockets");
        if (shown.length !== 20 || shown.some((socket) => socket.quality !== "good")) return undefined;
        values = 0;
        for (const socket of shown) {
          const at = 8 + (socket.number - 1) * 10;
          const words = before[socket.station === "station-1" ? 0 : 1] ?? [];
          const [state = 0, , , , voltage = 0, current = 0, , temperature = 0, high = 0, low = 0] = words.slice(at, at + 10);
          const near = (a: number | null, b: number, most: number): boolean => a !== null && Math.abs(a - b) <= most;
          const same =
            near(socket.voltage_mV, voltage * 100, 6_000) &&
            near(socket.current_mA, current, 60 + current * 0.06) &&
            near(socket.temperature_mC, temperature * 100, 1_000) &&
            near(socket.energy_mWh, (high * 65_536 + low) * 1_000, 2_000);
          if (!same || ((state & 1) === 1) !== (socket.state === "charging")) return undefined;
          values += 5;
        }
        return true;
      },
      { within_ms: 60_000, every_ms: 400 },
    );
    counted(context, { sockets: 20, values, wrong: 0 });
  },
  120_000,
);

test.skipIf(!hasCommand("mosquitto_sub"))(
  "P 01.uplink: an independent MQTT client hears the topics as documented, and nobody without credentials does",
  async (context) => {
    const base = ["-h", "127.0.0.1", "-p", String(compound.ports.mqtt), "-W", "50"];
    const password = readFileSync(compound.files.observerPassword, "utf8").trim();
    const sub = commandPath("mosquitto_sub") ?? "";
    const events = await run(sub, [...base, "-u", "observer", "-P", password, "-t", "cuobian/v1/+/+/up/money", "-C", "2", "-v"]);
    for (const line of events.stdout.trim().split("\n")) {
      const [topic, ...payload] = line.split(" ");
      expect(topic).toBe("cuobian/v1/jinxiu/gw-1/up/money");
      expect(Value.Check(EventBatch, JSON.parse(payload.join(" ")))).toBe(true);
    }
    // A batch is whatever was measured since the last one: one of them holds the sockets' readings, it need not be the first that is heard.
    const socketLine = /^socket,quality=\w+,socket=\d+,station=station-\d .*voltage_mV=\d+i.* \d{19}$/m;
    await until(
      "the sockets' readings are heard",
      async () => {
        const bulk = await run(sub, [...base, "-u", "observer", "-P", password, "-t", "cuobian/v1/+/+/up/bulk", "-C", "1"]);
        expect(bulk.stdout).toMatch(/^# cuobian \{"v":1,"gateway":"gw-1",/);
        return socketLine.test(bulk.stdout) || undefined;
      },
      { within_ms: 50_000 },
    );
    const status = await run(sub, [...base, "-u", "observer", "-P", password, "-t", "cuobian/v1/+/+/status", "-C", "1"]);
    expect(JSON.parse(status.stdout)).toMatchObject({ v: 1, state: "online" });
    const refused = [
      ["-t", "cuobian/v1/#"],
      ["-u", "observer", "-P", "wrong", "-t", "cuobian/v1/#"],
    ];
    for (const args of refused) await expect(run(sub, [...base, ...args, "-C", "1"])).rejects.toThrow(/not authori[sz]ed|bad user name/i);
    counted(context, { batches: 3, status: 1, refused: refused.length });
  },
  120_000,
);

test("P 01.ledger: 2.5 × its current cuts a socket and enters the own list; a weld becomes a hazard that people take to closed", async (context) => {
  const socket = await charging();
  await control("/faults", { name: "over-current", socket, amount: 2500 });
  const entry = await until(
    "the entry in the own list",
    async () =>
      (await bureau.get<{ items: PropertyEntryView[] }>("/api/v1/entries?limit=500")).items.find(
        (one) => one.source === socket && one.times.confirmed_after_ms !== null,
      ),
    { within_ms: 30_000, every_ms: 200 },
  );
  const { decided_after_ms, off_after_ms, confirmed_after_ms } = entry.times;
  expect(
    (decided_after_ms ?? Number.NaN) <= (off_after_ms ?? Number.NaN) && (off_after_ms ?? Number.NaN) < (confirmed_after_ms ?? Number.NaN),
  ).toBe(true);
  const { items: alarms } = await bureau.get<{ items: { source: string; rule: string; state: string }[] }>("/api/v1/alarms?limit=500");
  expect(alarms.some((alarm) => alarm.source === socket && alarm.state === "active-unacknowledged")).toBe(true);

  const welded = await charging([socket]);
  await control("/faults", { name: "weld", socket: welded });
  await control("/faults", { name: "over-current", socket: welded, amount: 2500 });
  const hazard = await until(
    "the hazard",
    async () =>
      (await bureau.get<{ items: HazardView[] }>("/api/v1/hazards")).items.find((one) => one.place === welded && one.rule === "weld"),
    { within_ms: 40_000, every_ms: 200 },
  );
  expect(hazard.id).toMatch(/^JXHY-\d{8}-\d+$/);

  const [street, grid] = [await as("street"), await as("grid")];
  const path = `/api/v1/hazards/${hazard.id}/transitions`;
  const steps: readonly [Visitor, string, Record<string, string>][] = [
    [street, "dispatch", { responsible: "物业经理乙" }],
    [grid, "receive", {}],
    [grid, "request-reinspection", {}],
    [street, "reinspect", {}],
    [bureau, "close", {}],
  ];
  // Nobody closes what was not inspected, and who did the work may not judge it.
  expect((await bureau.post(path, { action: "close", note: "越级" })).status).toBe(409);
  const photo = { kind: "after", mime: "image/jpeg", base64: Buffer.from("ffd8ffe000104a464946", "hex").toString("base64") };
  for (const [person, action, more] of steps) {
    if (action === "request-reinspection") {
      expect((await person.post(path, { action, note: "没有照片" })).status).toBe(409);
      expect((await person.post(`/api/v1/hazards/${hazard.id}/evidence`, photo)).status).toBe(201);
    }
    expect((await person.post(path, { action, note: `测试：${action}`, ...more })).status, action).toBe(200);
  }
  const closed = await bureau.get<HazardView>(`/api/v1/hazards/${hazard.id}`);
  expect([closed.state, closed.steps.map((step) => step.action)]).toEqual([
    "已销号",
    ["found", "dispatch", "receive", "evidence", "request-reinspection", "reinspect", "close"],
  ]);
  counted(context, {
    "decided after, ms": decided_after_ms ?? -1,
    "OFF after, ms": off_after_ms ?? -1,
    "confirmed after, ms": confirmed_after_ms ?? -1,
    hazards: 1,
    steps: closed.steps.length,
  });
}, 150_000);

test("P 01.logs: no plate, card, password or token stands in any log", (context) => {
  const plate = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z]·?[A-HJ-NP-Z0-9]{5,6}/u;
  const secrets = ["uplink.password", "booth.token", "observer.password"].map((name) => readFileSync(join(folder, name), "utf8").trim());
  let lines = 0;
  for (const name of ["cloud", "gateway"]) {
    const text = readFileSync(join(folder, `${name}.log`), "utf8");
    lines += text.split("\n").length - 1;
    expect(plate.exec(text)?.[0], name).toBeUndefined();
    for (const secret of secrets) expect(text.includes(secret), name).toBe(false);
    for (const line of text.trim().split("\n")) expect(() => JSON.parse(line), line).not.toThrow();
  }
  // The camera's heartbeat carries its password in clear: it must have ended there.
  expect(readFileSync(join(folder, "gateway.log"), "utf8")).not.toMatch(/pass_wd|"admin"/);
  counted(context, { lines, secrets: secrets.length, wrong: 0 });
});

test("P 05.command: from the API to the arm and back, each step the gateway's own word; a repeat opens nothing more", async (context) => {
  const booth = await as("booth");
  const ask = { site: "jinxiu", gateway: "gw-1", action: "gate.open", args: { lane: "west-in" }, reason: "访客登记" };
  const openings = async (): Promise<number> => (await simulator()).lanes.find(({ lane }) => lane === "west-in")?.openings ?? -1;
  const before = await openings();
  const began = performance.now();
  const headers = { "idempotency-key": "stranger-command-1" };
  const asked = (await (await booth.post("/api/v1/commands", ask, headers)).json()) as CommandView;
  const end = await until(
    "the gateway's answer",
    async () => {
      const now = await booth.get<CommandView>(`/api/v1/commands/${asked.id}`);
      return now.ended === null ? undefined : now;
    },
    { within_ms: 10_000, every_ms: 20 },
  );
  const took = Math.round(performance.now() - began);
  expect([end.state, end.code, end.received !== null]).toEqual(["done", "done", true]);
  await until("the arm is seen", async () => (await openings()) > before || undefined, { within_ms: 10_000, every_ms: 100 });
  expect(((await (await booth.post("/api/v1/commands", ask, headers)).json()) as CommandView).id).toBe(asked.id);
  expect((await openings()) - before).toBe(1);
  counted(context, { commands: 1, openings: 1, "asked to done, ms": took });
}, 60_000);
