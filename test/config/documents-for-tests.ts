// A gateway's files, and a cloud that signs: for tests of documents from afar.
import { generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Held, hashOf, isHeld, judgeDocument } from "#gateway/config/documents/judge.ts";
import { limitsPath } from "#gateway/config/limits-file.ts";
import { parseSiteConfig } from "#gateway/config/read.ts";
import { exampleSite } from "#gateway/config/reference.ts";
import { type CloudKey, readCloudKey } from "#gateway/signed/signed.ts";
import { type ConfigDocument, soleName } from "#protocols/uplink/documents.ts";
import { repository } from "../world/program.ts";

export const tariffText = readFileSync(join(repository, "tariffs", "demonstration.yaml"), "utf8");
export const priceText = readFileSync(join(repository, "tariffs", "charging", "demonstration.yaml"), "utf8");
export const limitsText = readFileSync(limitsPath("e-bike-4a", ""), "utf8");

export interface Signer {
  readonly pem: string;
  readonly key: CloudKey;
  sign(document: ConfigDocument): string;
}

export function signer(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const key = readCloudKey(pem);
  return {
    ...{ pem, key },
    sign(one) {
      const document = JSON.stringify(one);
      return JSON.stringify({ v: 1, document, key: key.id, signature: sign(null, Buffer.from(document), privateKey).toString("base64") });
    },
  };
}

export interface Files {
  readonly folder: string;
  readonly path: string;
  readonly siteText: string;
  readonly documents: string;
}

/** The example site with one lot and a price of charging, its limits as a file of its own, and the cloud's key. */
export function siteFiles(folder: string, { pem }: Signer): Files {
  const path = join(folder, "site.yaml");
  const example = parseSiteConfig(exampleSite(), path);
  if (example.kind === "complaints") throw new Error("the example is no site");
  const { config } = example;
  const named = config.limits.map(({ id }) => ({ id, file: "./limits.yaml" }));
  const lots = config.lots.map((lot) => ({ ...lot, tariff: "./tariff.yaml" }));
  const charging = { ...config.charging, price: "./charging.yaml" };
  const siteText = stringify({ ...config, data: "./data", limits: named, lots, charging, commands: { key_file: "./cloud.pem" } });
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(path, siteText);
  writeFileSync(join(folder, "limits.yaml"), limitsText);
  writeFileSync(join(folder, "tariff.yaml"), tariffText);
  writeFileSync(join(folder, "charging.yaml"), priceText);
  writeFileSync(join(folder, "cloud.pem"), pem);
  return { folder, path, siteText, documents: join(folder, "data", "documents") };
}

export function document(
  over: Partial<ConfigDocument> & Pick<ConfigDocument, "kind" | "text">,
  files: Pick<Files, "siteText">,
): ConfigDocument {
  const { kind } = over;
  const local = { site: files.siteText, limits: limitsText, tariff: tariffText, price: priceText, list: "" }[kind];
  const { site, gateway, limits, lots } = parts(files.siteText);
  const name = { ...soleName, limits, tariff: lots }[kind];
  return {
    ...{ v: 1, id: randomUUID(), site, gateway, name, version: 1, over: kind === "list" ? null : hashOf(local) },
    ...{ person: "manager", approver: "operator", reason: "调整", issued_at: 1_795_579_200_000 },
    ...over,
  };
}

function parts(siteText: string): { site: string; gateway: string; limits: string; lots: string } {
  const read = parseSiteConfig(siteText, "/site.yaml", () => ({ kind: "complaints", complaints: [] }));
  const config = read.kind === "site" ? read.config : undefined;
  if (config === undefined) throw new Error("no site");
  return { site: config.site, gateway: config.gateway, limits: config.limits[0]?.id ?? "", lots: config.lots[0]?.id ?? "" };
}

export function heldOf(signed: string, { key }: Signer, { site, gateway }: Pick<ConfigDocument, "site" | "gateway">): Held {
  const judged = judgeDocument(Buffer.from(signed), { site, gateway, keys: [key] });
  if (!isHeld(judged)) throw new Error(judged.code);
  return judged;
}
