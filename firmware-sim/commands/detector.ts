// `sim detector`: a smoke detector (NB-IoT platform, or bridge) that reports once over HTTP, in one of the three forms, and tells what was answered.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { realWorld, type World } from "../ports.ts";
import { data, type ExitCode, exitCode, talk, UsageError, wholeNumber } from "./say.ts";

const words = [
  "alarm",
  "restored",
  "reset",
  "low-battery",
  "battery-ok",
  "fault",
  "mended",
  "dirty",
  "clean",
  "removed",
  "mounted",
  "test",
  "alive",
];
const statuses: Readonly<Record<string, string>> = { alarm: "01", "low-battery": "02", test: "10", restored: "11", alive: "00" };
const types: Readonly<Record<string, number>> = { alarm: 1, fault: 2, "low-battery": 3, removed: 4, reset: 9, alive: 0 };

function sayingOf(form: string, word: string): object {
  if (form === "plain") return { says: word };
  const code = form === "platform" ? statuses[word] : types[word];
  if (code === undefined) throw new UsageError(`${form}: ${Object.keys(form === "platform" ? statuses : types).join(" | ")}`);
  return form === "platform" ? { status: code } : { alarmType: code };
}

function tokenIn(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(`--token-file: 读不到 / cannot be read: ${(error as Error).message}`);
  }
}

export async function detector(args: string[], world: World = realWorld): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      to: { type: "string" },
      "token-file": { type: "string" },
      imei: { type: "string", default: "860000000000001" },
      form: { type: "string", default: "plain" },
      battery: { type: "string" },
      signal: { type: "string" },
      temperature: { type: "string" },
    },
  });
  const [word = ""] = positionals;
  if (!words.includes(word)) throw new UsageError(`detector: ${words.join(" | ")}`);
  if (values.to === undefined || !/^https?:\/\//.test(values.to))
    throw new UsageError("--to: 需要 / needs http://HOST:PORT/fire/detectors，或云端 / or at the cloud /api/v1/detectors/reports");
  if (values["token-file"] === undefined) throw new UsageError("--token-file: 需要 / needs FILE");
  if (!["plain", "platform", "types"].includes(values.form)) throw new UsageError("--form: plain | platform | types");
  const numbers = Object.fromEntries(
    (["battery", "signal", "temperature"] as const).flatMap((name) => {
      const value = wholeNumber(name, values[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const token = tokenIn(values["token-file"]);
  const body = { imei: values.imei, ...sayingOf(values.form, word), ...numbers, eventTime: world.wall() };
  try {
    const answer = await fetch(values.to, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    data(`${answer.status} ${await answer.text()}`);
    return answer.ok ? exitCode.ok : exitCode.failed;
  } catch (error) {
    talk(`连不上 / cannot connect: ${(error as Error).message}`);
    return exitCode.unreachable;
  }
}
