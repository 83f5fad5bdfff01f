// A shift of the duty room goes from one person to the next: signed with what is open, answered by whoever was named, and each begins where the one before it was signed.
import { createHash, randomUUID } from "node:crypto";
import { sees } from "#cloud/identity/scope.ts";
import type { Tree } from "#cloud/identity/tree.ts";
import type { Row } from "#cloud/store/schema.ts";
import { seal, sealAgain } from "#cloud/store/seals.ts";
import type { Change, Queries } from "#cloud/store/store.ts";
import type { HandoverFigures } from "#protocols/api/handovers.ts";
import type { Role } from "#protocols/api/views.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { dayMs } from "#protocols/vocabulary/time.ts";

export type HandoverRow = Row<"handover">;
/** Who sits in a duty room. */
export const sitters: readonly Role[] = ["booth", "property-manager"];
/** Nothing is added up further back. */
export const longest_ms = 7 * dayMs;
const first_ms = dayMs;

export interface Somebody {
  readonly person: string;
  readonly name: string;
}

const newestOf = (read: Queries, site: string, state: string): Promise<HandoverRow | undefined> =>
  read.selectFrom("handover").selectAll().where("site", "=", site).where("state", "=", state).orderBy("number", "desc").executeTakeFirst();

/** Who is on, since when, and from where his shift is counted: from the signing, so that nothing falls between two shifts. */
export interface Standing {
  readonly on: (Somebody & { readonly since: number }) | null;
  readonly from: number;
  readonly waiting: HandoverRow | undefined;
}

export async function standingOf(read: Queries, site: string, now: number): Promise<Standing> {
  const [last, waiting] = [await newestOf(read, site, "accepted"), await newestOf(read, site, "signed")];
  if (last === undefined) return { on: null, from: now - first_ms, waiting };
  const on = { person: last.to_person, name: last.to_name, since: last.ended_at ?? last.signed_at };
  return { on, from: Math.max(last.signed_at, now - longest_ms), waiting };
}

/** Everybody whose post lets him sit there, once each. */
export async function sittersOf(read: Queries, tree: Tree, site: string): Promise<(Somebody & { readonly role: Role })[]> {
  const rows = await read
    .selectFrom("post")
    .innerJoin("person", "person.id", "post.person")
    .select(["post.person as person", "person.name as name", "post.role as role", "post.area as area"])
    .where("post.active", "=", 1)
    .where("person.active", "=", 1)
    .where("post.role", "in", [...sitters])
    .orderBy("post.person")
    .execute();
  const found = new Map<string, Somebody & { readonly role: Role }>();
  for (const { person, name, role, area } of rows)
    if (!found.has(person) && sees(tree.scopeOf(area), site)) found.set(person, { person, name, role: role as Role });
  return [...found.values()];
}

const hashOf = (row: Omit<HandoverRow, "hash" | "state" | "ended_at" | "ended_by" | "ended_name" | "reply">): string =>
  createHash("sha256")
    .update(
      JSON.stringify([
        ...[row.id, row.site, row.number, row.from_person, row.to_person, row.signed_by],
        ...[row.begun_at, row.counted_from, row.signed_at, row.notes, row.body, row.previous],
      ]),
    )
    .digest("hex");

export const hashHolds = (row: HandoverRow): boolean => hashOf(row) === row.hash;

export interface Signing {
  /** Said where a demonstration is told, which is the same each time. */
  readonly id?: string;
  readonly site: string;
  readonly by: Somebody & { readonly role: Role };
  readonly to: string;
  readonly notes: string;
  readonly people: readonly Somebody[];
  readonly figures: HandoverFigures;
  readonly now: number;
}

/** What is left open and dangerous is not handed over without a word. */
const needsWords = ({ alarms, exceptions, kept }: HandoverFigures): boolean =>
  exceptions.length > 0 || kept.length > 0 || alarms.rows.some(({ priority }) => priority <= 2);

export function refuseSigning(asked: Signing, { on, waiting }: Standing): Refusal | undefined {
  const { by, to, notes, people, figures } = asked;
  if (waiting !== undefined)
    return refusal("waiting", "已有一次交班等待接班人答复", "a hand-over waits for its answer already: withdraw it first");
  if (to === by.person || to === on?.person) return refusal("same-person", "须交给另一人", "a shift is handed to another person");
  if (!people.some(({ person }) => person === to))
    return refusal("no-such-sitter", "接班人没有本小区的值班岗位", "whoever takes over needs a post of this compound's duty room");
  const inPlace = on !== null && on.person !== by.person;
  if (inPlace && by.role !== "property-manager")
    return refusal("not-on", `当班的是 ${on.name}，由本人或物业经理交班`, `${on.name} is on: he, or a property manager, hands over`);
  if (notes.trim().length < 2 && (inPlace || needsWords(figures)))
    return refusal(
      "say-what",
      inPlace ? "代交班须写明原因" : "有未确认的一二级告警、待处理异常或保持中的车道，须写明交代",
      inPlace ? "say why another hands over in his place" : "alarms, exceptions or kept lanes are open: say what the next one must know",
    );
  return undefined;
}

export async function sign(change: Change, asked: Signing, standing: Standing): Promise<HandoverRow | Refusal> {
  const no = refuseSigning(asked, standing);
  if (no !== undefined) return no;
  const { site, by, to, now } = asked;
  const { on, from: counted_from } = standing;
  const before = await change
    .selectFrom("handover")
    .select(["number", "hash"])
    .where("site", "=", site)
    .orderBy("number", "desc")
    .executeTakeFirst();
  const person = on ?? by;
  const plain = {
    ...{ id: asked.id ?? randomUUID(), site, number: (before?.number ?? 0) + 1, from_person: person.person, from_name: person.name },
    ...{ to_person: to, to_name: asked.people.find((one) => one.person === to)?.name ?? to, signed_by: by.person, signed_name: by.name },
    ...{ begun_at: on?.since ?? null, counted_from, signed_at: now, notes: asked.notes.trim() },
    ...{ body: JSON.stringify(asked.figures), previous: before?.hash ?? "" },
  };
  const open = { state: "signed", ended_at: null, ended_by: null, ended_name: null, reply: null };
  const row: HandoverRow = { ...plain, ...open, hash: hashOf(plain) };
  await change.insertInto("handover").values(row).execute();
  await seal(change, "handover", [row]);
  return row;
}

interface Ending {
  readonly id: string;
  readonly by: Somebody & { readonly role: Role };
  readonly now: number;
  readonly as: "accepted" | "refused" | "withdrawn";
  readonly words: string;
}

function refuseEnding(row: HandoverRow, { by, as, words }: Ending): Refusal | undefined {
  if (row.state !== "signed") return refusal("answered", "该交班已有答复", "this hand-over was answered already");
  if (as === "withdrawn") {
    const may = by.person === row.signed_by || by.person === row.from_person || by.role === "property-manager";
    return may ? undefined : refusal("not-yours", "由交班人或物业经理撤回", "its signer, or a property manager, withdraws it");
  }
  if (by.person !== row.to_person) return refusal("not-you", `须由 ${row.to_name} 本人接班`, `${row.to_name} takes over himself`);
  if (as === "refused" && words.trim().length < 2) return refusal("say-what", "拒接须写明原因", "say why it is not taken over");
  return undefined;
}

export async function end(change: Change, ending: Ending): Promise<HandoverRow | Refusal | undefined> {
  const row = await change.selectFrom("handover").selectAll().where("id", "=", ending.id).executeTakeFirst();
  if (row === undefined) return undefined;
  const no = refuseEnding(row, ending);
  if (no !== undefined) return no;
  const { by, now, as, words } = ending;
  const set = { state: as, ended_at: now, ended_by: by.person, ended_name: by.name, reply: words.trim() };
  await change.updateTable("handover").set(set).where("id", "=", row.id).where("state", "=", "signed").execute();
  await sealAgain(change, "handover:ended", { id: row.id });
  return { ...row, ...set };
}

export interface Which {
  readonly site: string;
  readonly person: string | undefined;
  readonly state: string | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly limit: number;
  /** Below this number. */
  readonly after: number | undefined;
}

export async function handoversOf(read: Queries, { site, person, state, from, to, limit, after }: Which): Promise<HandoverRow[]> {
  return read
    .selectFrom("handover")
    .selectAll()
    .where("site", "=", site)
    .$if(person !== undefined, (some) =>
      some.where((eb) => eb.or([eb("from_person", "=", person ?? ""), eb("to_person", "=", person ?? "")])),
    )
    .$if(state !== undefined, (some) => some.where("state", "=", state ?? ""))
    .$if(from !== undefined, (some) => some.where("signed_at", ">=", from ?? 0))
    .$if(to !== undefined, (some) => some.where("signed_at", "<", to ?? 0))
    .$if(after !== undefined, (some) => some.where("number", "<", after ?? 0))
    .orderBy("number", "desc")
    .limit(limit)
    .execute();
}

export const handoverById = (read: Queries, id: string): Promise<HandoverRow | undefined> =>
  read.selectFrom("handover").selectAll().where("id", "=", id).executeTakeFirst();
