// Writing from the register bench: off until somebody allows it for ten minutes; one register or coil, only after it was read, only as it was typed by hand; read back.
// Never on a line that protection or a lane owns, as reading: a second master there would make late what something is cut by.
import type { FastifyInstance } from "fastify";
import { BenchWrite, BenchWrites, BenchWritesState, BenchWritten } from "#protocols/api/installer.ts";
import { answerWords } from "#protocols/modbus/decode.ts";
import { writeCoilRequest, writeRegisterRequest } from "#protocols/modbus/frame.ts";
import { type Block, blockRequest } from "#protocols/modbus/plan.ts";
import { after, type Monotonic, minuteMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { SiteContext } from "../../site-context.ts";
import { machineDevices } from "../../world/devices.ts";
import { type Problem, sendProblem } from "../problem.ts";
import { placeOf, refusedLine } from "./bench.ts";
import { lineProblem } from "./bench-read.ts";
import { earOn } from "./ear.ts";
import { faultProblem } from "./line-faults.ts";
import { type Ask, onLine } from "./visit.ts";

export const allowedFor_ms = 10 * minuteMs;
const answerWithin_ms = 1_500;
/** Three questions on a line that is open and silent. */
const wholeWithin_ms = 9_000;
const off: Problem = {
  ...{ status: 403, code: "writes-off" },
  zh: "写入已关闭：先打开“允许写入”，十分钟内有效",
  en: "writing is off: allow it first; it lasts ten minutes",
};

export function writeRoutes(server: FastifyInstance, context: Pick<SiteContext, "config" | "clock" | "log">): void {
  const { clock, log } = context;
  let until: Monotonic | undefined;
  let busy = false;
  const open = (): boolean => until !== undefined && clock.monotonic() < until;
  const said = (): BenchWritesState => ({
    until: until !== undefined && open() ? toRfc3339(wall(clock.wall() + (until - clock.monotonic()))) : null,
  });
  server.get("/bench/writes", { schema: { response: { 200: BenchWritesState } } }, async () => said());
  server.post<{ Body: { allow: boolean } }>(
    "/bench/writes",
    { schema: { body: BenchWrites, response: { 200: BenchWritesState } } },
    async (request) => {
      until = request.body.allow ? after(clock.monotonic(), allowedFor_ms) : undefined;
      log.warn({ allowed: request.body.allow }, "writing from the register bench");
      return said();
    },
  );
  server.post<{ Body: BenchWrite }>(
    "/bench/write",
    { schema: { body: BenchWrite, response: { 200: BenchWritten } } },
    async (request, reply) => {
      const { body } = request;
      if (!open()) return sendProblem(reply, off);
      const refused = await refusedLine(context.config, body.line);
      if (refused !== undefined) return sendProblem(reply, refused);
      const place = placeOf({ ...body, count: 1 });
      if ("status" in place) return sendProblem(reply, place);
      if (body.table === "coil" && body.value > 1)
        return sendProblem(reply, { status: 422, code: "value", where: "/value", zh: "线圈只能写 0 或 1", en: "a coil takes 0 or 1" });
      if (busy)
        return sendProblem(reply, { status: 409, code: "busy", zh: "上一次写入还没有完成", en: "the last write has not ended yet" });
      busy = true;
      try {
        const done = await writeOnce(body, place);
        if ("status" in done) return sendProblem(reply, done);
        const { unit, value, table } = body;
        if (done.written) log.warn({ unit, table, ...done, value }, "the register bench wrote");
        return done;
      } finally {
        busy = false;
      }
    },
  );
}

/** Read first; then, if that is what the person saw and typed, written once and read again. */
async function writeOnce(asked: BenchWrite, block: Block): Promise<BenchWritten | Problem> {
  const { unit, value, before: seen, confirm: typed, line } = asked;
  const confirm = `${unit}/${block.address}=${value}`;
  try {
    const ear = earOn(machineDevices());
    const visit = { line, within_ms: answerWithin_ms, whole_ms: wholeWithin_ms, ear };
    const done = await onLine(visit, async ({ ask }): Promise<BenchWritten | Problem> => {
      const before = await readOne(ask, unit, block);
      if (typeof before !== "number") return before;
      const shown = { zero: block.address, before, confirm };
      if (seen === null) return { ...shown, written: false, after: null };
      if (seen !== before)
        return {
          ...{ status: 409, code: "changed" },
          zh: `现在是 ${before}，不是刚才看到的 ${seen}：先看清楚再写`,
          en: `it is ${before} now, not the ${seen} that you saw: look again before you write`,
        };
      if (typed.replace(/\s/g, "") !== confirm)
        return {
          ...{ status: 422, code: "confirm", where: "/confirm" },
          zh: `请照样输入“${confirm}”以确认`,
          en: `type "${confirm}" to confirm`,
        };
      const request =
        block.table === "coil"
          ? writeCoilRequest(unit, block.address, value === 1 ? 0xff00 : 0)
          : writeRegisterRequest(unit, block.address, value);
      const outcome = await ask(request);
      if (outcome.kind !== "answer") return faultProblem(outcome);
      const read = await readOne(ask, unit, block);
      return { ...shown, written: true, after: typeof read === "number" ? read : null };
    });
    return done;
  } catch (error) {
    return lineProblem(error, line);
  }
}

async function readOne(ask: Ask, unit: number, block: Block): Promise<number | Problem> {
  const outcome = await ask(blockRequest(unit, block));
  if (outcome.kind !== "answer") return faultProblem(outcome);
  const words = answerWords(block, outcome.pdu);
  const [word] = Array.isArray(words) ? words : [];
  return word ?? { status: 502, code: "bad-answer", zh: "设备的应答无法理解", en: "the device's answer is none" };
}
