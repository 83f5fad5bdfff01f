// `npm run bench -- commands [--json] [--commands 150] [--backlog 300000]`: from the request to the API sent to the pulse at the barrier's board, through the real cloud, broker and gateway;
// first while the stations' line is polled without a pause, then while the uplink drains a backlog besides. Ends with 1 when a pulse is missing or doubled, or p99 is above a second.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as rest } from "node:timers/promises";
import { parseArgs } from "node:util";
import { layOut, writeCloudConfig, writeSiteConfig } from "#command/demo/files.ts";
import type { CommandView } from "#protocols/api/commands.ts";
import type { SimulatorReady } from "#protocols/api/simulator.ts";
import { startBoards, type TestBoard } from "#test/world/barrier-boards.ts";
import { endEveryProgram, startProgram, until } from "#test/world/program.ts";
import { percentile, table } from "../table.ts";
import { fillBacklog, waiting } from "./backlog.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    commands: { type: "string", default: "150" },
    backlog: { type: "string", default: "300000" },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  process.stdout.write("npm run bench -- commands [--commands 150] [--backlog 300000] [--json]\n");
  process.exit(0);
}
const [commands, backlog] = [Number(values.commands), Number(values.backlog)];
const pace_ms = 60;
const stated_ms = 1_000;
const unit = 3;

interface Measured {
  readonly what: string;
  readonly n: number;
  readonly pulse_p50_ms: number;
  readonly pulse_p99_ms: number;
  /** Until the API shows that the gateway has ended it. */
  readonly shown_p50_ms: number;
  readonly shown_p99_ms: number;
  readonly pulses: number;
  readonly waiting_before: number;
  readonly waiting_after: number;
}
const round = (ms: number): number => Math.round(ms * 10) / 10;

/** The moment of each pulse, as the board's Modbus server takes it. */
function watch(board: TestBoard): { next(): Promise<number> } {
  let pulses = board.pulses;
  let heard: (at: number) => void = () => undefined;
  Object.defineProperty(board, "pulses", {
    get: () => pulses,
    set: (count: number) => {
      pulses = count;
      heard(performance.now());
    },
  });
  return { next: () => new Promise((resolve) => (heard = resolve)) };
}

async function signIn(http: string, person: string) {
  const ours = { "content-type": "application/json", "x-cuobian": "1" };
  const answer = await fetch(`${http}/api/v1/session`, { method: "POST", headers: ours, body: JSON.stringify({ person }) });
  const headers = { ...ours, cookie: (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
  const json = async (path: string, init: RequestInit = {}): Promise<CommandView> => {
    const said = await fetch(`${http}/api/v1/${path}`, { ...init, headers: { ...headers, ...(init.headers as object) } });
    if (!said.ok) throw new Error(`${path}: ${said.status} ${await said.text()}`);
    return (await said.json()) as CommandView;
  };
  return {
    shown: (id: string) => json(`commands/${id}`),
    open: (name: string) =>
      json("commands", {
        method: "POST",
        headers: { "idempotency-key": name },
        body: JSON.stringify({ site: "jinxiu", gateway: "gw-1", action: "gate.open", args: { lane: "west-in" }, reason: "测量" }),
      }),
  };
}

const folder = mkdtempSync(join(tmpdir(), "cuobian-commands-"));
const boards = await startBoards();
try {
  const files = layOut(folder);
  const simulator = await startProgram<SimulatorReady>("firmware-sim/main.ts", ["run", "--traffic", "none", "--contactor", "--ready-json"]);
  writeCloudConfig(files, { cloud: 0, mqtt: 0, gateway: 0 });
  const cloud = await startProgram<{ http: string; mqtt: string }>("cloud/main.ts", ["run", "--config", files.cloudConfig, "--ready-json"]);
  const barriers = { host: boards.host, port: boards.port, units: { "east-in": 1, "east-out": 2, "west-in": unit } };
  writeSiteConfig(files, { gateway: 0, broker: cloud.ready.mqtt, simulator: { ...simulator.ready, barriers } });
  const journal = join(folder, "gateway", "journal.sqlite");
  const gateway = () =>
    startProgram<{ http: string }>("gateway/main.ts", ["run", "--config", files.siteConfig, "--ready-json"], {
      env: { CUOBIAN_CLOCK: "synchronised" },
      within_ms: 60_000,
    });
  const [board, person] = [boards.unit(unit), await signIn(cloud.ready.http, "booth")];
  const pulse = watch(board);

  async function measure(what: string): Promise<Measured> {
    const before = { pulses: board.pulses, waiting: waiting(journal) };
    const [pulsed, shown]: [number[], number[]] = [[], []];
    for (let i = 0; i < commands; i += 1) {
      const next = pulse.next();
      const began = performance.now();
      const { id } = await person.open(`${what}-${i}-bench`.replaceAll(/[^a-z0-9-]/g, "-"));
      const at = await Promise.race([next, rest(5_000, undefined)]);
      if (at === undefined) throw new Error(`no pulse within 5 s: ${JSON.stringify(await person.shown(id))}`);
      pulsed.push(at - began);
      await until("its end", async () => (await person.shown(id)).state === "done" || undefined, { within_ms: 30_000, every_ms: 10 });
      shown.push(performance.now() - began);
      // The car goes through, and the next one may be let in.
      board.opened += 1;
      board.passed += 1;
      await rest(pace_ms);
    }
    return {
      ...{ what, n: commands, pulses: board.pulses - before.pulses, waiting_before: before.waiting, waiting_after: waiting(journal) },
      ...{ pulse_p50_ms: round(percentile(pulsed, 50)), pulse_p99_ms: round(percentile(pulsed, 99)) },
      ...{ shown_p50_ms: round(percentile(shown, 50)), shown_p99_ms: round(percentile(shown, 99)) },
    };
  }
  /** Every socket answers on the polled line, the board is looked at, and a command arrives. */
  const ready = async (http: string): Promise<void> => {
    const seen = async () => /cuobian_sockets\{state="blind"\} 0\n/.test(await (await fetch(`${http}/metrics`)).text());
    await until("every socket is seen", async () => (await seen()) || undefined, { within_ms: 40_000, every_ms: 200 });
    const heard = board.heard;
    await until("the board is looked at", () => board.heard > heard + 3 || undefined, { within_ms: 30_000 });
    const next = pulse.next();
    await person.open(`first-${performance.now()}`.replace(".", "-"));
    if ((await Promise.race([next, rest(10_000, undefined)])) === undefined) throw new Error("the first command was not carried out");
    await rest(1_000);
  };

  let running = await gateway();
  await ready(running.ready.http);
  const polled = await measure("polled");
  await running.end();
  fillBacklog(journal, backlog);
  running = await gateway();
  await ready(running.ready.http);
  const drained = await measure("draining");
  await running.end();
  await cloud.end();
  await simulator.end();

  const rows = [polled, drained];
  const drains = drained.waiting_before > drained.waiting_after && drained.waiting_after > 0;
  const once = rows.every(({ pulses, n }) => pulses === n);
  const holds = once && drains && rows.every(({ pulse_p99_ms }) => pulse_p99_ms <= stated_ms);
  if (values.json)
    process.stdout.write(`${JSON.stringify({ processors: availableParallelism(), rows, backlog, drains, once, stated_ms, holds })}\n`);
  else {
    process.stdout.write(
      table([
        ["API → barrier board", "commands", "p50 ms", "p99 ms", "shown p50", "shown p99", "pulses", "waiting before", "after"],
        ...rows.map((row) => [
          ...[row.what, row.n, row.pulse_p50_ms, row.pulse_p99_ms, row.shown_p50_ms, row.shown_p99_ms],
          ...[row.pulses, row.waiting_before, row.waiting_after],
        ]),
      ]),
    );
    process.stdout.write(
      holds
        ? `one pulse a command, p99 at most ${stated_ms} ms, with a backlog until the end: holds\n`
        : `does not hold here${once ? "" : ": a pulse is missing or doubled"}${drains ? "" : ": the backlog did not last, or did not drain (--backlog)"}\n`,
    );
  }
  process.exitCode = holds ? 0 : 1;
} finally {
  await endEveryProgram();
  await boards.down();
  rmSync(folder, { recursive: true, force: true });
}
