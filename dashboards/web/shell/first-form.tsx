// The first administrator of a new cloud: the code that its terminal printed, and an account of one's own. What was typed stays when it is refused.
import { useState } from "preact/hooks";
import { isCalled } from "../data/api.ts";
import { useSending } from "../parts/sending.ts";
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
  const type = (field: Field) => (event: { currentTarget: HTMLInputElement }) => setTyped({ ...typed, [field]: event.currentTarget.value });
  const { code, id, name, organisation, password } = typed;
  // Who is in sees another page at once; nothing is left to do here.
  const { sending, problem, go } = useSending(
    () => beFirst({ code: code.trim().toUpperCase(), id: id.trim(), name: name.trim(), organisation: organisation.trim(), password }),
    () => undefined,
  );
  return (
    <form class="form first-form" onSubmit={go}>
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
