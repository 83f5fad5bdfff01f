// The commands as a room of the site process: what each action does here, through the doors of the rooms that it concerns.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type ActionArgs, type Command, type RefusalCode, refusals } from "#protocols/uplink/commands.ts";
import type { Lanes } from "../lanes/door.ts";
import { chooseAtExit } from "../payments/choosing.ts";
import type { Cashier } from "../payments/door.ts";
import type { Measure, Mounted, Sessions, SiteContext } from "../site-context.ts";
import { type Commands, type Result, startCommands } from "./commands.ts";
import { diagnosisOf, type Examined } from "./diagnosis.ts";
import { carryOutGate } from "./gates.ts";
import { carryOutMoney, isMoney } from "./money.ts";
import { type CloudKey, readCloudKey } from "./verify.ts";

export interface MountedCommands extends Mounted, Pick<Commands, "take"> {}

export interface CommandRooms {
  readonly lanes: Lanes;
  readonly sessions: Sessions;
  /** What the rooms of this process say of themselves now. */
  readonly examine: () => Examined;
  /** What time it is at the cloud at least, as the uplink has heard it. */
  readonly cloudNow?: () => number | undefined;
  /** Not there: commands about money are refused. */
  readonly cashier?: Cashier | undefined;
}

/** Without a readable key no command is taken; the rest of the gateway works on. */
function keysOf({ config, folder, log }: SiteContext): readonly CloudKey[] {
  if (config.commands === undefined) return [];
  const path = resolve(folder, config.commands.key_file);
  try {
    return [readCloudKey(readFileSync(path, "utf8"))];
  } catch (error) {
    log.error({ path, error: String(error) }, "the cloud's public key cannot be read: no command is taken");
    return [];
  }
}

export async function mountCommands(context: SiteContext, rooms: CommandRooms): Promise<MountedCommands> {
  const { config, clock, journal, log } = context;
  const { site, gateway } = config;
  const commands = startCommands({
    site,
    gateway,
    keys: keysOf(context),
    clock,
    journal,
    log,
    cloudNow: rooms.cloudNow,
    carryOut: (command) => carryOut(command, { ...rooms, context }),
  });
  return {
    take: commands.take,
    measures: () => measures(commands),
    stop: async () => undefined,
  };
}

type Here = CommandRooms & { readonly context: SiteContext };

function carryOut(command: Command, rooms: Here): Promise<Result> {
  const { action } = command;
  if (isMoney(action)) return carryOutMoney({ ...command, action }, rooms.cashier);
  switch (action) {
    case "gate.open":
      return openGate(command, command.args as ActionArgs<"gate.open">, rooms);
    case "gate.close":
    case "gate.lock":
    case "gate.unlock":
    case "gate.hold":
    case "gate.release":
      return carryOutGate({ ...command, action }, rooms.lanes);
    case "gateway.diagnose":
      return diagnose(command, rooms);
    case "lane.choose":
      return chooseCar(command, command.args as ActionArgs<"lane.choose">, rooms);
    case "socket.start":
      return startSocket(command, command.args as ActionArgs<"socket.start">, rooms);
    case "socket.stop":
      return stopSocket(command.args as ActionArgs<"socket.stop">, rooms);
    case "socket.reset-latch":
      return resetLatch(command, command.args as ActionArgs<"socket.reset-latch">, rooms);
  }
}

/** The order's own journal entry, its deadline of three seconds, and what was seen of the arm are the lane's. */
async function openGate({ id, person, reason }: Command, { lane }: ActionArgs<"gate.open">, { lanes }: CommandRooms): Promise<Result> {
  const found = lanes.lane(lane);
  if (found === undefined) return { outcome: "refused", code: "no-such-place" };
  const answer = await found.open({ cause: "manual", by: { command: id, person, reason }, visit: found.expected() });
  if (answer.gate !== "not-opened") return { outcome: "done" };
  return notConfirmed(answer.reason);
}

async function diagnose({ id }: Command, { context, examine }: Here): Promise<Result> {
  const said = diagnosisOf(id, examine());
  context.journal.commit((tx) => tx.event("gateway.diagnosed", said));
  return { outcome: "done" };
}

/** As at the booth: written down, then what is due is asked for, or the gate is opened when nothing is. */
async function chooseCar(
  { id, person }: Command,
  { lane, visit, plate }: ActionArgs<"lane.choose">,
  { context, lanes, cashier }: Here,
): Promise<Result> {
  const found = lanes.lane(lane);
  if (found === undefined || cashier === undefined) return { outcome: "refused", code: "no-such-place" };
  const chosen = await chooseAtExit({ context, payments: cashier.payments }, found, { command: id, person, visit, plate });
  if ("kind" in chosen) return { outcome: "failed", code: chosen.code.slice(0, 40), zh: chosen.zh, en: chosen.en };
  if (chosen.due === null) return chosen.gate === "not-opened" ? notConfirmed() : { outcome: "done" };
  const yuan = (chosen.due.due_fen / 100).toFixed(2);
  return { outcome: "done", words: { code: "due", zh: `已选定，应收 ${yuan} 元，待缴费`, en: `chosen; ¥${yuan} is due` } };
}

const notConfirmed = (code = "not-opened"): Result => ({
  outcome: "failed",
  code,
  zh: "脉冲未被道闸控制板确认",
  en: "the barrier board did not confirm the pulse",
});

/** The command's id is the session's: carried out once. Its charge is in the journal before protection is asked. */
async function startSocket({ id, person }: Command, { socket }: ActionArgs<"socket.start">, { sessions }: CommandRooms): Promise<Result> {
  const begun = sessions.begin({ charge: id, socket, person, by: "command" });
  if (!("kind" in begun)) return { outcome: "done" };
  return isRefusal(begun.code) ? { outcome: "refused", code: begun.code } : { outcome: "failed", ...begun };
}
const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);

async function stopSocket({ socket }: ActionArgs<"socket.stop">, { sessions }: CommandRooms): Promise<Result> {
  const asked = sessions.release(socket);
  if (asked === "asked") return { outcome: "done" };
  return { outcome: "refused", code: asked === "no-charge" ? "nothing-to-do" : asked };
}

async function resetLatch(
  { person, approver, reason }: Command,
  { socket, trip }: ActionArgs<"socket.reset-latch">,
  { sessions }: CommandRooms,
): Promise<Result> {
  const reading = sessions.readings().find((one) => one.socket === socket);
  if (reading?.trip === trip && reading.cause === "smoke") return { outcome: "refused", code: "on-site" };
  const who = approver === null ? person : `${person} + ${approver}`;
  const asked = sessions.resetLatch({ socket, trip, person: who.slice(0, 64), reason });
  return asked === "asked" ? { outcome: "done" } : { outcome: "refused", code: asked === "no-socket" ? "no-such-place" : asked };
}

function measures(commands: Commands): Measure[] {
  const { taken, refused, strange } = commands.counts();
  const counter = (name: string, help: string, value: number): Measure => ({ name, kind: "counter", help, value });
  return [
    counter("cuobian_commands_taken_total", "commands of the cloud that were carried out", taken),
    counter("cuobian_commands_refused_total", "commands of the cloud that were refused with a reason", refused),
    counter("cuobian_commands_strange_total", "messages on the command topic that are not the cloud's word for us", strange),
  ];
}
