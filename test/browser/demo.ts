// The demonstration's own process tree for checks of the page: simulators, gateway, cloud and page as `cuobian demo` starts them, and how a test speaks to each.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { type Compound, startCompound } from "#command/demo/compound.ts";
import { Visitor } from "#command/demo/visitor.ts";
import type { SimulatorState } from "#protocols/api/simulator.ts";
import { launch } from "./eyes.ts";

export interface Demo {
  readonly browser: Browser;
  readonly compound: Compound;
  /** Where its files are. */
  readonly folder: string;
  url(): string;
  /** The simulators' control. */
  tell(path: string, body: unknown): Promise<void>;
  state(): Promise<SimulatorState>;
  as(person: string): Promise<Visitor>;
  /** The cloud's clock is so far ahead from now on; it never goes back. */
  ahead(ms: number): Promise<void>;
  end(): Promise<void>;
}

interface Wanted {
  readonly steady?: boolean;
  readonly history?: boolean;
}

const looks_ms = 400;
const nothing = (): void => undefined;

/** A port that was free may be taken by another test before the program has it: then once more. */
async function start(folder: string, { steady = false, history = false }: Wanted, tries = 3): Promise<Compound> {
  try {
    return await startCompound({ folder: join(folder, String(tries)), seed: 7, steady, history, port: 0, step: nothing, note: nothing });
  } catch (error) {
    if (tries > 1 && String(error).includes("the port is taken")) return start(folder, { steady, history }, tries - 1);
    throw error;
  }
}

export async function openDemo(wanted: Wanted = {}): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), "cuobian-checks-"));
  const clock = join(folder, "clock");
  process.env.CUOBIAN_DEMO_CLOCK = clock;
  const [browser, compound] = await Promise.all([launch(), start(folder, wanted)]);
  const url = (): string => compound.cloud().ready.http;
  let now_ahead = 0;
  return {
    ...{ browser, compound, folder, url },
    async tell(path, body) {
      const answer = await fetch(`${compound.simulator.control}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    },
    state: async () => (await (await fetch(`${compound.simulator.control}/state?frames=0`)).json()) as SimulatorState,
    async as(person) {
      const visitor = new Visitor(url());
      await visitor.signIn(person);
      return visitor;
    },
    async ahead(ms) {
      now_ahead += ms;
      writeFileSync(clock, String(now_ahead));
      await new Promise((resolve) => setTimeout(resolve, looks_ms));
    },
    async end() {
      await browser.close();
      await compound.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
