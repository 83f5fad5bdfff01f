// A gateway that takes another's place in its first run: the sealed backup comes in pieces, is opened with its passphrase, is shown, and only then put in its place.
// What is not sealed yet, or no longer, lies where this gateway's user alone reads, and is gone when it was used or given up.
import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { SetupRestore } from "#protocols/api/setup-restore.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { type Stamp, toRfc3339 } from "#protocols/vocabulary/time.ts";
import { writeWhole } from "../config/documents/folder.ts";
import { parseSiteConfig } from "../config/read.ts";
import { type LookedInto, lookInto, restoreJournal } from "../journal/backup.ts";
import { placeFiles, siteFileName } from "./kept-files.ts";
import { isSealed, unseal } from "./sealed.ts";

/** Sealed, opened, and made ready beside its place: it lies here three times before it is one. */
const copies = 3;
const shortestPassphrase = 12;

export interface Restoring {
  now(): SetupRestore;
  /** A piece of the file. Pieces come in their order; the first one begins anew. */
  take(at: number, of: number, bytes: Uint8Array): Refusal | undefined;
  /** Begins; `now()` tells how far it is and what came of it. */
  open(passphrase: string): Refusal | undefined;
  /** Gives everything up. */
  drop(): void;
  /** Everything in its place, the site file last; or why not, and then nothing begins. */
  apply(now: number): Refusal | { readonly file: string };
  /** For whoever stops meanwhile. */
  readonly settled: () => Promise<void>;
}

const nothing: SetupRestore = { stage: "none", done: 0, of: 0, trouble: null, found: null };

export function restoringTo(site: string): Restoring {
  const path = resolve(site);
  const folder = dirname(path);
  const [sealed, opened] = [join(folder, "restore.sealed"), join(folder, "restore.open")];
  const forget = (): void => {
    for (const file of [sealed, opened]) rmSync(file, { force: true });
  };
  forget();
  let is: SetupRestore = nothing;
  let inside: LookedInto | undefined;
  let work: Promise<void> = Promise.resolve();
  let turn = 0;

  const failed = (zh: string, en: string): void => {
    forget();
    inside = undefined;
    is = { ...nothing, stage: "failed", trouble: { zh, en } };
  };

  async function opening(passphrase: string, mine: number): Promise<void> {
    const givenUp = (): boolean => mine !== turn;
    rmSync(opened, { force: true });
    const whole = await unseal(sealed, opened, passphrase, (done, of) => {
      if (!givenUp()) is = { ...is, done, of };
    });
    // The place may be another backup's by now: only what this one opened goes.
    if (givenUp()) return rmSync(opened, { force: true });
    if (!whole) {
      // The file stays: a passphrase may be typed again.
      is = {
        ...is,
        stage: "received",
        done: is.of,
        trouble: { zh: "口令不对，或文件已损坏", en: "the passphrase is wrong, or the file is damaged" },
      };
      return;
    }
    const found = lookInto(opened);
    if (found.kind === "complaint") return failed(found.zh, found.en);
    inside = found;
    is = { ...is, stage: "shown", trouble: null, found: foundOf(found, path) };
  }

  return {
    now: () => is,
    take(at, of, bytes) {
      if (is.stage === "opening") return refusal("busy", "正在解封，请稍候或先取消", "it is being opened: wait, or give it up first");
      if (at === 0) {
        turn += 1;
        forget();
        const short = shortOf(folder, of * copies);
        if (short !== undefined) return short;
        is = { ...nothing, stage: "receiving", of };
      }
      const there = existsSync(sealed) ? statSync(sealed).size : 0;
      // The same piece again, after an answer that was lost on its way.
      if (is.stage === "receiving" && at + bytes.length <= there) return undefined;
      if (is.stage !== "receiving" || of !== is.of || at !== there || at + bytes.length > of)
        return refusal("order", `从第 ${there} 字节接着传`, `go on from byte ${there}`);
      append(sealed, bytes);
      const done = at + bytes.length;
      is = { ...is, done };
      if (done < of) return undefined;
      if (isSealed(sealed)) is = { ...is, stage: "received" };
      else
        failed(
          "这不是加密的备份：用 cuobian gateway backup --passphrase-file 制作",
          "no sealed backup: make one by cuobian gateway backup --passphrase-file",
        );
      return undefined;
    },
    open(passphrase) {
      if (is.stage !== "received" && is.stage !== "shown") return refusal("not-yet", "先上传完整的备份文件", "first send the whole backup");
      if ([...passphrase].length < shortestPassphrase)
        return refusal(
          "passphrase",
          `口令至少 ${shortestPassphrase} 个字符`,
          `the passphrase has at least ${shortestPassphrase} characters`,
        );
      turn += 1;
      inside = undefined;
      is = { ...is, stage: "opening", done: 0, trouble: null, found: null };
      const mine = turn;
      work = opening(passphrase, mine).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        if (mine === turn) failed(`解封未成：${why}`, `it could not be opened: ${why}`);
      });
      return undefined;
    },
    drop() {
      turn += 1;
      inside = undefined;
      is = nothing;
      forget();
    },
    apply(now) {
      if (inside === undefined || is.stage !== "shown")
        return refusal("not-yet", "先解封并核对备份", "first open the backup and look at it");
      const text = inside.files.find(({ name }) => name === siteFileName)?.bytes.toString("utf8");
      if (text === undefined)
        return refusal(
          "no-site-file",
          "这份备份里没有站点文件（旧版本所做）：先按向导写好站点文件，再用 cuobian gateway restore 恢复日志库",
          "this backup holds no site file (an older release made it): finish the first run, then bring the journal back by cuobian gateway restore",
        );
      placeFiles(path, inside.files);
      const read = parseSiteConfig(text, path);
      if (read.kind === "complaints") {
        const [first] = read.complaints;
        return refusal(
          "site-file",
          `备份里的站点文件在这台机器上不能用：${first?.path} ${first?.zh}`,
          `the site file of the backup cannot be used on this machine: ${first?.path} ${first?.en}`,
        );
      }
      const done = restoreJournal(read.data, opened, now);
      if (done.kind === "complaint") return refusal("journal", done.zh, done.en);
      writeWhole(path, text);
      forget();
      is = { ...is, stage: "done" };
      return { file: path };
    },
    settled: () => work,
  };
}

function foundOf({ files, events, epoch, newest }: LookedInto, path: string): SetupRestore["found"] {
  const text = files.find(({ name }) => name === siteFileName)?.bytes.toString("utf8");
  const site = text === undefined ? undefined : namesOf(text);
  return {
    ...{ site: site?.site ?? null, gateway: site?.gateway ?? null, name: site?.name ?? null },
    ...{ events, epoch, until: newest === undefined ? null : toRfc3339((JSON.parse(newest) as Stamp).wall) },
    files: files.map(({ name }) => (name === siteFileName ? path : name)),
  };
}

/** Of a site file whose other files are not in their place yet: what can be read of it by itself. */
function namesOf(text: string): { site: string; gateway: string; name: string } {
  const said = (key: string): string => new RegExp(`^${key}:\\s*["']?(.*?)["']?\\s*(?:#.*)?$`, "m").exec(text)?.[1] ?? "";
  return { site: said("site"), gateway: said("gateway"), name: said("name") };
}

function append(file: string, bytes: Uint8Array): void {
  const open = openSync(file, "a", 0o600);
  try {
    writeSync(open, bytes);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
}

function shortOf(folder: string, wanted: number): Refusal | undefined {
  const { bavail, bsize } = statfsSync(folder);
  const [free_MB, wanted_MB] = [Math.floor((bavail * bsize) / 1e6), Math.ceil(wanted / 1e6)];
  return free_MB >= wanted_MB
    ? undefined
    : refusal(
        "disk",
        `磁盘空间不足：需要 ${wanted_MB} MB，剩 ${free_MB} MB`,
        `the disk is short: ${wanted_MB} MB are needed, ${free_MB} are free`,
      );
}
