// `sim camera`: a camera that is found: it answers whoever looks for cameras on the network, until somebody ends it. It reads no plates.
import { randomUUID } from "node:crypto";
import { isIPv4 } from "node:net";
import { parseArgs } from "node:util";
import { answerProbes, servicesHere } from "../cameras/discovery.ts";
import { data, type ExitCode, exitCode, talk, UsageError } from "./say.ts";

const options = {
  name: { type: "string", default: "R5-V1.0" },
  hardware: { type: "string", default: "LPR" },
  location: { type: "string", default: "" },
  endpoint: { type: "string" },
  at: { type: "string", multiple: true, default: [] as string[] },
  listen: { type: "string" },
  "ready-json": { type: "boolean", default: false },
} as const;

/** "127.0.0.1:0" */
export function placeOf(text: string | undefined): { host: string; port: number } | undefined {
  if (text === undefined) return undefined;
  const [, host = "", port = ""] = /^([\d.]+):(\d{1,5})$/.exec(text) ?? [];
  if (!isIPv4(host) || Number(port) > 65_535) throw new UsageError(`--listen: 写成 / write 127.0.0.1:0，不是 / not "${text}"`);
  return { host, port: Number(port) };
}

export async function camera(args: string[]): Promise<ExitCode> {
  const { values } = parseArgs({ args, options, allowPositionals: false });
  const wrong = values.at.find((address) => !isIPv4(address));
  if (wrong !== undefined) throw new UsageError(`--at: 数字地址 / an address in numbers, not "${wrong}"`);
  const at = placeOf(values.listen);
  const ending = Promise.withResolvers<ExitCode>();
  process.on("SIGINT", () => ending.resolve(exitCode.interrupted));
  process.on("SIGTERM", () => ending.resolve(exitCode.ok));
  const { name, hardware, location, endpoint = randomUUID() } = values;
  const services = values.at.length === 0 ? servicesHere() : values.at.map((address) => `http://${address}/onvif/device_service`);
  const answering = await answerProbes({
    ...{ cameras: [{ endpoint, name, hardware, location, services }], at, newId: randomUUID },
    onAsked: (from) => talk(`有人在找相机 / somebody looks for cameras: ${from}`),
  });
  const listens = at === undefined ? "239.255.255.250:3702" : `${at.host}:${answering.port}`;
  if (values["ready-json"]) data(JSON.stringify({ ready: "sim-camera", endpoint: `urn:uuid:${endpoint}`, listens, services }));
  else data(`${name} ${hardware}\n${services.map((one) => `  ${one}\n`).join("")}听 / listens ${listens}   Ctrl-C 结束 / ends`);
  const code = await ending.promise;
  answering.close();
  return code;
}
