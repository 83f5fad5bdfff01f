// Residents register themselves from their phone: room, telephone, plates, a picture of a document. A person decides; then the picture is erased, and only its hash is kept.
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResidentDecision } from "#protocols/api/passes.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import type { SiteContext } from "../../site-context.ts";
import { platesOf, writeHolder } from "./prices.ts";

export interface Asking {
  readonly lot: string;
  readonly room: string;
  readonly contact: string;
  readonly plates: readonly string[];
  readonly note: string;
  readonly photo: Uint8Array | undefined;
}

export interface ResidentView {
  readonly request: string;
  readonly lot: string;
  readonly room: string;
  readonly contact: string;
  readonly plates: readonly string[];
  readonly note: string;
  readonly photo: boolean;
  readonly at: string;
  readonly state: "asked" | "approved" | "rejected";
  readonly pass: string | null;
  readonly answer: string | null;
}

export interface Residents {
  ask(asking: Asking): { readonly request: string } | Refusal;
  decide(
    request: string,
    decision: ResidentDecision,
  ): { readonly request: string; readonly pass: string | null; readonly link: string | null } | Refusal;
  all(state?: ResidentView["state"]): ResidentView[];
  photo(request: string): { readonly type: string; readonly bytes: Buffer } | undefined;
  /** What the resident's own phone is told: by the request's name, which only it knows. */
  state(
    request: string,
  ): { readonly state: ResidentView["state"]; readonly answer: string | null; readonly link: string | null } | undefined;
}

interface Row {
  id: string;
  lot: string;
  room: string;
  contact: string;
  plates: string;
  note: string;
  photo: string | null;
  at: number;
  state: ResidentView["state"];
  pass: string | null;
  answer: string | null;
}

export const largestPhoto = 2 * 1024 * 1024;
const mostAsked = 500;
const begins = (bytes: Uint8Array, ...head: readonly number[]): boolean => head.every((byte, at) => bytes[at] === byte);
/** By its first bytes: what a sender calls it is not believed. */
const typeOf = (bytes: Uint8Array): "jpg" | "png" | undefined =>
  begins(bytes, 0xff, 0xd8, 0xff) ? "jpg" : begins(bytes, 0x89, 0x50, 0x4e, 0x47) ? "png" : undefined;

const noRequest = refusal("no-request", "没有这份待审核的申请", "no such request waits");

export function residentsOf(context: SiteContext): Residents {
  const { journal, clock, chance, config, data } = context;
  const folder = join(data, "residents");
  const fileOf = (name: string): string => join(folder, name);

  function keepPhoto(id: string, bytes: Uint8Array, type: string): string {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = `${id}.${type}`;
    writeFileSync(fileOf(name), bytes, { mode: 0o600 });
    chmodSync(fileOf(name), 0o600);
    return name;
  }

  return {
    ask({ lot, room, contact, plates: texts, note, photo }) {
      if (!config.lots.some(({ id }) => id === lot)) return refusal("no-lot", "没有这个停车场", "no such lot");
      const plates = platesOf(texts);
      if ("kind" in plates) return plates;
      if (plates.length === 0 || room.trim() === "" || !/^[0-9+\- ]{5,20}$/.test(contact))
        return refusal("missing", "请填写房号、手机号和至少一个车牌", "room, telephone and at least one plate are needed");
      const type = photo === undefined ? undefined : typeOf(photo);
      if (photo !== undefined && type === undefined)
        return refusal("no-picture", "证件照片须为 JPG 或 PNG", "the picture must be JPG or PNG");
      if (photo !== undefined && photo.length > largestPhoto)
        return refusal("too-large", "照片超过 2 MB", "the picture is larger than 2 MB");
      const open = journal.get<{ n: number }>("SELECT count(*) AS n FROM resident WHERE state = 'asked'")?.n ?? 0;
      if (open >= mostAsked)
        return refusal("too-many", "待审核的申请过多，请到物业办理", "too many requests wait: please come to the office");
      const same = journal.get<{ id: string }>(
        "SELECT id FROM resident WHERE state = 'asked' AND lot = ? AND room = ? AND contact = ? AND plates = ?",
        ...[lot, room, contact, JSON.stringify(plates)],
      );
      if (same !== undefined) return { request: same.id };
      const id = chance.id();
      const name = photo === undefined || type === undefined ? null : keepPhoto(id, photo, type);
      const hash = photo === undefined ? null : createHash("sha256").update(photo).digest("hex");
      journal.commit((tx) => {
        tx.run(
          "INSERT INTO resident (id, lot, room, contact, plates, note, photo, photo_hash, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          ...[id, lot, room, contact, JSON.stringify(plates), note, name, hash, clock.wall()],
        );
        tx.event("resident.asked", { request: id, lot, plates: plates.length, photo: name !== null });
      });
      return { request: id };
    },

    decide(id, { approve, person, answer, pass, nth = 1, spaces = 1, area, space }) {
      const now = clock.wall();
      const decided = journal.commit((tx) => {
        const row = tx.get<Row>("SELECT * FROM resident WHERE id = ?", id);
        if (row === undefined) return noRequest;
        if (row.state !== "asked") {
          const link =
            row.pass === null ? null : (tx.get<{ link: string }>("SELECT link FROM pass_holder WHERE pass = ?", row.pass)?.link ?? null);
          return (row.state === "approved") === approve ? { request: id, pass: row.pass, link } : noRequest;
        }
        if (approve && pass === undefined) return refusal("which-pass", "批准时须给出月卡编号", "to approve, name the pass");
        if (!approve && answer.trim().length < 2) return refusal("why", "不批准须写明原因", "say why not");
        if (
          approve &&
          pass !== undefined &&
          tx.get("SELECT 1 FROM pass_holder WHERE pass = ? UNION SELECT 1 FROM pass WHERE id = ?", pass, pass) !== undefined
        )
          return refusal("pass-taken", "该月卡编号已有人使用", "this pass is held by somebody");
        const plates = JSON.parse(row.plates) as never;
        const holding = { nth, spaces, ...(area === undefined ? {} : { area }), ...(space === undefined ? {} : { space }) };
        const link =
          approve && pass !== undefined
            ? writeHolder(
                tx,
                { pass, lot: row.lot, room: row.room, contact: row.contact, plates, ...holding },
                { link: chance.id(), person, at: now },
              )
            : null;
        const given = approve ? (pass ?? null) : null;
        tx.run(
          "UPDATE resident SET state = ?, pass = ?, person = ?, answer = ?, decided = ?, photo = NULL WHERE id = ?",
          ...[approve ? "approved" : "rejected", given, person, answer, now, id],
        );
        tx.event("resident.decided", { request: id, approved: approve, pass: given, person });
        return { request: id, pass: given, link, erase: row.photo };
      });
      if ("erase" in decided) {
        const { erase, ...told } = decided;
        if (erase !== null) rmSync(fileOf(erase), { force: true });
        return told;
      }
      return decided;
    },

    all: (state) =>
      journal
        .all<Row>("SELECT * FROM resident WHERE ? IS NULL OR state = ? ORDER BY at DESC LIMIT 200", ...[state ?? null, state ?? null])
        .map(({ id, lot, room, contact, plates, note, photo, at, state: is, pass, answer }) => ({
          ...{ request: id, lot, room, contact, plates: JSON.parse(plates) as string[], note },
          ...{ photo: photo !== null, at: toRfc3339(wall(at)), state: is, pass, answer },
        })),
    photo(id) {
      const name = journal.get<{ photo: string | null }>("SELECT photo FROM resident WHERE id = ?", id)?.photo;
      if (name == null || !existsSync(fileOf(name))) return undefined;
      return { type: name.endsWith("png") ? "image/png" : "image/jpeg", bytes: readFileSync(fileOf(name)) };
    },
    state(id) {
      const row = journal.get<Row>("SELECT * FROM resident WHERE id = ?", id);
      if (row === undefined) return undefined;
      const link =
        row.pass === null ? null : (journal.get<{ link: string }>("SELECT link FROM pass_holder WHERE pass = ?", row.pass)?.link ?? null);
      return { state: row.state, answer: row.answer, link };
    },
  };
}
