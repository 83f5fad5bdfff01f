// `cuobian site replace`: a board or a meter is changed for another of its kind. Socket numbers, labels, QR codes and history belong to the site file and stay;
// the new device takes the old one's address, is looked at whether it is such a device at all, and its sockets are walked again.
import { parseArgs } from "node:util";
import type { SiteFile } from "#gateway/config/read.ts";
import { holdLink } from "#gateway/link/holder.ts";
import { linkPath } from "#gateway/link/path.ts";
import { deviceAddress } from "../device/device-address.ts";
import { type Ending, ended, UsageError, whole } from "../device/say.ts";
import { askerOf } from "./ask.ts";
import type { Bench, SocketPlace, SocketSeen } from "./bench.ts";
import { type Part, partOf } from "./replaced-part.ts";
import { siteOf, visited } from "./visit.ts";
import { bookOf, namedOf, type Walked, walkOne } from "./walk.ts";

const options = {
  config: { type: "string" },
  person: { type: "string" },
  station: { type: "string" },
  device: { type: "string" },
  from: { type: "string" },
  seconds: { type: "string" },
  note: { type: "string" },
  answers: { type: "string" },
  record: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

/** What a mains meter can show; a number outside is another model's register. */
const mains_mV = [85_000, 300_000] as const;

interface Shown {
  readonly socket: string;
  readonly energy_mWh: number | null;
  /** undefined: nothing is wrong. */
  readonly wrong: readonly [zh: string, en: string] | undefined;
}

/** Whether what answers can be the device that the site file names. */
export function shownBy({ name, said }: SocketSeen): Shown {
  const energy_mWh = typeof said?.energy_mWh === "number" ? said.energy_mWh : null;
  const voltage = said?.voltage_mV;
  const wrong = (): readonly [string, string] | undefined => {
    if (said === undefined)
      return ["没有应答，或应答不像这个型号：核对型号文件与路数", "no answer, or none of this model: check profile and channels"];
    if (typeof said.relay_closed !== "boolean")
      return ["读不到继电器状态：路数或型号不对", "its relay is not shown: too few channels, or another model"];
    if (typeof voltage === "number" && !(voltage >= mains_mV[0] && voltage <= mains_mV[1]))
      return [
        `电压 ${voltage / 1000} V 不可能：型号不对，或电表没有接市电`,
        `${voltage / 1000} V is no mains: another model, or the meter has no mains`,
      ];
    if (said.current_mA === "bad" || said.energy_mWh === "bad")
      return ["读数不可能：型号不对", "its readings are impossible: another model"];
    return undefined;
  };
  return { socket: name, energy_mWh, wrong: wrong() };
}

/** Gives the new device the old one's address, with everybody else of ours kept off the line. */
async function addressed(site: SiteFile, part: Part, { from, talk }: { from: number; talk: (text: string) => void }): Promise<Ending> {
  if (part.line === undefined)
    return ended(
      1,
      `${part.name} 在 Modbus TCP 线路上：用设备自己的网页改地址，再不写 --from 运行 / ${part.name} hangs on Modbus TCP: set its unit with its own page, then run without --from`,
    );
  const held = await holdLink(linkPath(site.data), `cuobian site replace (pid ${process.pid})`);
  if ("by" in held) return ended(1, `线路正被占用：${held.by}；先停下它 / the lines are in use: ${held.by}; stop it first`);
  try {
    return await deviceAddress([...part.line, "--profile", part.profile, "--from", `${from}`, "--to", `${part.unit}`], talk);
  } finally {
    await held.release();
  }
}

export async function siteReplace(args: readonly string[], talk: (text: string) => void): Promise<Ending> {
  const { values } = parseArgs({ args: [...args], options });
  const { person, station } = values;
  if (person === undefined) throw new UsageError("--person 姓名：谁换的，会记入验收记录 / who changes it; it is written into the record");
  if (station === undefined) throw new UsageError("--station station-1");
  const site = siteOf(values.config, values.json);
  if ("code" in site) return site;
  const part = partOf(site, { station, device: values.device });
  const from = whole("from", values.from, [1, 255]);
  const seconds = whole("seconds", values.seconds, [1, 30]) ?? 4;
  const asker = askerOf(values.answers);
  try {
    if (from !== undefined && from !== part.unit) {
      talk(`改地址 ${from} → ${part.unit}：线上只接新的一台，旧的已拆下 / ${from} → ${part.unit}: the old one is off the line`);
      const ending = await addressed(site, part, { from, talk });
      if (ending.code !== 0) return ending;
      talk(ending.stdout.trimEnd());
    }
    return await visited(site, "site replace", async (bench) => {
      const sockets = bench.sockets.filter((socket) => socket.station === station && (part.sockets?.includes(socket.index) ?? true));
      const shown = await shownNow(bench, sockets);
      for (const { socket, wrong } of shown) if (wrong !== undefined) talk(`! ${socket}  ${wrong.join(" / ")}`);
      const walked: Walked[] = [];
      const book = bookOf(site, { person, record: values.record });
      if (shown.every(({ wrong }) => wrong === undefined))
        for (const socket of sockets) walked.push(await walkOne({ bench, asker, book, seconds, talk }, socket));
      const good = walked.length === sockets.length && walked.every(({ verdict }) => verdict === "right");
      const meters = shown.map(({ socket, energy_mWh }) => `${socket} ${energy_mWh === null ? "—" : `${energy_mWh / 1_000_000} kWh`}`);
      if (good) {
        const note = [...(values.note === undefined ? [] : [values.note]), ...meters].join("; ");
        book.add({ kind: "replace", station, what: `${part.name}: ${part.profile} unit ${part.unit}`, note });
      }
      return report({ part, sockets, shown, walked, good, json: values.json, record: book.path });
    });
  } finally {
    asker.close();
  }
}

async function shownNow(bench: Bench, sockets: readonly SocketPlace[]): Promise<Shown[]> {
  const seen = await bench.look([...new Set(sockets.map(({ station }) => station))]);
  return seen.filter(({ name }) => sockets.some((socket) => socket.name === name)).map(shownBy);
}

interface Report {
  readonly part: Part;
  readonly sockets: readonly SocketPlace[];
  readonly shown: readonly Shown[];
  readonly walked: readonly Walked[];
  readonly good: boolean;
  readonly json: boolean;
  readonly record: string;
}

function report({ part, sockets, shown, walked, good, json, record }: Report): Ending {
  const skipped = walked.length === sockets.length && walked.every(({ verdict }) => verdict === "right" || verdict === "skipped");
  const code = good ? 0 : skipped ? 5 : 1;
  if (json) {
    const said = shown.map(({ socket, energy_mWh, wrong }) => ({ socket, energy_mWh, wrong: wrong?.[1] ?? null }));
    return {
      code,
      stdout: `${JSON.stringify({ ok: good, device: part.name, profile: part.profile, unit: part.unit, shown: said, walked, record })}\n`,
      stderr: "",
    };
  }
  const bad = [
    ...shown.flatMap(({ socket, wrong }) => (wrong === undefined ? [] : [`! ${socket}  ${wrong.join(" / ")}`])),
    ...walked.filter(({ verdict }) => verdict !== "right").map(({ socket, label, verdict }) => `! ${label} (${socket})  ${verdict}`),
  ];
  const names = sockets.map(namedOf).join(", ");
  const end = good
    ? `${part.name} 已更换。编号、标签、二维码与历史不变：${names}。电表从新表的读数起算\n${part.name} is replaced. Numbers, labels, QR codes and history stay: ${names}. Energy counts from the new meter's reading`
    : `没有记为已更换，先处理以上各项 / not recorded as replaced: mend these first`;
  return { code, stdout: `${[...bad, end, `记录 / record: ${record}`].join("\n")}\n`, stderr: "" };
}
