// `sim panel`: a fire panel that says one thing to a gateway or a centre, and tells what was answered.
import { parseArgs } from "node:util";
import type { FireUnit } from "#protocols/fire/gbt26875/codec.ts";
import { labelOf } from "#protocols/fire/gbt26875/label.ts";
import { wall } from "#protocols/vocabulary/time.ts";
import { componentState, connectPanel } from "../fire/panel.ts";
import { realWorld, type World } from "../ports.ts";
import { data, type ExitCode, exitCode, talk, UsageError, wholeNumber } from "./say.ts";

const bitsOf: Readonly<Record<string, readonly number[]>> = { fire: [1], fault: [2], shield: [3], supervise: [4], power: [8], over: [] };
/** Bits of an operation at the panel: reset, alarm by hand, alarm cleared. */
const operations: Readonly<Record<string, number>> = { reset: 1, manual: 1 << 2, clear: 1 << 3 };
const words = [...Object.keys(bitsOf), ...Object.keys(operations), "answer", "life", "listen"];

export async function panel(args: string[], world: World = realWorld): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      to: { type: "string" },
      address: { type: "string", default: "010203040506" },
      component: { type: "string", default: "17" },
      text: { type: "string", default: "1号棚烟感" },
      listen: { type: "string", default: "0" },
      udp: { type: "boolean", default: false },
    },
  });
  const [what = ""] = positionals;
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(values.to ?? "") ?? [];
  if (host === "") throw new UsageError("--to: 需要 / needs HOST:PORT");
  if (!words.includes(what)) throw new UsageError(`panel: ${words.join(" | ")}`);
  if (!/^[0-9A-F]{12}$/.test(values.address)) throw new UsageError("--address: 12 位十六进制大写 / 12 hex digits in capitals");
  const now = () => wall(world.wall());
  const time = labelOf(now());
  try {
    const one = await connectPanel({ host, port: Number(port), address: values.address, now, transport: values.udp ? "udp" : "tcp" });
    const operation = operations[what];
    const unit: FireUnit =
      operation !== undefined
        ? { kind: "operation", objects: [{ system_type: 1, system_address: 1, operation, operator: 1, time }] }
        : what === "answer"
          ? { kind: "device-operation", objects: [{ operation: 1 << 5, operator: 1, time }] }
          : what === "life" || what === "listen"
            ? { kind: "device-state", objects: [{ state: 1, time }] }
            : componentState({
                component_address: wholeNumber("component", values.component) ?? 17,
                bits: bitsOf[what] ?? [],
                text: values.text,
                time,
              });
    const answer = await one.say(unit);
    const listen_s = Math.max(wholeNumber("listen", values.listen) ?? 0, what === "listen" ? 10 : 0);
    if (listen_s > 0) await new Promise((resolve) => setTimeout(resolve, listen_s * 1_000));
    for (const heard of one.heard) talk(`中心说 / the centre said: ${JSON.stringify(heard)}`);
    one.close();
    data(answer);
    return answer === "confirmed" ? exitCode.ok : exitCode.failed;
  } catch (error) {
    talk(`连不上 / cannot connect: ${(error as Error).message}`);
    return exitCode.unreachable;
  }
}
