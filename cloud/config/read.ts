// Reads the cloud's file: everything in it checked and every path made absolute, or every complaint at once.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Complaint } from "#gateway/config/complaint.ts";
import type { Complain } from "#gateway/config/yaml-file.ts";
import { complainer, readYaml } from "#gateway/config/yaml-file.ts";
import { crossCheck } from "./cross-checks.ts";
import type { ChannelConfig } from "./notify-schema.ts";
import { type CloudConfig, cloudConfigSchema } from "./schema.ts";
import { checkShape } from "./shape.ts";

export type CloudConfigRead = { readonly config: CloudConfig } | { readonly complaints: readonly Complaint[] };

export function readCloudConfig(path: string): CloudConfigRead {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { complaints: [{ file: path, line: 0, column: 0, path: "", zh: `读不到：${why}`, en: `cannot be read: ${why}` }] };
  }
  return parseCloudConfig(text, path);
}

/** `path` names the file in complaints and is where relative paths begin. */
export function parseCloudConfig(text: string, path: string): CloudConfigRead {
  const yaml = readYaml(text, path);
  if (yaml.broken.length > 0) return { complaints: yaml.broken };
  const found: Complaint[] = [];
  const complain: Complain = complainer(yaml, path, found);
  checkShape(yaml.value, cloudConfigSchema, complain);
  // Names are held against each other only where all of them can be read.
  if (found.length > 0) return { complaints: inOrder(found) };
  const config = absolute(yaml.value as CloudConfig, dirname(resolve(path))); // checkShape is held equal to the schema library by a test
  crossCheck(config, complain);
  return found.length > 0 ? { complaints: inOrder(found) } : { config };
}

function absolute(config: CloudConfig, folder: string): CloudConfig {
  const full = (file: string): string => resolve(folder, file);
  const withPassword = <Item extends { password_file: string }>(item: Item): Item => ({ ...item, password_file: full(item.password_file) });
  const { broker, store, telemetry, observers, web, command_key_file, audit_anchor_file, notify, detectors, http } = config;
  const { certificate } = http;
  return {
    ...config,
    data: full(config.data),
    http:
      certificate === undefined
        ? http
        : { ...http, certificate: { cert_file: full(certificate.cert_file), key_file: full(certificate.key_file) } },
    broker: broker.kind === "external" ? withPassword(broker) : broker,
    gateways: config.gateways.map(withPassword),
    store: store.kind === "postgres" ? { ...store, url_file: full(store.url_file) } : store,
    telemetry: telemetry.kind === "influx" ? { ...telemetry, token_file: full(telemetry.token_file) } : telemetry,
    ...(observers === undefined ? {} : { observers: observers.map(withPassword) }),
    ...(notify === undefined ? {} : { notify: notify.map((one) => absoluteChannel(one, full)) }),
    ...(detectors === undefined ? {} : { detectors: detectors.map((one) => ({ ...one, token_file: full(one.token_file) })) }),
    ...(command_key_file === undefined ? {} : { command_key_file: full(command_key_file) }),
    ...(audit_anchor_file === undefined ? {} : { audit_anchor_file: full(audit_anchor_file) }),
    ...(web === undefined ? {} : { web: full(web) }),
  };
}

function absoluteChannel(channel: ChannelConfig, full: (file: string) => string): ChannelConfig {
  if (channel.kind === "smtp") {
    const { password_file: password, ca_file: ca } = channel;
    return {
      ...channel,
      ...(password === undefined ? {} : { password_file: full(password) }),
      ...(ca === undefined ? {} : { ca_file: full(ca) }),
    };
  }
  const secret = channel.secret_file === undefined ? {} : { secret_file: full(channel.secret_file) };
  return { ...channel, url_file: full(channel.url_file), ...secret };
}

const inOrder = (list: readonly Complaint[]): Complaint[] => [...list].sort((a, b) => a.line - b.line || a.column - b.column);
