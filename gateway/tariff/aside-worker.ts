// The thread of aside.ts: one question, one answer; what goes wrong is told, not thrown.
import { parentPort } from "node:worker_threads";
import type { Answer, Question, Work } from "./aside.ts";
import { checkTool, diffTool } from "./tools.ts";

const said = (work: Work): unknown => (work.tool === "check" ? checkTool(work.text) : diffTool(work.before, work.after, work.now));

parentPort?.on("message", ({ id, work }: Question) => {
  let answer: Answer;
  try {
    answer = { id, said: said(work) };
  } catch (error) {
    answer = { id, failed: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
