// `cuobian site loads`: who waits for a shared supply, who was reduced, why and until when. The running gateway is asked.
import { parseArgs } from "node:util";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { Ending } from "../device/say.ts";
import { consoleOf, declined } from "./console.ts";

const options = { config: { type: "string" }, url: { type: "string" }, json: { type: "boolean", default: false } } as const;

interface Seen {
  readonly planned: boolean;
  readonly waits: readonly { readonly socket: string; readonly asked: number; readonly zh: string; readonly en: string }[];
  readonly reduced: readonly { readonly at: number; readonly socket: string; readonly zh: string; readonly en: string }[];
  readonly supplies: readonly {
    readonly zh: string;
    readonly en: string;
    readonly unit: "mA" | "mW";
    readonly limit: number;
    readonly used: number | null;
  }[];
}

const hour = (at: number): string => toRfc3339(wall(at)).slice(5, 16).replace("T", " ");
const amount = (value: number | null, unit: "mA" | "mW"): string =>
  value === null ? "未知 unknown" : unit === "mA" ? `${(value / 1000).toFixed(1)} A` : `${(value / 1_000_000).toFixed(2)} kW`;

function text({ planned, waits, reduced, supplies }: Seen): string {
  return [
    ...supplies.map(({ zh, en, unit, limit, used }) => `${zh} / ${en}  ${amount(used, unit)} ≤ ${amount(limit, unit)}`),
    planned ? "" : "超限的开始被拒绝，不排队（charging.planning 未写）/ a start beyond a limit is refused, not kept waiting",
    ...waits.map(({ socket, asked, zh, en }) => `等候 waits     ${socket}  ${hour(asked)}  ${zh} / ${en}`),
    ...reduced.map(({ socket, at, zh, en }) => `已停 reduced   ${socket}  ${hour(at)}  ${zh} / ${en}`),
    waits.length + reduced.length === 0 ? "没有人在等，一天内没有削减 / nobody waits, nobody was reduced within a day" : "",
  ]
    .filter((line) => line !== "")
    .join("\n");
}

export async function siteLoads(args: readonly string[]): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const console = consoleOf(values);
  if ("code" in console) return console;
  const answer = await console.api("GET", "/loads");
  if (answer.status !== 200) return declined(answer, { json: values.json, what: "没有答复 / no answer" });
  return { code: 0, stdout: values.json ? `${JSON.stringify(answer.body, null, 2)}\n` : `${text(answer.body as Seen)}\n`, stderr: "" };
}
