// Who acts: pick somebody in the demonstration, sign in otherwise, and say as which of one's posts. Forms keep what was typed when the server declines.
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import { isCalled, type SignInAsked } from "../data/api.ts";
import { Drawer } from "../parts/drawer.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { wordOf, words } from "../words/language.ts";
import { pageHash } from "./address.ts";
import { FirstForm } from "./first-form.tsx";
import { say } from "./person-words.ts";
import { type Choice, ChoiceList, MyPosts } from "./posts.tsx";
import {
  actAs,
  acting,
  actingText,
  becameElsewhere,
  choosing,
  enter,
  firstWanted,
  followOther,
  leave,
  people,
  person,
  postBefore,
  readWhoMayAct,
} from "./session.ts";

function usePeople(): { known: boolean; problem: Problem | null; read: () => void } {
  const [known, setKnown] = useState(people.value.length > 0);
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = () => {
    setProblem(null);
    void readWhoMayAct().then((found) => {
      setProblem(found);
      setKnown(found === null);
    });
  };
  useEffect(read, []);
  return { known, problem, read };
}

function RolePicker({ pick }: { pick: (asked: SignInAsked) => void }) {
  const choices = people.value.map((one) => ({
    ...{ post: one.post, person: one.id, title: words.value.roles[one.role], about: `${one.name} · ${one.organisation}` },
    current: actingText(one) === acting.value,
  }));
  return (
    <>
      <p class="muted">{words.value.person.demonstration}</p>
      <ChoiceList choices={choices} digits={false} pick={(one) => pick({ person: one.person ?? "", as: one.post })} />
    </>
  );
}

/** "property-manager@jinxiu" as the refusal lists it, in words. */
const choiceOf = ({ pointer, detail }: { pointer: string; detail: string }, before: string | null): Choice => {
  const role = pointer.split("@")[0] ?? "";
  const note = pointer === before ? { note: say.value.posts.before } : {};
  return { post: pointer, title: wordOf(words.value.roles, role), about: detail.replace(` ${role} `, " · "), ...note };
};

function PasswordForm({ submit, problem }: { submit: (asked: SignInAsked) => void; problem: Problem | null }) {
  const { person: old } = words.value;
  const { form, posts } = say.value;
  const [typed, setTyped] = useState({ person: "", password: "", fresh: "", again: "" });
  const [differs, setDiffers] = useState(false);
  const type = (field: keyof typeof typed) => (event: { currentTarget: HTMLInputElement }) =>
    setTyped({ ...typed, [field]: event.currentTarget.value });
  const oneTime = isCalled(problem, "choose-password");
  const [replacing, setReplacing] = useState(false);
  useEffect(() => {
    if (oneTime) setReplacing(true);
  }, [oneTime]);
  const send = (as?: string) => {
    const { person: id, password, fresh, again } = typed;
    const other = replacing && fresh !== again;
    setDiffers(other);
    if (other) return;
    submit({ person: id.trim(), password, ...(replacing ? { new_password: fresh } : {}), ...(as === undefined ? {} : { as }) });
  };
  if (isCalled(problem, "choose-post")) {
    const before = postBefore(typed.person.trim());
    const choices = (problem?.errors ?? []).map((one) => choiceOf(one, before));
    return (
      <section aria-label={posts.chooseTitle}>
        <h2>{posts.chooseTitle}</h2>
        <ChoiceList
          choices={choices}
          pick={({ post }) => send(post)}
          begin={Math.max(
            0,
            choices.findIndex(({ post }) => post === before),
          )}
        />
        <p class="muted keys-line">{posts.keys}</p>
      </section>
    );
  }
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label>
        {old.account}
        <input name="username" autocomplete="username" required value={typed.person} onInput={type("person")} />
      </label>
      <label>
        {old.password}
        <input name="password" type="password" autocomplete="current-password" required value={typed.password} onInput={type("password")} />
      </label>
      {replacing && (
        <>
          <p class="notice">{form.oneTime}</p>
          {(["fresh", "again"] as const).map((field) => (
            <label key={field}>
              {field === "fresh" ? form.newPassword : form.again}
              <input
                name={field}
                type="password"
                autocomplete="new-password"
                required
                minLength={12}
                maxLength={200}
                value={typed[field]}
                onInput={type(field)}
              />
            </label>
          ))}
          {differs && (
            <p class="problem" role="alert">
              {form.differs}
            </p>
          )}
        </>
      )}
      {problem !== null && !oneTime && <ProblemNote problem={problem} />}
      <button type="submit" class="primary">
        {old.signIn}
      </button>
    </form>
  );
}

export function WhoActs() {
  const { known, problem, read } = usePeople();
  const [refused, setRefused] = useState<Problem | null>(null);
  const [old, setOld] = useState(false);
  const submit = (asked: SignInAsked) => {
    setRefused(null);
    void enter(asked).then((answer) => setRefused(answer.ok ? null : answer.problem));
  };
  const first = firstWanted.value && person.value === null;
  return (
    <>
      {problem !== null && <ProblemNote problem={problem} retry={read} />}
      {!known && problem === null && <p class="muted late">{words.value.loading}</p>}
      {person.value !== null && <MyPosts />}
      {known && people.value.length > 0 && (
        <>
          <RolePicker pick={submit} />
          {refused !== null && <ProblemNote problem={refused} />}
        </>
      )}
      {known && people.value.length === 0 && person.value === null && first && !old && (
        <section aria-label={say.value.first.title}>
          <h2>{say.value.first.title}</h2>
          <FirstForm back={() => setOld(true)} />
        </section>
      )}
      {known && people.value.length === 0 && person.value === null && (!first || old) && (
        <>
          <PasswordForm submit={submit} problem={refused} />
          {first && (
            <button type="button" class="quiet" onClick={() => setOld(false)}>
              {say.value.first.want}
            </button>
          )}
        </>
      )}
      {person.value !== null && (
        <p class="form-acts">
          <a
            class="button"
            href={pageHash("tokens")}
            onClick={() => {
              choosing.value = false;
            }}
          >
            {say.value.tokens}
          </a>
          <button type="button" class="leave" onClick={() => void leave()}>
            {words.value.person.out}
          </button>
        </p>
      )}
    </>
  );
}

export function SignInDialog() {
  return (
    <Drawer
      title={words.value.person.title}
      kind="middle"
      onClose={() => {
        choosing.value = false;
      }}
    >
      <WhoActs />
    </Drawer>
  );
}

/** Another tab has changed who this browser is: nothing goes on here before a person has said as whom. */
export function OtherActing() {
  const { other } = say.value;
  const [problem, setProblem] = useState<Problem | null>(null);
  const [one, mine] = [becameElsewhere.value, person.value];
  if (one === null || mine === null) return null;
  const called = ({ role, name }: typeof mine): string => `${words.value.roles[role]} ${name}`;
  return (
    <Drawer title={other.title} kind="middle" onClose={() => undefined}>
      <p>{other.about(called(one))}</p>
      {problem !== null && <ProblemNote problem={problem} />}
      <p class="form-acts">
        <button type="button" class="primary" data-act="follow" onClick={followOther}>
          {other.follow(called(one))}
        </button>
        {one.id === mine.id && (
          <button
            type="button"
            data-act="back"
            onClick={() => void actAs(mine.post).then((answer) => setProblem(answer.ok ? null : answer.problem))}
          >
            {other.back(called(mine))}
          </button>
        )}
      </p>
    </Drawer>
  );
}
