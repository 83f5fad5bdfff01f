// The thread of aside.ts: one sheet, its tables or its bytes, and the end.
import { parentPort, workerData } from "node:worker_threads";
import type { AsideTask } from "./aside.ts";
import { workbookOf } from "./export.ts";
import { tablesOf } from "./tables-of.ts";

const task = workerData as AsideTask;
parentPort?.postMessage("read" in task ? tablesOf(task.read) : workbookOf(task.name, task.write));
