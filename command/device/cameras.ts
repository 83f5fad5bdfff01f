// `cuobian device cameras`: which cameras are on this machine's networks? Asked as the gateway's own pages ask; nothing is fetched and nothing is written.
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { type SearchState, startCameraSearch } from "#gateway/drivers/cameras/search.ts";
import { searchAdvice } from "#gateway/drivers/cameras/search-words.ts";
import type { Casts } from "#gateway/ports.ts";
import { machineCasts } from "#gateway/world/casts.ts";
import { machineClock } from "#gateway/world/clock.ts";
import { discoveryPort, isNear } from "#protocols/cameras/onvif/discovery.ts";
import { courseText } from "#protocols/vocabulary/course.ts";
import { type Ending, table, UsageError } from "./say.ts";

const options = { also: { type: "string" }, json: { type: "boolean", default: false } } as const;
const look_ms = 200;

function placeOf(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined;
  const [, host = "", port = String(discoveryPort)] = /^([\d.]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (!isNear(host) || Number(port) < 1 || Number(port) > 65_535)
    throw new UsageError(`--also: 本地网络的数字地址 / an address of the local network, 192.168.1.64[:3702], not "${text}"`);
  return { host, port: Number(port) };
}

export async function deviceCameras(
  args: readonly string[],
  progress: (text: string) => void,
  casts: Casts = machineCasts(),
): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const search = startCameraSearch({ clock: machineClock(), casts, newId: randomUUID, also: placeOf(values.also) });
  const look = setInterval(() => progress(courseOf(search.now())), look_ms);
  await search.ended;
  clearInterval(look);
  return endingOf(search.now(), values.json);
}

const courseOf = ({ done, of, ran_ms, heard, cameras }: SearchState): string =>
  courseText({ done, of, ran_ms, unit: "steps" }, false, [`已发现 found ${cameras.length}`, `应答 answers ${heard}`]);

export function endingOf(now: SearchState, json: boolean): Ending {
  const { cameras, ways, sent, heard, refused, others, why } = now;
  const code = cameras.length > 0 ? 0 : 1;
  const advice = searchAdvice(now);
  if (json) return { stdout: `${JSON.stringify({ cameras, ways, sent, heard, refused, others, why, advice })}\n`, stderr: "", code };
  const rows = cameras.map(({ services, name, hardware, location, maker, heardFrom }) => [
    services.map(({ address }) => address).join(" "),
    ...[name, hardware, location, maker ?? ""],
    services.some(({ address }) => heardFrom.includes(address)) ? "" : `! 应答来自 / answered from ${heardFrom.join(" ")}`,
  ]);
  const asked = ways.map(({ name, address, wrong }) => `  ${name} ${address}${wrong === null ? "" : `  ! ${wrong}`}`).join("\n");
  const counts = `询问 asked ${sent} · 应答 answers ${heard} · 相机 cameras ${cameras.length} · 别的设备 others ${others} · 不能用 not usable ${refused}${why === null ? "" : ` (${why})`}`;
  const todo = advice.map(({ zh, en }, at) => `${at + 1}. ${zh}\n   ${en}`).join("\n");
  return {
    stdout:
      rows.length === 0
        ? ""
        : `${table([["地址 / address", "名称 / name", "型号 / hardware", "位置 / location", "厂家 / maker", ""], ...rows])}\n`,
    stderr: `${asked}\n${counts}\n${todo === "" ? "" : `没有相机应答，可能是 / no camera answered; it may be:\n${todo}\n`}`,
    code,
  };
}
