// What pages are looked at with: the demonstration's opening scene, its ninety days, a car that waits, a report of a resident.
import { openingScene } from "#command/demo/scene.ts";
import { until } from "../../world/program.ts";
import type { Demo } from "../demo.ts";

/** The receipt of the report. */
export async function setTheScene(demo: Demo): Promise<string> {
  await openingScene(demo.compound, (why) => process.stderr.write(`${why}\n`));
  const bureau = await demo.as("bureau");
  const told = async () => (await bureau.get<{ total: number }>("/api/v1/ledger/figures")).total >= 253 || undefined;
  await until("the ninety days", told, { within_ms: 120_000 });
  await demo.tell("/cars", { plate: "闽CF66010", lane: "east-out" });
  const said = { code: "JXHY", kind: "report", place: "5 栋一单元门厅", words: "门厅里整夜给电动自行车充电，线从窗户拉下来。" };
  const answer = await bureau.post("/api/v1/public/reports", said);
  return ((await answer.json()) as { receipt: string }).receipt;
}
