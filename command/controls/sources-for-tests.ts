// Every source of a room that runs in a product: no tests, and nothing that is made for them.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { repository } from "#test/world/program.ts";

export const sourcesOf = (room: string): string[] =>
  readdirSync(join(repository, room), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/\.test\.ts$|-for-tests\.ts$/.test(path))
    .map((path) => `${room}/${path}`)
    .sort();
