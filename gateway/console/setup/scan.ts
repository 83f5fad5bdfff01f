// Who answers on a line, address by address: how far it is, what was found, about how long it still takes; and it can be stopped. Any answer counts, a refusal too.
import type { BenchLine, LineFinding } from "#protocols/api/installer.ts";
import type { SetupScan } from "#protocols/api/setup.ts";
import { readRequest } from "#protocols/modbus/frame.ts";
import type { Ask } from "./line.ts";

const units = 247;

export interface Scan {
  now(): SetupScan;
  stop(): void;
  readonly ended: Promise<void>;
}

export interface ScanParts {
  readonly line: BenchLine;
  readonly onLine: (line: BenchLine, work: (ask: Ask) => Promise<void>) => Promise<void>;
  /** What the line's own bytes prove, when nobody or nobody whole answered. */
  readonly finding: () => LineFinding | undefined;
  /** Milliseconds that only count up. */
  readonly clock: () => number;
}

export function startScan({ line, onLine, clock, finding }: ScanParts): Scan {
  const begun = clock();
  const found: SetupScan["found"] = [];
  let [done, running, stopped] = [0, true, false];
  let over: number | undefined;
  let trouble: SetupScan["trouble"] = null;
  const look = async (ask: Ask): Promise<void> => {
    for (let unit = 1; unit <= units && !stopped; unit += 1) {
      const outcome = await ask(readRequest(unit, 3, 0, 1));
      if (outcome.kind === "answer" || outcome.code === "exception") found.push({ unit, odd: false });
      else if (outcome.code === "bad-frame") found.push({ unit, odd: true });
      else if (outcome.code === "closed") throw new Error(outcome.detail);
      done = unit;
    }
  };
  const ended = onLine(line, look)
    .catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      trouble = { zh: `线路打不开或已断开：${why}`, en: `the line cannot be opened, or was lost: ${why}` };
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
