// Who comes in the course of the day: the steady traffic, a scenario, or nobody; and what "stop" means.
import type { Fault, Targets, Traffic } from "#protocols/api/simulator.ts";
import type { Chance } from "../chance.ts";
import type { Shed } from "../charging/shed.ts";
import { done, type Outcome } from "../outcome.ts";
import type { Gates } from "../parking/gates.ts";
import type { World } from "../ports.ts";
import { newHabits, stepHabits } from "./habits.ts";
import { dueEvents, type Scenario, type ScenarioEvent } from "./scenario.ts";
import { newSteady, stepSteady } from "./steady.ts";

export interface DayOptions {
  readonly world: World;
  readonly chance: Chance;
  readonly traffic: "steady" | "none" | Scenario;
  readonly shed: Shed;
  readonly gates: Gates;
  readonly fault: (fault: Fault) => Outcome;
  readonly targets: () => Targets;
  /** Who charges comes by the habits of a compound, from this second of the day on; not given: somebody every quarter of a minute. */
  readonly habitsFrom_s?: number | undefined;
  readonly onScenario: (event: ScenarioEvent, outcome: Outcome) => void;
}

export interface Day {
  advance(now: number): void;
  traffic(wanted: Traffic): Outcome;
}

export function startDay(options: DayOptions): Day {
  const { world, gates, shed } = options;
  const began = world.now();
  const steady = newSteady(options.chance, began);
  const habits = options.habitsFrom_s === undefined ? undefined : newHabits(options.chance.for("habits"), began, options.habitsFrom_s);
  let playedUntil = -1;
  let running = true;

  const traffic = (wanted: Traffic): Outcome => {
    running = wanted.state === "run";
    gates.holdSteadyCars(!running);
    return done();
  };
  function advanceSteady(now: number): void {
    // Nobody comes before there is a gateway to meet.
    if (!running || options.targets().entry_url === undefined) return;
    const { car, tap } = stepSteady(steady, {
      now,
      longestQueue: gates.longestQueue(),
      platesHere: gates.plates(),
      freeSockets: shed.freeSockets(),
    });
    if (car !== undefined) gates.arrive(car, true);
    const taps = habits === undefined ? (tap === undefined ? [] : [tap]) : stepHabits(habits, now, shed.freeSockets());
    for (const one of taps) shed.tap(one, { now, owned: true });
  }
  function play(event: ScenarioEvent, now: number): Outcome {
    if (event.traffic !== undefined) return traffic(event.traffic);
    if (event.fault !== undefined) return options.fault(event.fault);
    if (!running) return done("停止中 / stopped");
    if (event.car !== undefined) return gates.arrive(event.car, true);
    return event.tap === undefined ? done() : shed.tap(event.tap, { now, owned: true });
  }
  return {
    traffic,
    advance: (now) => {
      if (options.traffic === "steady") advanceSteady(now);
      else if (options.traffic !== "none") {
        const due = dueEvents(options.traffic, playedUntil, now - began);
        playedUntil = now - began;
        for (const event of due) options.onScenario(event, play(event, now));
      }
    },
  };
}
