// A gateway's backlog into the cloud, durable and applied; beside a Mosquitto bridge that hands the same backlog on.
//   npm run bench -- drain [--events 1000000] [--json]
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { hasCommand } from "../../debian.ts";
import { table } from "../table.ts";
import { drainByBridge } from "./bridge.ts";
import { gatewayName, startCloud } from "./service.ts";

const { values } = parseArgs({
  options: { events: { type: "string", default: "1000000" }, profile: { type: "string" }, json: { type: "boolean", default: false } },
});
const events = Number(values.events);

const profiling = values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`];
const cloud = await startCloud({ gateways: 1, flags: profiling });
try {
  const folder = join(cloud.folder, "site");
  mkdirSync(folder);
  const asked = { folder, broker: cloud.mqtt, gateway: gatewayName(0), events };
  const child = spawn(process.execPath, [...profiling, join(import.meta.dirname, "drain-site.ts"), JSON.stringify(asked)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const code = await new Promise((done) => child.once("close", done));
  if (code !== 0) throw new Error(`the gateway ended with ${code}`);
  const { seconds, events: drained } = JSON.parse(said) as { seconds: number; events: number };
  const counts = await fetch(`${cloud.http}/metrics`).then((answer) => answer.text());
  const kept = Number(/^cuobian_cloud_events (\d+)$/m.exec(counts)?.[1] ?? 0);
  if (kept !== events) throw new Error(`${events} were sent, ${kept} are kept`);
  const memory = cloud.memory().most_MB;
  const bridge = hasCommand("mosquitto") ? await drainByBridge(events) : undefined;
  const rate = drained / seconds;
  const figures = {
    "drain.events": events,
    "drain.events_per_s": Math.round(rate),
    "drain.seconds": Number(seconds.toFixed(1)),
    "drain.memory_MB": memory,
    ...(bridge === undefined
      ? {}
      : { "drain.bridge_events_per_s": Math.round(bridge), "drain.of_bridge": Number((rate / bridge).toFixed(2)) }),
  };
  process.stdout.write(
    values.json ? `${JSON.stringify({ bench: "drain", figures })}\n` : table([["drain", ""], ...Object.entries(figures)]),
  );
} finally {
  await cloud.end();
}
