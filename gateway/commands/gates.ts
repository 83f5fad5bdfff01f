// Closing, locking, unlocking and holding a gate from afar. The lane's own rules decide, by its newest look at the board: never over a loop that is occupied, never in a fire,
// never behind a car that was let in and has not passed. Nobody here can overrule them. A hold is counted by this gateway's own clock and ends here, whatever becomes of the line to the cloud.
import { type ActionArgs, type Command, type RefusalCode, refusals } from "#protocols/uplink/commands.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { Lanes } from "../lanes/door.ts";
import type { Result } from "./commands.ts";

export type GateAction = "gate.close" | "gate.lock" | "gate.unlock" | "gate.hold" | "gate.release";

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);
const refused = ({ code, zh, en }: Refusal): Result =>
  isRefusal(code) ? { outcome: "refused", code } : { outcome: "failed", code: code.slice(0, 40), zh, en };

const notUp: Result = {
  outcome: "failed",
  code: "arm-not-up",
  zh: "未见抬杆到位，常开已撤销",
  en: "the arm was not seen up: the hold was taken back",
};

export async function carryOutGate(
  { action, args, person, approver, reason }: Command & { readonly action: GateAction },
  lanes: Pick<Lanes, "lane">,
): Promise<Result> {
  const found = lanes.lane((args as ActionArgs<GateAction>).lane);
  if (found === undefined) return { outcome: "refused", code: "no-such-place" };
  const { keeping } = found;
  if (action === "gate.close") {
    const answer = await keeping.close({ person, reason });
    if ("kind" in answer) return refused(answer);
    if (answer.gate === "closing") return { outcome: "done" };
    const code = answer.reason ?? "not-closed";
    return {
      outcome: "failed",
      code: code.slice(0, 40),
      zh: "落杆脉冲未被道闸控制板确认",
      en: "the barrier board did not confirm the closing pulse",
    };
  }
  const by = { person, reason, ...(approver === null ? {} : { approver }) };
  const kept = keeping.mode().mode;
  if (action === "gate.hold") {
    // A hold that ends leaves the lane to its rules: it would take a lock away on the quiet.
    if (kept === "closed") return { outcome: "refused", code: "lane-locked" };
    const { minutes } = args as ActionArgs<"gate.hold">;
    const held = await keeping.hold({ mode: "held-open", minutes, ...by });
    return held === "up" ? { outcome: "done" } : held === "not-up" ? notUp : refused(held);
  }
  // A fire is ended on site, by whoever sees it.
  if (action === "gate.release" && kept !== "held-open") return { outcome: "refused", code: "not-held" };
  if (action === "gate.unlock" && kept !== "closed") return { outcome: "refused", code: "not-locked" };
  const set = keeping.set({ mode: action === "gate.lock" ? "closed" : "normal", ...by });
  return "kind" in set ? refused(set) : { outcome: "done" };
}
