// `cuobian modbus scan`: who answers on this line? Any answer counts, a refusal too: it says that somebody is there.
import { parseArgs } from "node:util";
import { readRequest } from "#protocols/modbus/frame.ts";
import { type Line, lineOptions, openLine } from "./line.ts";
import { type Ending, UsageError, whole } from "./say.ts";

const options = {
  ...lineOptions,
  from: { type: "string", default: "1" },
  to: { type: "string", default: "247" },
  bauds: { type: "string" },
  parities: { type: "string" },
  thorough: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
} as const;

interface Found {
  readonly line: string;
  readonly unit: number;
  readonly answer: string;
}

const ears = [
  [3, 0],
  [4, 0],
  [1, 0],
] as const;

async function lookAt(line: Line, unit: number, thorough: boolean): Promise<string | undefined> {
  for (const [fn, address] of ears) {
    const outcome = await line.ask({ ...readRequest(unit, fn, address, fn === 1 ? 8 : 1) });
    if (outcome.kind === "answer") return `FC0${fn} ${Buffer.from(outcome.pdu.slice(2)).toString("hex").toUpperCase()}`;
    if (outcome.code === "exception") return `FC0${fn} ${outcome.detail}`;
    // Bytes that are no frame: somebody speaks, at another speed or parity, or two at once.
    if (outcome.code === "bad-frame") return `?! ${outcome.detail}`;
    if (outcome.code === "closed") throw new Error(outcome.detail);
    // Silent: most devices refuse a function that they do not know, so that the other two would only cost their time-outs. Some relay boards are silent.
    if (!thorough) return undefined;
  }
  return undefined;
}

const checklist =
  "一个也没有 / nobody answers：A/B 线对调？波特率？校验位？终端电阻？供电？/ A and B swapped? baud rate (--bauds 9600,4800,2400)? parity? terminator? power? --thorough 也试 FC04、FC01 / also tries FC04 and FC01";

export async function modbusScan(args: readonly string[], progress: (text: string) => void): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const from = whole("from", values.from, [0, 255]) ?? 1;
  const to = whole("to", values.to, [0, 255]) ?? 247;
  if (from > to) throw new UsageError("--from 大于 --to / --from is above --to");
  const bauds = values.bauds?.split(",") ?? [values.baud];
  const parities = values.parities?.split(",") ?? [values.parity];
  const timeout = values.timeout ?? "150";
  const found: Found[] = [];
  const each_ms = Number(timeout) + (values.serial === undefined ? 0 : 200);
  const total = bauds.length * parities.length * (to - from + 1);
  let done = 0;
  for (const baud of bauds)
    for (const parity of parities) {
      const line = await openLine({ ...values, baud, parity, timeout });
      try {
        for (let unit = from; unit <= to; unit += 1) {
          const answer = await lookAt(line, unit, values.thorough);
          done += 1;
          if (answer !== undefined) found.push({ line: line.words, unit, answer });
          progress(
            `${line.words} ${unit}/${to} · 已发现 found ${found.length} · 约 about ${Math.ceil(((total - done) * each_ms) / 1000)} s`,
          );
        }
      } finally {
        line.close();
      }
    }
  const code = found.some(({ answer }) => !answer.startsWith("?!")) ? 0 : 1;
  if (values.json) return { stdout: `${JSON.stringify({ found })}\n`, stderr: "", code };
  const rows = found.map(({ line, unit, answer }) => `从站 unit ${String(unit).padStart(3)}  ${line}  ${answer}`);
  return { stdout: rows.length === 0 ? "" : `${rows.join("\n")}\n`, stderr: code === 0 ? "" : `${checklist}\n`, code };
}
