// What is said with a step, beside its note: one input a field, as the ledger's own table names them.
import { correctable, fundingSources, type GivenField, recordKinds } from "#protocols/api/hazard-tables.ts";
import type { HazardTransition } from "#protocols/api/views.ts";
import { inputToRfc3339 } from "../format/moments.ts";
import { words } from "../words/language.ts";

const moments: ReadonlySet<GivenField> = new Set(["deadline", "until"]);
const amounts: ReadonlySet<GivenField> = new Set(["budget_fen", "actual_fen"]);
const choices: Partial<Record<GivenField, readonly string[]>> = {
  funding_source: fundingSources,
  kind: recordKinds,
  field: correctable,
};

/** What was written, as the API takes it; what was left empty is not said. */
export function said(fields: readonly GivenField[], values: Readonly<Record<string, string>>): Partial<HazardTransition> {
  const entries = fields.flatMap((field): [string, string | number][] => {
    const value = (values[field] ?? "").trim();
    if (value === "") return [];
    return [[field, moments.has(field) ? inputToRfc3339(value) : amounts.has(field) ? Number(value) : value]];
  });
  return Object.fromEntries(entries) as Partial<HazardTransition>;
}

interface Props {
  readonly name: GivenField;
  readonly required: boolean;
  readonly value: string;
  readonly set: (value: string) => void;
}

export function GivenInput({ name, required, value, set }: Props) {
  const say = words.value.ledger;
  const id = `given-${name}`;
  return (
    <div class="field">
      <label for={id}>{say.fields[name]}</label>
      <Control {...{ id, name, required, value, set }} />
      {name === "deadline" && <small class="muted">{say.deadlineHint}</small>}
    </div>
  );
}

function Control({ id, name, required, value, set }: Props & { readonly id: string }) {
  const common = { id, name, required, value };
  const options = choices[name];
  const onInput = (event: { currentTarget: HTMLInputElement }) => set(event.currentTarget.value);
  if (moments.has(name)) return <input {...common} type="datetime-local" onInput={onInput} />;
  if (amounts.has(name)) return <input {...common} type="number" min={0} step={1} onInput={onInput} />;
  if (name === "clause")
    return (
      <>
        <input {...common} type="text" maxLength={60} list={`${id}-known`} onInput={onInput} />
        <datalist id={`${id}-known`}>
          {Object.entries(words.value.ledger.clauses).map(([clause, word]) => (
            <option key={clause} value={clause} label={word} />
          ))}
        </datalist>
      </>
    );
  if (options === undefined) return <input {...common} type="text" maxLength={500} onInput={onInput} />;
  return (
    <select {...common} onChange={(event) => set(event.currentTarget.value)}>
      <option value="" />
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}
