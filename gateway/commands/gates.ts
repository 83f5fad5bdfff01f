// Closing, locking and unlocking a gate from afar. The lane's own rules decide, by its newest look at the board: never over a loop that is occupied, never in a fire,
// never behind a car that was let in and has not passed. Nobody here can overrule them.
import { type ActionArgs, type Command, type RefusalCode, refusals } from "#protocols/uplink/commands.ts";
import type { Refusal } from "#protocols/vocabulary/faults.ts";
import type { Lanes } from "../lanes/door.ts";
import type { Result } from "./commands.ts";

export type GateAction = "gate.close" | "gate.lock" | "gate.unlock";

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(refusals, code);
const refused = ({ code, zh, en }: Refusal): Result =>
  isRefusal(code) ? { outcome: "refused", code } : { outcome: "failed", code: code.slice(0, 40), zh, en };

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
  // What a fire or a hold keeps up is ended on site, by whoever sees it.
  if (action === "gate.unlock" && keeping.mode().mode !== "closed") return { outcome: "refused", code: "not-locked" };
  const by = { person, reason, ...(approver === null ? {} : { approver }) };
  const set = keeping.set({ mode: action === "gate.lock" ? "closed" : "normal", ...by });
  return "kind" in set ? refused(set) : { outcome: "done" };
}
