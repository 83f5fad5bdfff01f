// The scenarios of a lane that come with the simulators, played in told time: simulated arms and drivers against the real lanes; what the gateway tells is what each says it must.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compareTold, laneScenarios, type Told } from "#command/demo/lane-scenario.ts";
import { vzenithHttp } from "#gateway/drivers/cameras/vzenith.ts";
import type { Profile } from "#protocols/modbus/profile.ts";
import directionBoard from "#protocols/profiles/barriers/direction-board.json" with { type: "json" };
import { eventCatalogue } from "#protocols/uplink/events.ts";
import { deviceFault } from "#protocols/vocabulary/faults.ts";
import { after, wall } from "#protocols/vocabulary/time.ts";
import type { CameraOptions } from "#sim/cameras/camera.ts";
import { plateBody } from "#sim/cameras/plate-push.ts";
import { understandReply } from "#sim/cameras/reply.ts";
import { chance } from "#sim/chance.ts";
import { pulse } from "#sim/parking/barrier.ts";
import { laneRows } from "#sim/parking/gate.ts";
import { openGates } from "#sim/parking/gates.ts";
import type { World } from "#sim/ports.ts";
import { dueEvents, readScenario, type Scenario } from "#sim/traffic/scenario.ts";
import { counted, plain } from "../promise.ts";
import { toldChance, toldClock } from "../told-clock.ts";
import { repository } from "../world/program.ts";
import { openToldSite, type ToldSite } from "./told-site.ts";

const step_ms = 100;
const look_ms = 200;
/** After the last of its events, and the end of its last fault. */
const goesOn_ms = 30_000;

/** `look`: how often the boards are looked at, and whether they have direction logic. */
async function play(scenario: Scenario, look: { ms: number; directed: boolean } = { ms: look_ms, directed: true }): Promise<Told[]> {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-scenario-"));
  writeFileSync(join(folder, "tariff.yaml"), readFileSync(join(repository, "tariffs/residential-free-hour.yaml")));
  const clock = toldClock();
  const begun = clock.monotonic();
  const now = (): number => clock.monotonic() - begun;
  const world: World = {
    now,
    wall: () => wall(clock.wall()),
    after: (ms, run) => clock.wake(after(clock.monotonic(), ms), run),
    // Nothing of the lanes themselves: a guard who has no booth to ask.
    every: () => () => undefined,
  };
  let site: ToldSite | undefined;
  let reads = 0;
  /** A camera whose push and answer take no time. */
  const camera = ({ identity, output }: CameraOptions) => ({
    identity,
    read(plate: string) {
      reads += 1;
      const body = plateBody(identity, { plate, plateid: reads, at: world.wall(), micros: 0, confidence: 95, triggerType: 8 }, false);
      const post = { path: vzenithHttp.paths[0]?.path ?? "", contentType: "application/json", peer: "127.0.0.1", secret: undefined };
      const answer = site?.lanes.push(vzenithHttp, { ...post, bytes: Buffer.from(body) });
      if (answer?.kind === "answer") for (const io of understandReply(answer.body).outputs) output(io);
      return true;
    },
    replayLast: () => false,
    stored: () => 0,
    stop: () => undefined,
  });
  const gates = openGates({
    world,
    chance: chance(7),
    targets: () => ({ entry_url: "http://told", exit_url: "http://told" }),
    camera,
    profile: directionBoard as Profile,
    newPaymentId: () => "none",
  });
  const lanes = laneRows.map(({ id, direction, camera: own }) => ({
    id,
    direction,
    camera: { protocol: "vzenith-http", serialno: own?.serialno ?? `none-at-${id}` },
  }));
  site = await openToldSite({
    folder,
    lanes,
    clock,
    chance: toldChance(1),
    board: (lane) => ({ pulse: () => pulse(gates.barrier(lane), "open", now()) }),
  });
  const lasts_ms = Math.max(...scenario.events.map(({ at_s, fault }) => (at_s + (fault?.seconds ?? 0)) * 1_000)) + goesOn_ms;
  for (let from = -1; now() <= lasts_ms; from = now(), clock.advance(step_ms)) {
    for (const { car, fault } of dueEvents(scenario, from, now())) {
      if (car !== undefined) gates.arrive(car, false);
      if (fault !== undefined) gates.fault(fault, now());
    }
    gates.advance(now());
    if (now() % look.ms !== 0) continue;
    for (const { id } of lanes) {
      const { arm, halted, loops, ails, openings, passages, against } = gates.barrier(id);
      const moving = (arm === "opening" || arm === "closing") && !halted;
      const seen = { open: arm === "open", closed: arm === "closed", moving, ...loops, fault: false, fire: ails.fire };
      const counts = { opened: 100 + openings, passed: 100 + passages, ...(look.directed ? { against: 7 + against } : {}) };
      if (ails.dark) site.listeners.get(id)?.onFault(deviceFault("timeout", "no power"));
      else site.listeners.get(id)?.onLook({ asked: clock.monotonic(), ...seen, ...counts });
    }
  }
  const told = site.journal
    .all<{ type: string; data: string }>("SELECT type, data FROM event")
    .map(({ type, data }) => ({ type, data: JSON.parse(data) as unknown }));
  gates.stop();
  site.die();
  rmSync(folder, { recursive: true, force: true });
  return told;
}

const named = readdirSync(join(repository, "firmware-sim/scenarios/lanes"));
let played = 0;
let told = 0;
test.each(named)("P 06.stories: the scenario %s is told as it says", async (file) => {
  const scenario = readScenario(readFileSync(join(repository, "firmware-sim/scenarios/lanes", file), "utf8"));
  if (!("events" in scenario)) throw new Error(scenario.join("\n"));
  const events = await play(scenario);
  // A word that no gateway says would never be missed.
  for (const words of [...(scenario.tells ?? []), ...(scenario.never ?? [])])
    expect(Object.keys(eventCatalogue)).toContain(words.split(" ")[0]);
  const result = compareTold(file, scenario, events);
  expect([result.missing, result.unwanted], JSON.stringify(events, null, 1)).toEqual([[], []]);
  expect(result.told.length).toBeGreaterThan(0);
  played += 1;
  told += result.told.length;
});

// A busy machine asks seldom, and the looks fall anywhere: what the board counts is told all the same, once. Without its counter only the looks can tell it.
test("P 06.stories: out by the way in is told once however the looks fall", async (context) => {
  const scenario = readScenario(readFileSync(join(repository, "firmware-sim/scenarios/lanes/wrong-direction.yaml"), "utf8"));
  if (!("events" in scenario)) throw new Error(scenario.join("\n"));
  const tellings = async (ms: number, directed: boolean): Promise<number> =>
    (await play(scenario, { ms, directed })).filter(({ data }) => (data as { reason?: unknown }).reason === "wrong-way").length;
  const gaps = plain ? [700, 2_900, 9_700] : [100, 200, 700, 1_100, 1_900, 2_900, 4_900, 9_700];
  const told = [];
  for (const ms of gaps) told.push(await tellings(ms, true));
  expect(told).toEqual(gaps.map(() => 1));
  expect(await tellings(look_ms, false)).toBe(1);
  expect(await tellings(9_700, false)).toBe(0);
  counted(context, { "gaps between looks": gaps.length, "longest, ms": Math.max(...gaps) });
});

test("P 06.stories: nine scenarios of a lane come with the simulators", (context) => {
  const wanted = [
    ...["arm-stuck-open", "double-entry", "fire", "missing-entry", "power-cut-under-arm", "reversing-out", "tailgating", "turn-back"],
    "wrong-direction",
  ];
  expect(laneScenarios()).toEqual(expect.arrayContaining(wanted));
  expect(played).toBeGreaterThanOrEqual(wanted.length);
  counted(context, { scenarios: played, "events that had to be told": told });
});
