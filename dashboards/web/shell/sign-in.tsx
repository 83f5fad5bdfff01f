// Who acts: pick a role in the demonstration, sign in otherwise. The form keeps what was typed when the server declines.
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import { Drawer } from "../parts/drawer.tsx";
import { Icon } from "../parts/glyphs.tsx";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { choosing, enter, leave, people, person, readWhoMayAct } from "./session.ts";

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

function RolePicker({ pick }: { pick: (id: string) => void }) {
  const say = words.value;
  return (
    <>
      <p class="muted">{say.person.demonstration}</p>
      <ul class="role-list">
        {people.value.map((one) => (
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
  const { known, problem, read } = usePeople();
  const [refused, setRefused] = useState<Problem | null>(null);
  const submit = (body: { person: string; password?: string }) => {
    setRefused(null);
    void enter(body).then((answer) => setRefused(answer.ok ? null : answer.problem));
  };
  return (
    <>
      {problem !== null && <ProblemNote problem={problem} retry={read} />}
      {!known && problem === null && <p class="muted late">{words.value.loading}</p>}
      {known && people.value.length > 0 && <RolePicker pick={(id) => submit({ person: id })} />}
      {known && people.value.length === 0 && <PasswordForm submit={submit} />}
      {refused !== null && <ProblemNote problem={refused} />}
      {person.value !== null && (
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
        choosing.value = false;
      }}
    >
      <WhoActs />
    </Drawer>
  );
}
