// A document's life in the cloud: asked, checked, perhaps approved by another, signed and issued; then only the gateway's own facts move it.
import { createHash, randomUUID } from "node:crypto";
import type { CommandKey } from "#cloud/commands/key.ts";
import type { Effect, Happening } from "#cloud/store/happening.ts";
import type { Row } from "#cloud/store/schema.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import { documentApprovalWithin_ms } from "#protocols/api/approval.ts";
import { type ConfigDocument, type DocumentKind, documentKinds } from "#protocols/uplink/documents.ts";
import type { EventData } from "#protocols/uplink/events.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import type { Which } from "./check.ts";

export type DocumentRow = Row<"document">;

export interface Asked extends Which {
  readonly text: string;
  readonly person: string;
  readonly reason: string;
  readonly askedAs: string;
  readonly now: number;
}

const hashOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

export const ofWhich = ({ site, gateway, kind, name }: Which) => ({ site, gateway, kind, name });

/** What the gateway says that it runs; undefined: it has not said so yet. */
export async function runningOf(read: Queries, which: Which): Promise<Row<"running"> | undefined> {
  const { site, gateway, kind, name } = which;
  return read
    .selectFrom("running")
    .selectAll()
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("kind", "=", kind)
    .where("name", "=", name)
    .executeTakeFirst();
}

/** The same name with the same content is the same document; with other content it is refused. */
export async function askDocument(change: Change, key: CommandKey, asked: Asked): Promise<DocumentRow | Refusal> {
  const { site, gateway, kind, name, text, person, reason, askedAs, now } = asked;
  const known = await change
    .selectFrom("document")
    .selectAll()
    .where("person", "=", person)
    .where("asked_as", "=", askedAs)
    .executeTakeFirst();
  if (known !== undefined) {
    const same = known.gateway === gateway && known.kind === kind && known.name === name && known.text === text && known.reason === reason;
    return same ? known : refusal("key-reused", "该幂等键已用于另一份文件", "this Idempotency-Key was used for another document");
  }
  const runs = await runningOf(change, asked);
  if (runs === undefined && kind !== "list")
    return refusal("not-reported", "网关尚未报告这一项正在使用的内容", "the gateway has not said yet what it runs under this name");
  const newest = await change
    .selectFrom("document")
    .select((eb) => eb.fn.max("version").as("version"))
    .where("gateway", "=", gateway)
    .where("kind", "=", kind)
    .where("name", "=", name)
    .executeTakeFirst();
  const version = Math.max(Number(newest?.version ?? 0), runs?.version ?? 0) + 1;
  const row: DocumentRow = {
    ...{
      id: randomUUID(),
      site,
      gateway,
      kind,
      name,
      version,
      over: kind === "list" ? null : (runs?.local ?? null),
      text,
      hash: hashOf(text),
    },
    ...{ person, approver: null, reason, state: "waiting", signed: null, asked_as: askedAs, asked_at: now, issued_at: null },
    ...{ taken_at: null, ended_at: null, code: null, zh: null, en: null },
  };
  const whole = documentKinds[kind].dangerous ? row : issued(row, key, now);
  await change.insertInto("document").values(whole).execute();
  if (whole.state === "issued") await supersede(change, whole);
  return whole;
}

function issued(row: DocumentRow, key: CommandKey, now: number): DocumentRow {
  const { id, site, gateway, name, version, over, text, person, approver, reason } = row;
  const kind = row.kind as DocumentKind;
  const document: ConfigDocument = { v: 1, id, site, gateway, kind, name, version, over, text, person, approver, reason, issued_at: now };
  return { ...row, state: "issued", issued_at: now, signed: JSON.stringify(key.signDocument(JSON.stringify(document))) };
}

/** A gateway takes no older one after it: what was not taken yet is over. */
async function supersede(change: Change, { id, gateway, kind, name, version, issued_at }: DocumentRow): Promise<void> {
  await change
    .updateTable("document")
    .set({ state: "superseded", ended_at: issued_at })
    .where("gateway", "=", gateway)
    .where("kind", "=", kind)
    .where("name", "=", name)
    .where("version", "<", version)
    .where("state", "in", ["issued", "waiting"])
    .where("id", "<>", id)
    .execute();
}

export async function approveDocument(
  change: Change,
  key: CommandKey,
  by: { readonly id: string; readonly person: string; readonly now: number },
): Promise<DocumentRow | Refusal | undefined> {
  const row = await change.selectFrom("document").selectAll().where("id", "=", by.id).executeTakeFirst();
  if (row === undefined) return undefined;
  if (row.state !== "waiting")
    return row.approver === by.person ? row : refusal("not-waiting", "该文件不在等待批准", "this document does not wait for approval");
  if (row.person === by.person) return refusal("same-person", "不能批准自己提出的文件", "nobody approves his own document");
  if (by.now - row.asked_at > documentApprovalWithin_ms) {
    await change.updateTable("document").set({ state: "superseded", ended_at: by.now }).where("id", "=", row.id).execute();
    return refusal("expired", "等待批准超时，请重新提出", "approval came too late: ask anew");
  }
  const whole = issued({ ...row, approver: by.person }, key, by.now);
  const { state, approver, issued_at, signed } = whole;
  await change
    .updateTable("document")
    .set({ state, approver, issued_at, signed })
    .where("id", "=", row.id)
    .where("state", "=", "waiting")
    .execute();
  await supersede(change, whole);
  return whole;
}

type Of<T extends "config.taken" | "config.refused" | "config.running" | "config.local"> = Happening<T, EventData<T>>;

/** The gateway's facts, each only of that gateway's own documents; in any order. */
export async function taken({ change }: Effect, { gateway, data, received }: Of<"config.taken">): Promise<void> {
  await change
    .updateTable("document")
    .set((eb) => ({
      taken_at: received,
      state: eb.case().when("state", "in", ["issued", "superseded"]).then("taken").else(eb.ref("state")).end(),
    }))
    .where("id", "=", data.document)
    .where("gateway", "=", gateway)
    .execute();
}

export async function refused({ change }: Effect, { gateway, data, received }: Of<"config.refused">): Promise<void> {
  const { code, zh, en } = data;
  await change
    .updateTable("document")
    .set({ state: "refused", ended_at: received, code, zh, en })
    .where("id", "=", data.document)
    .where("gateway", "=", gateway)
    .execute();
}

export async function running({ change }: Effect, { site, gateway, data, at, received }: Of<"config.running">): Promise<void> {
  const before = await change
    .selectFrom("running")
    .select("at")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .orderBy("at", "desc")
    .executeTakeFirst();
  // A late report overwrites no newer one.
  if (before !== undefined && before.at > at.wall) return;
  await change.deleteFrom("running").where("site", "=", site).where("gateway", "=", gateway).execute();
  for (const { kind, name, version, hash, local } of data.items) {
    await change
      .insertInto("running")
      .values({ site, gateway, kind, name, version, hash, local, trial: data.trial ? 1 : 0, at: at.wall })
      .execute();
    const ofName = change.updateTable("document").where("gateway", "=", gateway).where("kind", "=", kind).where("name", "=", name);
    await ofName.set({ state: "replaced", ended_at: received }).where("state", "=", "running").where("version", "<>", version).execute();
    await ofName
      .set({ state: "running" })
      .where("version", "=", version)
      .where("hash", "=", hash)
      .where("state", "in", ["issued", "taken", "superseded", "replaced"])
      .execute();
  }
}

export async function local({ change }: Effect, { site, gateway, data, received }: Of<"config.local">): Promise<void> {
  const { kind, name, hash, text } = data;
  // What it says of itself is held against it: a text under another's hash is no text of that file.
  if (hashOf(text) !== hash) return;
  await change
    .insertInto("local_text")
    .values({ site, gateway, kind, name, hash, text, at: received })
    .onConflict((conflict) => conflict.columns(["site", "gateway", "kind", "name", "hash"]).doNothing())
    .execute();
}

export const toSay = (read: Queries): Promise<DocumentRow[]> =>
  read.selectFrom("document").selectAll().where("state", "=", "issued").orderBy("issued_at").limit(200).execute();

export const documentById = (read: Queries, id: string): Promise<DocumentRow | undefined> =>
  read.selectFrom("document").selectAll().where("id", "=", id).executeTakeFirst();

/** A text by the version under which it ran: 0 is the file on the gateway. */
export async function textOf(read: Queries, which: Which, version: number): Promise<string | undefined> {
  const { site, gateway, kind, name } = which;
  if (version > 0) {
    const row = await read
      .selectFrom("document")
      .select("text")
      .where("gateway", "=", gateway)
      .where("kind", "=", kind)
      .where("name", "=", name)
      .where("version", "=", version)
      .executeTakeFirst();
    return row?.text;
  }
  // A list lies nowhere as a file.
  if (kind === "list") return "";
  const runs = await runningOf(read, which);
  if (runs === undefined || runs.local === null) return undefined;
  const row = await read
    .selectFrom("local_text")
    .select("text")
    .where("site", "=", site)
    .where("gateway", "=", gateway)
    .where("kind", "=", kind)
    .where("name", "=", name)
    .where("hash", "=", runs.local)
    .executeTakeFirst();
  return row?.text;
}
