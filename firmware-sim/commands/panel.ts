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
/** What a broken transmission device sends: a wrong check sum, a version of another standard, words that are no GB 18030. */
const broken = ["bad-checksum", "version", "garbage"] as const;
const words = [...Object.keys(bitsOf), ...Object.keys(operations), "answer", "life", "listen", ...broken];

/** The frame as a broken device sends it; its sum is right again where the sum is not what is broken. */
function spoiled(what: string, frame: Uint8Array): Uint8Array {
  const bytes = frame.slice();
  const sumAt = bytes.length - 3;
  if (what === "bad-checksum") {
    bytes[sumAt] = (bytes[sumAt] ?? 0) ^ 0xff;
    return bytes;
  }
  if (what === "version") bytes[4] = 16;
  else for (let at = sumAt - 37; at < sumAt - 6; at += 1) bytes[at] = at % 2 === 0 ? 0xff : 0x80;
  bytes[sumAt] = bytes.slice(2, sumAt).reduce((sum, byte) => (sum + byte) & 0xff, 0);
  return bytes;
}

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
      "clock-s": { type: "string", default: "0" },
    },
  });
  const [what = ""] = positionals;
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(values.to ?? "") ?? [];
  if (host === "") throw new UsageError("--to: 需要 / needs HOST:PORT");
  if (!words.includes(what)) throw new UsageError(`panel: ${words.join(" | ")}`);
  if (!/^[0-9A-F]{12}$/.test(values.address)) throw new UsageError("--address: 12 位十六进制大写 / 12 hex digits in capitals");
  // A device whose clock is wrong by so much.
  const off_ms = Number(values["clock-s"]) * 1_000;
  if (!Number.isSafeInteger(off_ms)) throw new UsageError("--clock-s -3600");
  const now = () => wall(world.wall() + off_ms);
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
    if (broken.some((name) => name === what)) {
      one.raw(spoiled(what, one.frame(unit)));
      await new Promise((resolve) => setTimeout(resolve, 500));
      const said = one.answers.map(({ command }) => (command === 6 ? "denied" : "confirmed"));
      one.close();
      data(said.at(-1) ?? "unanswered");
      return exitCode.ok;
    }
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
