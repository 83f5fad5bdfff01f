// The first administrator of a new cloud: the code that its terminal printed, and an account of one's own. What was typed stays when it is refused.
import { useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import { isCalled } from "../data/api.ts";
import { ProblemNote } from "../parts/small.tsx";
import { say } from "./person-words.ts";
import { beFirst } from "./session.ts";

const fields = ["code", "id", "name", "organisation"] as const;
type Field = (typeof fields)[number] | "password";
const autocomplete: Readonly<Record<Field, string>> = {
  ...{ code: "one-time-code", id: "username", name: "name", organisation: "organization", password: "new-password" },
};

/** Preact's types know an input by one type at a time. */
const typeOf = (shown: boolean): { type: "password" } => ({ type: (shown ? "text" : "password") as "password" });

export function FirstForm({ back }: { back: () => void }) {
  const { first, form } = say.value;
  const [typed, setTyped] = useState<Record<Field, string>>({ code: "", id: "", name: "", organisation: "", password: "" });
  const [shown, setShown] = useState(false);
  const [sending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const type = (field: Field) => (event: { currentTarget: HTMLInputElement }) => setTyped({ ...typed, [field]: event.currentTarget.value });
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (sending) return;
    setSending(true);
    setProblem(null);
    const { code, id, name, organisation, password } = typed;
    const asked = { code: code.trim().toUpperCase(), id: id.trim(), name: name.trim(), organisation: organisation.trim(), password };
    void beFirst(asked).then((answer) => {
      setSending(false);
      setProblem(answer.ok ? null : answer.problem);
    });
  };
  return (
    <form class="form first-form" onSubmit={send}>
      <p>{first.about}</p>
      {fields.map((field) => (
        <label key={field}>
          {first[field]}
          <input
            name={field}
            autocomplete={autocomplete[field]}
            required
            maxLength={field === "code" || field === "id" ? 40 : 60}
            {...(field === "id" ? { pattern: "[a-z0-9][a-z0-9\\-]{0,39}" } : {})}
            aria-describedby={field === "code" ? "first-code-hint" : undefined}
            value={typed[field]}
            onInput={type(field)}
          />
          {field === "code" && (
            <small class="muted" id="first-code-hint">
              {first.codeHint}
            </small>
          )}
        </label>
      ))}
      <label>
        {first.password}
        <input
          name="password"
          {...typeOf(shown)}
          autocomplete={autocomplete.password}
          required
          minLength={12}
          maxLength={200}
          value={typed.password}
          onInput={type("password")}
        />
      </label>
      <label class="check">
        <input type="checkbox" checked={shown} onChange={() => setShown(!shown)} /> {form.show}
      </label>
      {problem !== null && <ProblemNote problem={isCalled(problem, "code") ? { ...problem, detail: first.used } : problem} />}
      <p class="form-acts">
        <button type="submit" class="primary" aria-disabled={sending}>
          {sending ? first.sending : first.send}
        </button>
        <button type="button" class="quiet" onClick={back}>
          {first.have}
        </button>
      </p>
    </form>
  );
}
