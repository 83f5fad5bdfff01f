// `cuobian gateway reset`: this box is taken out of service. The cloud ends its certificates, then everything of it that is secret or personal leaves this machine: journal,
// spool, readings, frames, documents, keys. What the cloud has not heard of yet is money or an alarm: it is not thrown away unless somebody says why.
import { createPrivateKey, randomBytes, sign } from "node:crypto";
import { closeSync, existsSync, fsyncSync, lstatSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { SiteFile } from "../config/read.ts";
import { isHeld, unsentIn } from "../journal/unsent.ts";
import { holderOf } from "../link/holder.ts";
import { linkPath } from "../link/path.ts";
import type { Ask } from "../uplink/enrol.ts";
import { readIdentity } from "../uplink/identity.ts";

export interface ResetAsked {
  /** Somebody has read what it does. */
  readonly yes: boolean;
  /** Why what the cloud has not heard of is given up; undefined: it is not. */
  readonly force: string | undefined;
  /** The cloud cannot be reached: an administrator ends the certificate there. */
  readonly offline: boolean;
  readonly ask: Ask | undefined;
}

export interface Reset {
  readonly code: 0 | 1;
  readonly words: string;
  readonly json: unknown;
}

const no = (zh: string, en: string, more: object = {}): Reset => ({
  code: 1,
  words: `${zh}\n${en}`,
  json: { kind: "complaint", zh, en, ...more },
});

/** Must be what the cloud verifies (cloud/enrolment/enrolment.ts). */
export const farewellText = (certificate: string): string => `cuobian farewell\n${certificate}`;

/** Every secret that the site file names. Profiles, tariffs and the cloud's public key are none. */
export function secretFiles({ config, folder }: Pick<SiteFile, "config" | "folder">): string[] {
  const found = new Set<string>();
  const look = (value: unknown, path: string): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const at = path === "" ? key : `${path}.${key}`;
      if (typeof inner === "string" && (/_file$/.test(key) || at === "uplink.identity.file") && at !== "commands.key_file")
        found.add(resolve(folder, inner));
      else look(inner, at);
    }
  };
  look(config, "");
  return [...found].filter((path) => existsSync(path)).sort();
}

const portion = 1024 * 1024;

/** Written over before it is removed. A disk that keeps old blocks (flash) may hold them still: docs/how-to/decommission-a-gateway.md. */
export function wipe(path: string): number {
  const { size } = lstatSync(path);
  if (lstatSync(path).isFile()) {
    const file = openSync(path, "r+");
    try {
      const noise = randomBytes(Math.min(size, portion));
      for (let at = 0; at < size; at += noise.length) writeSync(file, noise, 0, Math.min(noise.length, size - at), at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
  rmSync(path, { force: true });
  return size;
}

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
}

type Farewell = "ended" | "none" | { readonly why: string };

async function sayFarewell({ config, folder }: SiteFile, { ask, force }: ResetAsked): Promise<Farewell> {
  const { identity } = config.uplink;
  if (identity === undefined || ask === undefined) return "none";
  const held = readIdentity(resolve(folder, identity.file));
  if (held === undefined) return "none";
  const signature = sign("sha256", Buffer.from(farewellText(held.certificate)), createPrivateKey(held.key)).toString("base64");
  try {
    const answer = await ask("/api/v1/enrol/farewell", {
      certificate: held.certificate,
      signature,
      ...(force === undefined ? {} : { reason: force }),
    });
    if (answer.status === 200) return "ended";
    return { why: String((answer.body as { title?: unknown } | null)?.title ?? answer.status) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

const runs = async (data: string): Promise<boolean> => (await holderOf(linkPath(data))) !== undefined || isHeld(data);

export async function reset(site: SiteFile, asked: ResetAsked): Promise<Reset> {
  const { data } = site;
  if (!asked.yes)
    return no(
      `将清除 ${data} 的全部内容与站点文件所列的口令和密钥，无法恢复。确认请加 --yes`,
      `everything in ${data}, and the secrets that the site file names, would be gone for ever. If that is meant, add --yes`,
    );
  if (await runs(data)) return no("网关正在运行：先停止，再清除", "the gateway is running: stop it first");
  const unsent = unsentIn(data);
  if (asked.force === undefined && (unsent === undefined || unsent.money + unsent.urgent > 0))
    return no(
      unsent === undefined
        ? '日志库无法读取，不知还有什么未上报。确认放弃请加 --force "理由"'
        : `云端尚未收到 ${unsent.money} 条收费记录、${unsent.urgent} 条告警。先联网上报；确认放弃请加 --force "理由"`,
      unsent === undefined
        ? 'the journal cannot be read: nobody knows what was not sent. To give it up add --force "why"'
        : `the cloud has not heard of ${unsent.money} events of money and ${unsent.urgent} alarms. Let it send them; to give them up add --force "why"`,
      { unsent },
    );
  const farewell = await sayFarewell(site, asked);
  if (typeof farewell === "object" && !asked.offline)
    return no(
      `云端没有吊销本机证书（${farewell.why}）：什么也没有清除。请管理员在云端吊销，再加 --offline`,
      `the cloud has not ended this certificate (${farewell.why}): nothing was removed. Let an administrator revoke it, then add --offline`,
    );
  // Keys first: should the power fail now, nobody is this gateway any more.
  const files = [...secretFiles(site), ...filesUnder(data)];
  const bytes = files.reduce((sum, path) => sum + (existsSync(path) || isLink(path) ? wipe(path) : 0), 0);
  rmSync(data, { recursive: true, force: true });
  rmSync(linkPath(data), { force: true });
  syncFolder(dirname(data));
  const revoked = farewell === "ended" ? true : farewell === "none" ? null : false;
  return {
    code: 0,
    words: `已清除 ${files.length} 个文件（${bytes} 字节）${revoked === true ? "，云端已吊销证书" : revoked === false ? "；证书须由管理员在云端吊销" : ""}。
${files.length} files (${bytes} bytes) are gone${revoked === true ? ", and the cloud has ended the certificate" : revoked === false ? "; an administrator must still revoke the certificate" : ""}.`,
    json: { kind: "reset", files: files.length, bytes, revoked, unsent: unsent ?? null, force: asked.force ?? null },
  };
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function syncFolder(path: string): void {
  if (!existsSync(path)) return;
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
