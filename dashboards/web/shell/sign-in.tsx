// Who acts: pick a role in the demonstration, sign in otherwise. The form keeps what was typed when the server declines.
import { useEffect, useState } from "preact/hooks";
import type { PersonView, Problem } from "#protocols/api/views.ts";
import { readPeople } from "../data/api.ts";
import { Drawer } from "../parts/drawer.tsx";
import { Icon } from "../parts/glyphs.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { asking, enter, leave, person } from "./session.ts";

/** People come only in the demonstration; an empty list or a refusal means: sign in with a password. */
type People =
  | { readonly kind: "reading" }
  | { readonly kind: "pick"; readonly people: readonly PersonView[] }
  | { readonly kind: "password" };

function usePeople(): { people: People; problem: Problem | null; read: () => void } {
  const [people, setPeople] = useState<People>({ kind: "reading" });
  const [problem, setProblem] = useState<Problem | null>(null);
  const read = () => {
    setProblem(null);
    void readPeople().then((answer) => {
      if (answer.ok) setPeople(answer.value.length > 0 ? { kind: "pick", people: answer.value } : { kind: "password" });
      else if (answer.problem.status >= 400 && answer.problem.status < 500) setPeople({ kind: "password" });
      else setProblem(answer.problem);
    });
  };
  useEffect(read, []);
  return { people, problem, read };
}

function RolePicker({ people, pick }: { people: readonly PersonView[]; pick: (id: string) => void }) {
  const say = words.value;
  return (
    <>
      <p class="muted">{say.person.demonstration}</p>
      <ul class="role-list">
        {people.map((one) => (
          <li key={one.id}>
            <button type="button" data-person={one.id} aria-pressed={person.value?.id === one.id} onClick={() => pick(one.id)}>
              <span class="role-name">{say.roles[one.role]}</span>
              <span class="role-who">
                {one.name} · {one.organisation}
              </span>
              {person.value?.id === one.id && <Icon name="check" />}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function PasswordForm({ submit }: { submit: (body: { person: string; password: string }) => void }) {
  const say = words.value.person;
  const [account, setAccount] = useState("");
  const [password, setPassword] = useState("");
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        submit({ person: account, password });
      }}
    >
      <label>
        {say.account}
        <input
          name="username"
          autocomplete="username"
          required
          value={account}
          onInput={(event) => setAccount(event.currentTarget.value)}
        />
      </label>
      <label>
        {say.password}
        <input
          name="password"
          type="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="primary">
        {say.signIn}
      </button>
    </form>
  );
}

export function WhoActs() {
  const say = words.value.person;
  const { people, problem, read } = usePeople();
  const [refused, setRefused] = useState<Problem | null>(null);
  const submit = (body: { person: string; password?: string }) => {
    setRefused(null);
    void enter(body).then((answer) => setRefused(answer.ok ? null : answer.problem));
  };
  return (
    <>
      {asking.value === "needed" && <p class="notice">{say.needed}</p>}
      {problem !== null && <ProblemNote problem={problem} retry={read} />}
      {people.kind === "reading" && problem === null && <p class="muted late">{words.value.loading}</p>}
      {people.kind === "pick" && <RolePicker people={people.people} pick={(id) => submit({ person: id })} />}
      {people.kind === "password" && <PasswordForm submit={submit} />}
      {refused !== null && <ProblemNote problem={refused} />}
      {person.value !== null && asking.value !== "no" && (
        <button type="button" class="leave" onClick={() => void leave()}>
          {say.out}
        </button>
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
        asking.value = "no";
      }}
    >
      <WhoActs />
    </Drawer>
  );
}
