// What somebody who opens the demonstration finds within seconds: a car that waits for a person, a socket that was cut off, a drawer that was handed over at the booth. Everything by the simulators and the gateway's own doors.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { SimulatorState } from "#protocols/api/simulator.ts";
import type { Compound } from "./compound.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const platePath = "/devicemanagement/php/plateresult.php";
/** A socket that the day's traffic seldom takes, and a card that is nobody's. */
const socket = "station-2/10";
const card = 88_110;
/** Its station on the line, as the first byte of a frame. */
const stationUnit = "02";
const within_ms = 20_000;
const look_ms = 200;
/** A gateway counts taps from its first sight of a pile's counter: so often its station was asked before somebody taps, and so long he waits before he taps again. */
const sights = 4;
const patience_ms = 4_000;

async function post(url: string, body: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json", ...more }, body });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return text;
}

/** At the lane that no simulated car drives through, so that nobody has to wait behind it. */
async function carWithoutPlate({ gateway }: Compound): Promise<void> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "firmware-sim/main.ts"), "lpr", "--plate", "_无_"]);
  await post(`${gateway().ready.http}${platePath}`, stdout);
}

/** The night's drawer goes to the day: what lies in it is counted, and the difference is said. */
async function drawerHandedOver({ gateway, files }: Compound): Promise<void> {
  const at = `${gateway().ready.http}/api/v1/shifts`;
  const key = { authorization: `Bearer ${readFileSync(files.boothToken, "utf8").trim()}` };
  const { shift } = JSON.parse(await post(at, JSON.stringify({ person: "门岗甲" }), key)) as { shift: string };
  const over = { to: "值班长子", counted_fen: 20_000, reason: "含备用金 200 元" };
  await post(`${at}/${shift}/hand-over`, JSON.stringify(over), key);
}

/** Somebody plugs in what draws two and a half times the socket's current. */
async function overload({ simulator }: Compound): Promise<void> {
  const tell = async (path: string, body: object): Promise<void> => void (await post(`${simulator.control}${path}`, JSON.stringify(body)));
  let tapped: number | undefined;
  for (const from = performance.now(); performance.now() - from < within_ms; await sleep(look_ms)) {
    const { sockets, frames } = (await (await fetch(`${simulator.control}/state?frames=200`)).json()) as SimulatorState;
    if (sockets.some((one) => one.socket === socket && one.relay)) return tell("/faults", { name: "over-current", socket, amount: 2_500 });
    if (tapped !== undefined && performance.now() - tapped < patience_ms) continue;
    if (tapped === undefined && frames.filter(({ hex }) => hex.startsWith(stationUnit)).length < sights) continue;
    if (tapped !== undefined) await tell("/faults", { name: "unplug", socket });
    await tell("/taps", { socket, card, power_W: 300, minutes: 30 });
    tapped = performance.now();
  }
}

/** What cannot be shown is no reason to end. `begun`: something lives already; a program of its own is not started before that. */
export async function openingScene(
  compound: Compound,
  trouble: (why: string) => void,
  begun: Promise<void> = Promise.resolve(),
): Promise<void> {
  const told = (error: unknown): void => trouble(error instanceof Error ? error.message : String(error));
  const afterwards = [carWithoutPlate, drawerHandedOver].map((act) => begun.then(() => act(compound)).catch(told));
  await Promise.all([...afterwards, overload(compound).catch(told)]);
}
