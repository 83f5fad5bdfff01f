// A city on one machine: gateways, lanes, and sockets that are measured every ten seconds, as fast as the cloud takes it durably. How many times real time, what memory, and how late an alarm is meanwhile.
//   npm run bench -- city [--gateways 500] [--lanes 1000] [--sockets 20000] [--seconds 60] [--json]
import { statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { percentile, table } from "../table.ts";
import { cut, inRealTime, live, openFleet } from "./fleet.ts";
import { startCloud } from "./service.ts";

const { values } = parseArgs({
  options: {
    gateways: { type: "string", default: "500" },
    lanes: { type: "string", default: "1000" },
    sockets: { type: "string", default: "20000" },
    seconds: { type: "string", default: "60" },
    paced: { type: "string", default: "20" },
    profile: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const [gateways, lanes, sockets, seconds] = [values.gateways, values.lanes, values.sockets, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];
const alarmEvery_ms = 250;

const cloud = await startCloud({ gateways, flags: values.profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${values.profile}`] });
try {
  const fleet = await openFleet(cloud, { gateways, lanes, sockets });
  for (const { gateway, home } of fleet.members) gateway.say([home.start()], Date.now());
  // The first readings of every socket make its series known: that happens once.
  const started = Date.now();
  await live(fleet, { from: started, until: () => false, most: 1 });
  await fleet.idle();
  fleet.tally.alarms.length = 0;
  const size = (name: string): number => statSync(join(cloud.folder, "data", name)).size;
  // Names of series are written once; what a reading takes is what the file grows by.
  const small = size("telemetry.db");
  Object.assign(fleet.tally, { values: 0, events: 0, messages: 0 });
  const cpuBefore = cloud.cpu_s();
  const ownBefore = process.cpuUsage();
  const began = performance.now();
  let turn = 0;
  const raising = setInterval(() => {
    const member = fleet.members[(turn++ * 37) % fleet.members.length];
    member?.gateway.say([cut()], Date.now());
  }, alarmEvery_ms);
  const ticks = await live(fleet, { from: started + 10_000, until: () => performance.now() - began > seconds * 1_000 });
  clearInterval(raising);
  await fleet.idle();
  const wall_s = (performance.now() - began) / 1_000;
  const own = process.cpuUsage(ownBefore);
  const cores = (cloud.cpu_s() - cpuBefore) / wall_s;
  const { values: measured, events, messages } = fleet.tally;
  const alarms = fleet.tally.alarms.splice(0);
  const most_MB = cloud.memory().most_MB;
  const grown = size("telemetry.db");
  // The same city at the pace of real time: how late an alarm is when nothing is overloaded.
  const pacedFrom = started + 10_000 * (2 + Math.ceil(ticks * 2));
  const pacedRaising = setInterval(() => {
    const member = fleet.members[(turn++ * 37) % fleet.members.length];
    member?.gateway.say([cut()], Date.now());
  }, alarmEvery_ms);
  await inRealTime(fleet, { from: pacedFrom, seconds: Number(values.paced) });
  clearInterval(pacedRaising);
  await fleet.idle();
  const paced = fleet.tally.alarms;
  const factor = (ticks * 10) / wall_s;
  const figures = {
    "city.gateways": gateways,
    "city.lanes": lanes,
    "city.sockets": sockets,
    "city.simulated_s": Math.round(ticks * 10),
    "city.wall_s": Number(wall_s.toFixed(1)),
    "city.real_time_factor": Number(factor.toFixed(2)),
    "city.values_per_s": Math.round(measured / wall_s),
    "city.events_per_s": Math.round(events / wall_s),
    "city.messages_per_s": Math.round(messages / wall_s),
    "city.alarms": alarms.length,
    "city.alarm_p50_ms": Math.round(percentile(alarms, 50)),
    "city.alarm_p99_ms": Math.round(percentile(alarms, 99)),
    "city.paced_alarms": paced.length,
    "city.paced_alarm_p50_ms": Number(percentile(paced, 50).toPrecision(2)),
    "city.paced_alarm_p99_ms": Number(percentile(paced, 99).toPrecision(2)),
    "city.memory_MB": most_MB,
    "city.cloud_cores": Number(cores.toFixed(2)),
    // What each gateway costs at the pace of real time, and how many of them this machine would just carry.
    "city.cpu_ms_per_gateway_s": Number(((cores / factor / gateways) * 1_000).toFixed(3)),
    "city.MB_per_gateway": Number((most_MB / gateways).toFixed(2)),
    "city.bytes_per_value": Number(((grown - small) / measured).toFixed(1)),
    "city.gateways_in_real_time": Math.floor(gateways * factor),
    "city.load_cores": Number(((own.user + own.system) / 1e6 / wall_s).toFixed(2)),
  };
  fleet.end();
  process.stdout.write(values.json ? `${JSON.stringify({ bench: "city", figures })}\n` : table([["city", ""], ...Object.entries(figures)]));
  process.exitCode = figures["city.real_time_factor"] >= 10 ? 0 : 1;
} finally {
  await cloud.end();
}
