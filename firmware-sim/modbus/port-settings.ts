// How fast the program at the other end has set its port: a pseudo-terminal keeps the rate that was set on it, and forgets the parity.
import { spawnSync } from "node:child_process";
import { realWorld } from "../ports.ts";
import type { Settings } from "./wire.ts";

const believed_ms = 20;

export function portSettings(path: string, usual: Settings): () => Settings {
  let known = usual;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (realWorld.now() - askedAt < believed_ms) return known;
    askedAt = realWorld.now();
    const baud = Number(spawnSync("stty", ["-F", path, "speed"], { encoding: "utf8" }).stdout);
    if (baud > 0) known = { ...usual, baud };
    return known;
  };
}
