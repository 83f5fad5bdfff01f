// What processes of this machine listen on, as the kernel says (Linux, proc(5)): TCP that accepts, UDP that is bound and speaks to nobody in particular.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { At } from "./listeners.ts";

const listening = "0A";
const unconnected = "07";

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** "0100007F:1C84": words of four bytes, each in the machine's order. */
export function hostOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [6, 4, 2, 0].map((at) => Number.parseInt(word.slice(at, at + 2), 16)));
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, n) => (((bytes[2 * n] ?? 0) << 8) | (bytes[2 * n + 1] ?? 0)).toString(16));
  const text = groups.join(":");
  return text === "0:0:0:0:0:0:0:0" ? "::" : text === "0:0:0:0:0:0:0:1" ? "::1" : text;
}

function inodesOf(pid: number): Set<string> {
  const found = new Set<string>();
  const folder = `/proc/${pid}/fd`;
  for (const name of readdirSync(folder))
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1];
      if (inode !== undefined) found.add(inode);
    } catch {
      // Closed meanwhile.
    }
  return found;
}

export function listeningOf(pids: readonly number[]): At[] {
  return pids.flatMap((pid) => {
    const own = inodesOf(pid);
    return (["tcp", "tcp6", "udp", "udp6"] as const).flatMap((table) => {
      const proto = table.startsWith("tcp") ? "tcp" : "udp";
      return textOf(`/proc/${pid}/net/${table}`)
        .split("\n")
        .slice(1)
        .flatMap((line): At[] => {
          const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
          if (!own.has(inode) || state !== (proto === "tcp" ? listening : unconnected)) return [];
          const [host = "", port = ""] = local.split(":");
          return [{ proto, host: hostOf(host), port: Number.parseInt(port, 16) }];
        });
    });
  });
}

/** It and everything that it started. */
export function familyOf(pid: number): number[] {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).trim().split(/\s+/).filter(Boolean).map(Number);
  return [pid, ...children.flatMap(familyOf)];
}
