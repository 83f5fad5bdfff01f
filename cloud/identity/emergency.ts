// Break glass: two sealed envelopes of two people open one account for an hour. It is loud (an alarm in every compound), it is written down, and it cannot be prolonged.
import type { Change, Queries } from "#cloud/store/store.ts";
import { type Refusal, refusal } from "#protocols/vocabulary/faults.ts";
import { hourMs, toRfc3339, wall } from "#protocols/vocabulary/time.ts";
import { oneTimeCode, secretHash } from "./one-time.ts";
import { type Acting, postId } from "./people.ts";
import { wholeTree } from "./tree.ts";

export const emergencyPerson = "emergency";
export const emergencyWithin_ms = hourMs;
/** Out of different envelopes: nobody opens it alone. */
export const codesNeeded = 2;

const organisation = "紧急访问 break-glass";
const posts = (["administrator", "property-manager"] as const).map((role) => ({ role, organisation, area: wholeTree }));

export const emergencyActing = (): Acting => {
  const [first] = posts;
  if (first === undefined) throw new Error("the emergency account has no post");
  return { id: emergencyPerson, name: organisation, ...first, post: postId(first) };
};

export interface Envelope {
  readonly label: string;
  readonly code: string;
}

/** New envelopes end all older ones: whoever seals anew need not find them. */
export async function sealEnvelopes(
  change: Change,
  { count, by, now }: { readonly count: number; readonly by: string; readonly now: number },
): Promise<readonly Envelope[]> {
  await change.updateTable("emergency_code").set({ ended_at: now }).where("ended_at", "is", null).execute();
  const day = toRfc3339(wall(now)).slice(0, 10);
  const envelopes = Array.from({ length: count }, (_, n) => ({ label: `${day}/${n + 1}`, code: oneTimeCode() }));
  for (const { label, code } of envelopes)
    await change
      .insertInto("emergency_code")
      .values({ code_hash: secretHash(code), label, sealed_at: now, sealed_by: by, ended_at: null, opened_by: null })
      .execute();
  return envelopes;
}

export interface Opening {
  readonly codes: readonly string[];
  readonly names: readonly string[];
  readonly now: number;
}

const wrong = refusal(
  "code",
  "代码无效、已用过或已作废；须来自两个不同的信封",
  "a code is wrong, was used or was replaced; they come out of two envelopes",
);

/** In one transaction with its row of the audit log and its alarms: the envelopes are used up, and the account may be acted as. */
export async function openEmergency(
  change: Change,
  { codes, names, now }: Opening,
): Promise<{ kind: "open"; labels: readonly string[] } | Refusal> {
  const hashes = [...new Set(codes.map(secretHash))];
  const rows = await change
    .selectFrom("emergency_code")
    .selectAll()
    .where("code_hash", "in", hashes)
    .where("ended_at", "is", null)
    .execute();
  if (rows.length !== codesNeeded || hashes.length !== codesNeeded) return wrong;
  if (new Set(names.map((name) => name.replace(/\s/g, ""))).size !== codesNeeded)
    return refusal("same-person", "须两个不同的人", "it takes two different people");
  await change
    .updateTable("emergency_code")
    .set({ ended_at: now, opened_by: names.join("、") })
    .where("code_hash", "in", hashes)
    .execute();
  const [first] = posts;
  if (first === undefined) throw new Error("the emergency account has no post");
  const known = { name: organisation, role: first.role, organisation, origin: "emergency", active: 1, password_hash: null, must_change: 0 };
  await change
    .insertInto("person")
    .values({ id: emergencyPerson, ...known })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(known))
    .execute();
  for (const post of posts)
    await change
      .insertInto("post")
      .values({ ...post, person: emergencyPerson, post: postId(post), active: 1 })
      .onConflict((conflict) => conflict.columns(["person", "post"]).doUpdateSet({ active: 1 }))
      .execute();
  return { kind: "open", labels: rows.map(({ label }) => label).sort() };
}

/** Labels and what became of them: never a code. */
export const envelopesOf = (read: Queries) =>
  read
    .selectFrom("emergency_code")
    .select(["label", "sealed_at", "sealed_by", "ended_at", "opened_by"])
    .orderBy("sealed_at")
    .orderBy("label")
    .execute();
