// A compound's next version: what holds from a day on. What was before stays; two who write at once are told of each other.
import { useEffect, useState } from "preact/hooks";
import { type CompoundBody, type CompoundView, fireStates, spaceOwners, type Version, writeVersion } from "../data/compounds-api.ts";
import { serverNow } from "../data/live.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { dayText } from "../reports/period.ts";
import { say } from "./say.ts";
import { type Field, fields, heldOf, newestOf } from "./versions.ts";

type Typed = Readonly<Record<Field, string>>;
const numbers: ReadonlySet<Field> = new Set(["households", "area_m2", "e_bikes", "sheds", "planned", "started", "finished", "in_use"]);
const needed: ReadonlySet<Field> = new Set(["company", "town", "community", "kind", ...numbers]);
const groups = {
  company: ["company", "contract_until", "manager"],
  place: ["town", "community", "grid", "kind", "aliases", "spaces"],
  size: ["households", "area_m2", "e_bikes", "sheds"],
  ports: ["planned", "started", "finished", "in_use"],
  fire: ["fire_facilities", "control_room", "fire_maintenance"],
} as const satisfies Readonly<Record<string, readonly Field[]>>;

const typedOf = (one: CompoundView, body: CompoundBody | undefined): Typed => {
  const text = (field: Field): string => {
    if (body === undefined)
      return { town: one.town, community: one.community, fire_facilities: "完好", control_room: "false" }[field as string] ?? "";
    const value = heldOf(body, field);
    return value === null ? "" : String(value);
  };
  return Object.fromEntries(fields.map((field) => [field, text(field)])) as Typed;
};

/** What was left empty is not said. */
function bodyOf(typed: Typed): CompoundBody {
  const maybe = (field: Field) => (typed[field].trim() === "" ? {} : { [field]: typed[field].trim() });
  const n = (field: Field): number => Number(typed[field]);
  return {
    ...{ town: typed.town.trim(), community: typed.community.trim(), kind: typed.kind.trim(), company: typed.company.trim() },
    ...{ ...maybe("grid"), ...maybe("contract_until"), ...maybe("manager"), ...maybe("fire_maintenance"), ...maybe("spaces") },
    aliases: typed.aliases
      .split(/[、,，]/)
      .map((one) => one.trim())
      .filter((one) => one !== ""),
    ...{ households: n("households"), area_m2: n("area_m2"), e_bikes: n("e_bikes"), sheds: n("sheds") },
    ports: { planned: n("planned"), started: n("started"), finished: n("finished"), in_use: n("in_use") },
    ...{ fire_facilities: typed.fire_facilities as CompoundBody["fire_facilities"], control_room: typed.control_room === "true" },
  } as CompoundBody;
}

function Control({ field, value, set }: { field: Field; value: string; set: (value: string) => void }) {
  const t = say.value;
  const common = { id: `compound-${field}`, name: field, value, required: needed.has(field) };
  const choices: Partial<Record<Field, readonly (readonly [string, string])[]>> = {
    fire_facilities: fireStates.map((one) => [one, t.states[one]]),
    control_room: [
      ["true", t.yes],
      ["false", t.no],
    ],
    spaces: [["", "—"], ...spaceOwners.map((one) => [one, one] as const)],
  };
  const options = choices[field];
  if (options !== undefined)
    return (
      <select {...common} onChange={(event) => set(event.currentTarget.value)}>
        {options.map(([code, word]) => (
          <option key={code} value={code}>
            {word}
          </option>
        ))}
      </select>
    );
  const onInput = (event: { currentTarget: HTMLInputElement }) => set(event.currentTarget.value);
  if (numbers.has(field)) return <input {...common} type="number" inputMode="numeric" min={0} step={1} onInput={onInput} />;
  if (field === "contract_until") return <input {...common} type="date" onInput={onInput} />;
  return <input {...common} type="text" maxLength={120} onInput={onInput} />;
}

interface FormProps {
  readonly one: CompoundView;
  readonly versions: readonly Version[];
  /** That which holds today. */
  readonly current: Version | undefined;
  readonly done: (written: Version | null) => void;
  readonly again: () => void;
}

export function CompoundForm({ one, versions, current, done, again }: FormProps) {
  const t = say.value;
  const [typed, setTyped] = useState<Typed>(() => typedOf(one, current?.body));
  const [over, setOver] = useState(() => newestOf(versions));
  const [from, setFrom] = useState(() => dayText(serverNow.peek()));
  const [note, setNote] = useState("");
  const form = useSending(() => writeVersion(one.site, { valid_from: from, body: bodyOf(typed), note: note.trim() }, over), done);
  const { problem } = form;
  // Somebody else has written meanwhile: his version is read, and what was typed here stays.
  useEffect(() => {
    if (problem?.status === 412) again();
  }, [problem]);
  return (
    <form class="form compound-form" onSubmit={form.go} data-form="compound">
      <p class="muted">{t.writeAbout}</p>
      <div class="form-pair">
        <label>
          {t.validFrom}
          <input name="valid_from" type="date" required value={from} onInput={(event) => setFrom(event.currentTarget.value)} />
        </label>
        <label>
          {t.note}
          <input
            name="note"
            required
            maxLength={500}
            placeholder={t.notePlaceholder}
            value={note}
            onInput={(event) => setNote(event.currentTarget.value)}
          />
        </label>
      </div>
      {(Object.keys(groups) as (keyof typeof groups)[]).map((group) => (
        <fieldset key={group}>
          <legend>{t.groups[group]}</legend>
          <div class="form-pair">
            {groups[group].map((field) => (
              <label key={field} for={`compound-${field}`}>
                {t.fields[field]}
                <Control field={field} value={typed[field]} set={(value) => setTyped({ ...typed, [field]: value })} />
              </label>
            ))}
          </div>
        </fieldset>
      ))}
      {problem?.status === 412 && newestOf(versions) !== over && (
        <p>
          <button type="button" data-act="over-newest" onClick={() => setOver(newestOf(versions))}>
            {t.reload}
          </button>
        </p>
      )}
      <SendFoot form={form} send={t.save} busy={t.saving}>
        <button type="button" onClick={() => done(null)}>
          {t.cancel}
        </button>
      </SendFoot>
    </form>
  );
}
