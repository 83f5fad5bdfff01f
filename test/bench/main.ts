// `npm run bench -- NAME …`: measurements, not tests. Each prints a table (or --json) and ends with 1 when a figure that the documents state does not hold.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const benches: Readonly<Record<string, { readonly file: string; readonly zh: string; readonly en: string }>> = {
  poll: {
    file: "poll/main.ts",
    zh: "轮询：与 libmodbus、modbus-serial、Node-RED 并列",
    en: "polling beside libmodbus, modbus-serial and Node-RED",
  },
  utilisation: {
    file: "utilisation/main.ts",
    zh: "串行线路利用率：9600、19200、115200",
    en: "how full an RS-485 line is at 9600, 19200 and 115200 baud",
  },
  cutoff: {
    file: "cutoff/main.ts",
    zh: "断电：从线上的读数到线上的断开帧，空闲与满载",
    en: "from the sample on the wire to the OFF frame on the wire, idle and with everything else busy",
  },
  sockets: {
    file: "sockets/main.ts",
    zh: "一台网关带 200 路、四种协议：处理器、内存、判定到断开帧",
    en: "200 sockets on four protocols on one gateway: CPU, memory, from the deciding reading to the OFF frame",
  },
  lane: {
    file: "lane/main.ts",
    zh: "车道：从车牌事件到开闸指令，落盘在内；图片同时到达时",
    en: "a lane: plate event in to gate command out with the journal on the disk, also beside pictures",
  },
  commands: {
    file: "commands/main.ts",
    zh: "指令：从接口到道闸板的用时，线路满轮询、补传积压时",
    en: "commands: from the API to the barrier's board, with the line fully polled and a backlog draining",
  },
  ingest: {
    file: "cloud/ingest-main.ts",
    zh: "云端入库：与直接写同一数据库、InfluxDB 1.6 并列",
    en: "the cloud's ingest, durable, beside raw inserts of the same rows and InfluxDB 1.6",
  },
  city: {
    file: "cloud/city-main.ts",
    zh: "一座城：500 网关、1000 车道、20000 插座，实时倍数与告警延迟",
    en: "a city: 500 gateways, 1,000 lanes, 20,000 sockets; real-time factor, memory, alarm latency",
  },
  grow: {
    file: "cloud/grow-main.ts",
    zh: "存量从 10^5 到 10^7 读数、10^6 事件时的代价",
    en: "what a write and a question cost as the stored readings grow from 10^5 to 10^7, and events to 10^6",
  },
  drain: {
    file: "cloud/drain-main.ts",
    zh: "补传 100 万条积压事件：与 Mosquitto 桥接并列",
    en: "a backlog of a million events, beside a Mosquitto bridge",
  },
  alarm: {
    file: "cloud/alarm-main.ts",
    zh: "告警：从边缘落笔到页面的一行，单独与积压之后",
    en: "an alarm: from the edge to the page's row, by itself and behind a backlog",
  },
  ledger: {
    file: "ledger-main.ts",
    zh: "整改台账：十万条隐患、五年历史，列表、筛选、排名、导出",
    en: "the ledger: 100,000 hazards and five years; list, filter, ranking, export, on both databases",
  },
  record: {
    file: "cloud/record.ts",
    zh: "运行云端与车道各项测量（约十三分钟），并写入 docs/how-to/scale.json 与 scale.md",
    en: "runs the cloud's five and the lane's (some thirteen minutes), and writes docs/how-to/scale.json and the figures of scale.md",
  },
  quote: { file: "quote.ts", zh: "计费：每核每秒多少次", en: "quotes per second on one core" },
};

const [name = "", ...rest] = process.argv.slice(2);
const bench = benches[name];
if (bench === undefined) {
  const rows = Object.entries(benches).map(([one, { zh, en }]) => `  npm run bench -- ${one.padEnd(12)} ${zh} / ${en}\n`);
  (name === "" || name === "--help" ? process.stdout : process.stderr).write(`测量 / benchmarks (--json)\n${rows.join("")}`);
  process.exitCode = name === "" || name === "--help" ? 0 : 2;
} else {
  const ended = spawnSync(process.execPath, [join(import.meta.dirname, bench.file), ...rest], { stdio: "inherit" });
  process.exitCode = ended.status ?? 1;
}
