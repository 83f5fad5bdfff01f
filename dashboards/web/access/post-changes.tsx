// Giving a post and ending one: asked for with a reason; what is given waits for another administrator.
import { useRef, useState } from "preact/hooks";
import type { HolderView, PostAsked, PostChangeView } from "#protocols/api/posts.ts";
import { roleNames } from "#protocols/api/role-names.ts";
import type { Role } from "#protocols/api/views.ts";
import { askPost, endPostChange } from "../data/access-api.ts";
import { live } from "../data/live.ts";
import { newName } from "../data/order-name.ts";
import { areaName } from "../parts/place.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Moment, ProblemNote } from "../parts/small.tsx";
import { person, personName } from "../shell/session.ts";
import { words } from "../words/language.ts";
import { say } from "./say.ts";

export const keepsPosts = (): boolean => person.value?.role === "administrator";

export function EndPost({ holder, post, done }: { holder: HolderView; post: HolderView["posts"][number]; done: () => void }) {
  const words_ = say.value.people;
  const name = useRef(newName());
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const { role, area, organisation } = post;
  const asked: PostAsked = { person: holder.person, what: "end", role, area, organisation, reason: reason.trim() };
  const form = useSending(() => askPost(asked, name.current), done);
  if (!keepsPosts() || post.origin !== "page" || holder.person === person.value?.id) return null;
  if (!open)
    return (
      <button type="button" class="text end-post" data-act="end-post" onClick={() => setOpen(true)}>
        {words_.end}
      </button>
    );
  return (
    <form class="form end-form" data-end-post={post.post} onSubmit={form.go}>
      <label>
        {words_.reason}
        <input
          name="end-reason"
          required
          minLength={2}
          maxLength={200}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <SendFoot form={form} send={words_.endSure} busy={words_.sending}>
        <button type="button" class="quiet" onClick={() => setOpen(false)}>
          {words_.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

/** Wherever somebody sits already, every compound, and everything. */
function areasOf(holders: readonly HolderView[]): readonly { readonly area: string; readonly area_name: string }[] {
  const found = new Map<string, string>((live.value?.sites ?? []).map(({ id, name }) => [id, name]));
  for (const { posts } of holders) for (const { area, area_name } of posts) if (!found.has(area)) found.set(area, area_name);
  return [...found].map(([area, area_name]) => ({ area, area_name }));
}

const nothing = { person: "", role: "", area: "", organisation: "", reason: "" };

export function GivePost({ holders, done }: { holders: readonly HolderView[]; done: () => void }) {
  const words_ = say.value.people;
  const name = useRef(newName());
  const [typed, setTyped] = useState(nothing);
  const { role: chosen, ...rest } = typed;
  const asked = {
    ...{ ...rest, role: chosen as Role, what: "give" as const },
    ...{ organisation: rest.organisation.trim(), reason: rest.reason.trim() },
  };
  const form = useSending(
    () => askPost(asked, name.current),
    () => {
      name.current = newName();
      setTyped(nothing);
      done();
    },
  );
  if (!keepsPosts()) return null;
  const type = (field: keyof typeof nothing) => (event: { currentTarget: HTMLInputElement | HTMLSelectElement }) =>
    setTyped({ ...typed, [field]: event.currentTarget.value });
  const pick = (field: "person" | "role" | "area", label: string, options: readonly (readonly [string, string])[]) => (
    <label>
      {label}
      <select name={`give-${field}`} required value={typed[field]} onChange={type(field)}>
        <option value="">{words_.choose}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  const write = (field: "organisation" | "reason", label: string, least: number, most: number) => (
    <label>
      {label}
      <input name={`give-${field}`} required minLength={least} maxLength={most} value={typed[field]} onInput={type(field)} />
    </label>
  );
  return (
    <details class="care-open" data-give-post>
      <summary>{words_.give}</summary>
      <form class="form give-post" onSubmit={form.go}>
        <p class="muted">{words_.giveAbout}</p>
        <div class="form-pair">
          {pick(
            "person",
            words_.columns.person,
            holders.filter((one) => one.person !== person.value?.id).map((one) => [one.person, `${one.name} · ${one.person}`]),
          )}
          {pick(
            "role",
            words_.role,
            (Object.keys(roleNames.zh) as Role[]).map((one) => [one, words.value.roles[one]]),
          )}
        </div>
        <div class="form-pair">
          {pick(
            "area",
            words_.columns.area,
            areasOf(holders).map((one) => [one.area, areaName(one)]),
          )}
          {write("organisation", words_.columns.organisation, 1, 60)}
        </div>
        {write("reason", words_.reason, 2, 200)}
        <SendFoot form={form} send={words_.ask} busy={words_.sending} />
      </form>
    </details>
  );
}

function Waiting({ change, done }: { change: PostChangeView; done: () => void }) {
  const words_ = say.value.people;
  const approving = useSending(() => endPostChange(change.id, "approval"), done);
  const withdrawing = useSending(() => endPostChange(change.id, "withdrawal"), done);
  const problem = approving.problem ?? withdrawing.problem;
  const me = person.value?.id;
  const may = change.asked_by !== me && change.person !== me;
  return (
    <li data-post-change={change.id}>
      <p>
        <b>{change.person_name}</b> {words.value.roles[change.role]} · {areaName(change)} · {change.organisation}
      </p>
      <p class="muted">
        {change.reason} · {words_.askedBy(personName(change.asked_by))} <Moment at={change.asked} />
      </p>
      {problem !== null && <ProblemNote problem={problem} />}
      {keepsPosts() && (
        <p class="form-acts">
          {may ? (
            <button type="button" class="primary" data-act="approve-post" aria-disabled={approving.sending} onClick={approving.go}>
              {words_.approve}
            </button>
          ) : (
            <span class="muted">{words_.notYours}</span>
          )}
          <button type="button" data-act="withdraw-post" aria-disabled={withdrawing.sending} onClick={withdrawing.go}>
            {words_.withdraw}
          </button>
        </p>
      )}
    </li>
  );
}

export function WaitingPosts({ changes, done }: { changes: readonly PostChangeView[]; done: () => void }) {
  const words_ = say.value.people;
  const waiting = changes.filter(({ state }) => state === "waiting");
  if (waiting.length === 0) return null;
  return (
    <section class="panel second-person" aria-label={words_.waiting} data-waiting-posts={waiting.length}>
      <header class="panel-head">
        <h2>
          {words_.waiting} {waiting.length}
        </h2>
      </header>
      <ul>
        {waiting.map((change) => (
          <Waiting key={change.id} change={change} done={done} />
        ))}
      </ul>
    </section>
  );
}
