// Who answers on a line, address by address: how far it is, what was found, about how long it still takes; and it can be stopped. Any answer counts, a refusal too.
import type { BenchLine, LineFinding } from "#protocols/api/installer.ts";
import type { SetupScan } from "#protocols/api/setup.ts";
import { readRequest } from "#protocols/modbus/frame.ts";
import { LineLost, type Visit } from "../installer/visit.ts";
import type { Problem } from "../problem.ts";

const units = 247;
/** What the last address has to say comes within this. */
const lastHeard_ms = 120;

export interface Scan {
  now(): SetupScan;
  stop(): void;
  readonly ended: Promise<void>;
}

export interface ScanParts {
  readonly line: BenchLine;
  readonly onLine: (line: BenchLine, work: (visit: Visit) => Promise<void>) => Promise<void>;
  /** Why the line did not come open, or was lost. */
  readonly troubleOf: (error: unknown) => Pick<Problem, "zh" | "en">;
  /** What the line's own bytes prove, when nobody or nobody whole answered. */
  readonly finding: () => LineFinding | undefined;
  /** Whether somebody said something just now; zeros and our own echo are the line's. */
  readonly speaks: () => boolean;
  /** Milliseconds that only count up. */
  readonly clock: () => number;
}

export function startScan({ line, onLine, troubleOf, clock, finding, speaks }: ScanParts): Scan {
  const begun = clock();
  const found: SetupScan["found"] = [];
  let [done, running, stopped] = [0, true, false];
  let over: number | undefined;
  let trouble: SetupScan["trouble"] = null;
  const look = async ({ ask, linger }: Visit): Promise<void> => {
    for (let unit = 1; unit <= units && !stopped; unit += 1) {
      const outcome = await ask(readRequest(unit, 3, 0, 1));
      if (outcome.kind === "answer" || outcome.code === "exception") found.push({ unit, odd: false });
      else if (outcome.code === "bad-frame" && speaks()) found.push({ unit, odd: true });
      else if (outcome.code === "closed") throw new LineLost(outcome.detail);
      done = unit;
    }
    if (line.kind !== "tcp") await linger(lastHeard_ms);
  };
  const ended = onLine(line, look)
    .catch((error: unknown) => {
      const { zh, en } = troubleOf(error);
      trouble = { zh, en };
    })
    .finally(() => {
      running = false;
      over = clock();
    });
  return {
    now: () => ({
      ...{ running, done, of: units, found: [...found], trouble },
      finding: running || trouble !== null ? null : (finding() ?? null),
      ran_ms: Math.round((over ?? clock()) - begun),
    }),
    stop: () => {
      stopped = true;
    },
    ended,
  };
}
