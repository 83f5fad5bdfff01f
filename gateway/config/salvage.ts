// What can still be read of a broken site file: where its page would listen, and whose token opens it. Nothing else of it is believed.
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";

export interface Salvaged {
  readonly host: string;
  readonly port: number;
  /** Absolute; undefined: the file no longer names one. */
  readonly tokenFile: string | undefined;
}

/** As a new site file has it, but for this machine alone: an address that nobody wrote is not opened to a network. */
const usual = { host: "127.0.0.1", port: 7310 };

export function salvage(path: string): Salvaged {
  const at = reader(path);
  const [host, port, token] = [at("http", "host"), at("http", "port"), at("booth", "token_file")];
  const soundPort = typeof port === "number" && Number.isInteger(port) && port >= 0 && port <= 65_535;
  return {
    host: typeof host === "string" && isIP(host) !== 0 ? host : usual.host,
    port: soundPort ? port : usual.port,
    tokenFile: typeof token === "string" && token !== "" ? resolve(dirname(resolve(path)), token) : undefined,
  };
}

function reader(path: string): (...keys: string[]) => unknown {
  try {
    const document = parseDocument(readFileSync(path, "utf8"), { strict: false, logLevel: "silent" });
    return (...keys) => {
      try {
        return document.getIn(keys);
      } catch {
        return undefined;
      }
    };
  } catch {
    return () => undefined;
  }
}
