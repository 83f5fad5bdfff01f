// What every command on site begins and ends with: a sound site file, lines that nobody else has, every relay open before and after.
import { setTimeout as pause } from "node:timers/promises";
import { complaintText } from "#gateway/config/complaint.ts";
import { readSiteConfig, type SiteFile } from "#gateway/config/read.ts";
import { holdLink } from "#gateway/link/holder.ts";
import { linkPath } from "#gateway/link/path.ts";
import { type Ending, ended, UsageError } from "../device/say.ts";
import { type Bench, openBench } from "./bench.ts";

export function siteOf(path: string | undefined, json: boolean): SiteFile | Ending {
  if (path === undefined) throw new UsageError("--config site.yaml");
  const read = readSiteConfig(path);
  if (read.kind === "site") return read;
  return json
    ? { code: 3, stdout: `${JSON.stringify({ ok: false, complaints: read.complaints })}\n`, stderr: "" }
    : ended(3, read.complaints.map(complaintText).join("\n"));
}

const settle_ms = 300;

/** Takes the lines and opens every relay. One that stays closed would be a second lamp: then nothing is done. */
export async function visited(site: SiteFile, what: string, work: (bench: Bench) => Promise<Ending>): Promise<Ending> {
  const held = await holdLink(linkPath(site.data), `cuobian ${what} (pid ${process.pid})`);
  if ("by" in held)
    return ended(
      1,
      `线路正被占用：${held.by}；先停下它 / the lines are in use: ${held.by}; stop it first\n  systemctl stop cuobian-gateway`,
    );
  try {
    const bench = await openBench(site);
    const leave = (): void => void bench.end().then(() => process.exit(130));
    process.once("SIGINT", leave);
    try {
      const closed = await stillClosed(bench);
      return closed.length === 0 ? await work(bench) : refused(closed);
    } finally {
      process.off("SIGINT", leave);
      await bench.end();
    }
  } finally {
    await held.release();
  }
}

async function stillClosed(bench: Bench): Promise<string[]> {
  await bench.openAll();
  await pause(settle_ms);
  return (await bench.look()).filter(({ said }) => said?.relay_closed === true).map(({ name }) => name);
}

const refused = (closed: readonly string[]): Ending =>
  ended(
    1,
    `命令断开后仍闭合：${closed.join(", ")}；可能粘连，或续期来自别的主机。先处理再来 / still closed after OFF: ${closed.join(", ")}: welded, or kept closed by another master. Mend these first`,
  );
