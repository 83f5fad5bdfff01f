// Releases side by side: `slots/<version>`, and `current` that points at one of them. A new one is tried: whoever is not well by it within its time goes back to the one before.
// The highest number that was ever run well is kept, so that an older release, however rightly signed, does not come after it.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from "node:fs";
import { basename, join } from "node:path";
import { type Bundle, type Refused, readBundle, unpack } from "./bundle.ts";

export interface State {
  /** Of all that ever ran well. */
  readonly highest: number;
  /** On trial, and what it took the place of; the trial ends with one or the other. */
  readonly trying?: { readonly version: number; readonly before: number | null };
  /** Tried, and gone back from: it is not tried again. */
  readonly failed: readonly number[];
}

export interface World {
  readonly root: string;
  readonly publicKey: string;
  /** Looks at a release before anything is switched: it can at least begin. */
  readonly check: (slot: string) => Promise<boolean>;
  /** Whoever runs is begun anew. */
  readonly restart: () => Promise<boolean>;
  /** Whether it is well; false when its time is over. */
  readonly healthy: () => Promise<boolean>;
  readonly say: (zh: string, en: string) => void;
}

export type Applied = "applied" | "refused" | "gone-back";

const stateOf = (root: string): string => join(root, "state.json");
const slotOf = (root: string, version: number): string => join(root, "slots", String(version));

export function readState(root: string): State {
  if (!existsSync(stateOf(root))) return { highest: currentOf(root) ?? 0, failed: [] };
  return JSON.parse(readFileSync(stateOf(root), "utf8")) as State;
}

function writeState(root: string, state: State): void {
  const beside = `${stateOf(root)}.new`;
  const file = openSync(beside, "w", 0o600);
  try {
    writeSync(file, `${JSON.stringify(state)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, stateOf(root));
  sync(root);
}

function sync(folder: string): void {
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The release that `current` points at. */
export function currentOf(root: string): number | undefined {
  try {
    const version = Number(basename(readlinkSync(join(root, "current"))));
    return Number.isSafeInteger(version) && version > 0 ? version : undefined;
  } catch {
    return undefined;
  }
}

/** In one stroke: a death leaves the one or the other. */
function pointAt(root: string, version: number): void {
  const beside = join(root, "current.new");
  rmSync(beside, { force: true });
  symlinkSync(join("slots", String(version)), beside);
  renameSync(beside, join(root, "current"));
  sync(root);
}

function older({ manifest }: Bundle, { highest, failed }: State): { zh: string; en: string } | undefined {
  const { version, rollback_from } = manifest;
  if (failed.includes(version))
    return { zh: `版本 ${version} 曾未能正常运行`, en: `version ${version} was tried before, and did not run well` };
  if (version > highest || (rollback_from === highest && version < highest)) return undefined;
  return { zh: `版本 ${version} 不高于已运行过的 ${highest}`, en: `version ${version} is not above ${highest}, which has run` };
}

const refusedWords = ({ zh, en }: { readonly zh: string; readonly en: string }, { say }: World): Applied => {
  say(`拒绝：${zh}`, `refused: ${en}`);
  return "refused";
};

export async function apply(path: string, world: World): Promise<Applied> {
  const { root } = world;
  mkdirSync(join(root, "slots"), { recursive: true });
  await settle(world);
  const bundle = readBundle(path, world.publicKey);
  if (bundle.kind === "refused") return refusedWords(bundle, world);
  const state = readState(root);
  const why = older(bundle, state);
  if (why !== undefined) return refusedWords(why, world);
  const { version } = bundle.manifest;
  const made = await put(path, bundle, root);
  if (made !== undefined) return refusedWords(made, world);
  if (!(await world.check(slotOf(root, version)))) {
    rmSync(slotOf(root, version), { recursive: true, force: true });
    return refusedWords({ zh: `版本 ${version} 无法启动`, en: `version ${version} cannot even begin` }, world);
  }
  const before = currentOf(root) ?? null;
  writeState(root, { ...state, trying: { version, before } });
  pointAt(root, version);
  return (await world.restart()) && (await world.healthy()) ? keep(world, version) : goBack(world);
}

/** Whole in its place, or nothing of it. */
async function put(path: string, bundle: Bundle, root: string): Promise<Refused | undefined> {
  const slot = slotOf(root, bundle.manifest.version);
  const beside = `${slot}.new`;
  for (const one of [beside, slot]) rmSync(one, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true });
  const wrong = await unpack(path, bundle, beside);
  if (wrong !== undefined) rmSync(beside, { recursive: true, force: true });
  else renameSync(beside, slot);
  sync(join(root, "slots"));
  return wrong;
}

function keep({ root, say }: World, version: number): Applied {
  const { trying, ...state } = readState(root);
  // A leave to go back has been used: what is highest is what runs.
  writeState(root, { ...state, highest: version });
  const kept = new Set([String(version), String(trying?.before)]);
  for (const name of readdirSync(join(root, "slots")))
    if (!kept.has(name)) rmSync(join(root, "slots", name), { recursive: true, force: true });
  say(`版本 ${version} 运行正常`, `version ${version} runs well`);
  return "applied";
}

async function goBack(world: World): Promise<Applied> {
  const { root, say } = world;
  const { trying, ...state } = readState(root);
  if (trying === undefined) return "refused";
  const { version, before } = trying;
  if (before !== null) pointAt(root, before);
  else rmSync(join(root, "current"), { force: true });
  writeState(root, { ...state, failed: [...state.failed, version].slice(-20) });
  say(`版本 ${version} 未能正常运行，已退回 ${before ?? "—"}`, `version ${version} did not run well: back to ${before ?? "nothing"}`);
  await world.restart();
  return "gone-back";
}

/** At the machine's start, and before anything else: a trial that a power cut ended is judged by whether it is well now. */
export async function settle(world: World): Promise<Applied | undefined> {
  const { trying } = readState(world.root);
  if (trying === undefined) return undefined;
  return currentOf(world.root) === trying.version && (await world.healthy()) ? keep(world, trying.version) : goBack(world);
}
