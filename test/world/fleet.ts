// What a fleet needs that one machine does not: Mosquitto with an account for every gateway, and cloud processes that share it and one PostgreSQL.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { commandPath } from "../debian.ts";
import { freePort } from "./telemetry-engines.ts";

interface Accounts {
  readonly gateways: readonly string[];
  readonly secret: string;
}

export async function startMosquitto(folder: string, { gateways, secret }: Accounts): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort();
  const passwords = join(folder, "passwd");
  for (const [at, name] of ["ingest", ...gateways].entries())
    execFileSync("mosquitto_passwd", ["-b", ...(at === 0 ? ["-c"] : []), passwords, name, secret], { stdio: "ignore" });
  const acl = "pattern write cuobian/v1/+/%u/#\npattern read cuobian/v1/+/%u/ack\nuser ingest\ntopic readwrite cuobian/v1/#\n";
  writeFileSync(join(folder, "acl"), acl);
  const conf = `listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}\nacl_file ${join(folder, "acl")}\nuser root\npersistence false\n`;
  writeFileSync(join(folder, "mosquitto.conf"), conf);
  return { port, child: spawn(commandPath("mosquitto") ?? "", ["-c", join(folder, "mosquitto.conf")], { stdio: "ignore" }) };
}

/** One for all of them; nothing answers there, so points wait in each one's queue. */
const nowhere = { kind: "influx", reads: "influxql", url: "http://127.0.0.1:9", bucket: "b", org: "o", token_file: "./secret" };

export interface SharedCloud extends Accounts {
  readonly telemetry?: object;
  readonly number: number;
  /** Mosquitto's. */
  readonly port: number;
  /** PostgreSQL's. */
  readonly url: string;
}

/** Writes the configuration of one of several cloud processes, and says where. */
export function sharedCloud(folder: string, { number, port, url, gateways, secret, telemetry = nowhere }: SharedCloud): string {
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  put("secret", secret);
  put("postgres.url", url);
  mkdirSync(join(folder, `cloud-${number}`), { recursive: true });
  return put(
    `cloud-${number}.yaml`,
    stringify({
      ...{ name: "分担", data: `./cloud-${number}`, demonstration: true, http: { host: "127.0.0.1", port: 0 } },
      broker: { kind: "external", url: `mqtt://127.0.0.1:${port}`, username: "ingest", password_file: "./secret", share: "ingest" },
      gateways: gateways.map((gateway) => ({ site: "jinxiu", gateway, password_file: "./secret" })),
      sites: [{ id: "jinxiu", name: "锦绣", compound_code: "JXHY" }],
      people: [{ id: "booth", name: "值班员", role: "booth", organisation: "物业", area: "jinxiu" }],
      ...{ store: { kind: "postgres", url_file: "./postgres.url" }, telemetry },
    }),
  );
}
