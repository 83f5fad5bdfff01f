// A vote written down as the ballots and the register say: what is wrong stands at its field, what was typed stays, and whether it passed is the cloud's to say.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { serverNow } from "../data/live.ts";
import { enterVote, readVoteRules, type Vote } from "../data/votes-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Drawer } from "../parts/drawer.tsx";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { ProblemNote } from "../parts/small.tsx";
import { dayText } from "../reports/period.ts";
import { said } from "../words/language.ts";
import { askedOf, counts, type Field, type Kind, refusedFields, replaceable, type Typed, wrongOf } from "./ballot.ts";
import { say } from "./say.ts";
import { RuleWords } from "./vote-card.tsx";

const empty = { matter: "use-fund", number: "", subject: "", amount: "", replaces: "" };
const noCounts = { all_heads: "", all_areas: "", part_heads: "", part_areas: "", agree_heads: "", agree_areas: "" };

interface FieldProps {
  readonly field: Field;
  readonly label: string;
  readonly wrong: string | undefined;
  readonly children: (given: {
    id: string;
    name: string;
    "aria-invalid": boolean;
    "aria-describedby": string | undefined;
  }) => ComponentChildren;
}
function Labelled({ field, label, wrong, children }: FieldProps) {
  const id = `vote-${field}`;
  return (
    <label for={id}>
      {label}
      {children({
        id,
        name: field,
        "aria-invalid": wrong !== undefined,
        "aria-describedby": wrong === undefined ? undefined : `${id}-wrong`,
      })}
      {wrong !== undefined && (
        <span class="field-wrong" id={`${id}-wrong`} data-wrong={field}>
          ▲ {wrong}
        </span>
      )}
    </label>
  );
}

interface FormProps {
  readonly site: string;
  readonly votes: readonly Vote[];
  readonly close: () => void;
  readonly done: (vote: Vote) => void;
}

function VoteForm({ site, votes, close, done }: FormProps) {
  const t = say.value;
  const today = dayText(serverNow.peek());
  const [typed, setTyped] = useState<Typed>({ ...empty, ...noCounts, day: today });
  const [sent, setSent] = useState<Typed | null>(null);
  const [tries, setTries] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(typed.day) ? typed.day : today;
  const { value: rules, problem: unread } = useAsked(`vote rules ${site} ${day}`, () => readVoteRules(site, day));
  const matters = rules?.rules ?? [];
  const chosen = matters.find(({ matter }) => matter === typed.matter);
  const money = { money: chosen?.money ?? true };
  const seen = wrongOf(typed, money);
  const sending = useSending(() => enterVote(askedOf(site, typed, money)), done);
  // What was refused is said until something is changed.
  const refused = sending.problem !== null && sent === typed ? refusedFields(sending.problem) : {};
  const wrongAt = (field: Field): string | undefined => {
    const here = tries > 0 ? seen[field] : undefined;
    return refused[field] ?? (here === undefined ? undefined : t.wrong[here]);
  };
  const set = (field: Field) => (event: { currentTarget: { value: string } }) => setTyped({ ...typed, [field]: event.currentTarget.value });
  const count = tries > 0 ? Object.keys(seen).length : 0;
  useEffect(() => {
    if (tries > 0 || sending.problem !== null) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries, sending.problem]);
  const go = (event: Event): void => {
    event.preventDefault();
    setTries(tries + 1);
    if (Object.keys(seen).length > 0 || rules === null) return;
    setSent(typed);
    sending.go();
  };
  const text = (field: Field, label: string, more: object = {}) => (
    <Labelled field={field} label={label} wrong={wrongAt(field)}>
      {(given) => <input {...given} {...more} value={typed[field]} onInput={set(field)} />}
    </Labelled>
  );
  const others = replaceable(votes);
  return (
    <form ref={form} class="form vote-form" onSubmit={go} noValidate data-form="vote">
      <p class="muted">{t.form.about}</p>
      <div class="form-pair">
        <Labelled field="matter" label={t.form.fields.matter} wrong={wrongAt("matter")}>
          {(given) => (
            <select {...given} value={typed.matter} onChange={set("matter")}>
              {matters.map((one) => (
                <option key={one.matter} value={one.matter}>
                  {said(one)}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        {text("day", t.form.fields.day, { type: "date", max: today })}
      </div>
      {text("number", t.form.fields.number, { maxLength: 120, placeholder: t.form.numberPlaceholder })}
      {text("subject", t.form.fields.subject, { maxLength: 300, placeholder: t.form.subjectPlaceholder })}
      {money.money && text("amount", t.form.fields.amount, { inputMode: "decimal", maxLength: 16 })}
      {(["heads", "areas"] as const).map((kind: Kind) => (
        <fieldset key={kind}>
          <legend>{t.kinds[kind]}</legend>
          <div class="vote-counts">
            {counts.map((one) => (
              <div key={one}>
                {text(`${one}_${kind}`, t.form.counts[one], { inputMode: kind === "heads" ? "numeric" : "decimal", maxLength: 16 })}
              </div>
            ))}
          </div>
        </fieldset>
      ))}
      {others.length > 0 && (
        <Labelled field="replaces" label={t.form.fields.replaces} wrong={wrongAt("replaces")}>
          {(given) => (
            <select {...given} value={typed.replaces} onChange={set("replaces")}>
              <option value="">{t.form.noReplaces}</option>
              {others.map(({ number, subject }) => (
                <option key={number} value={number}>
                  {number} · {subject}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      )}
      {unread !== null && <ProblemNote problem={unread} />}
      {chosen !== undefined && (
        <div class="notice" data-rule={chosen.matter}>
          <p>
            <b>{t.form.rule}</b>
          </p>
          {chosen.rule === null ? (
            <p class="owed">{t.noRule}</p>
          ) : (
            <>
              <p>{ruleLine(chosen.rule)}</p>
              <RuleWords rule={chosen.rule} />
            </>
          )}
        </div>
      )}
      {count > 0 && (
        <p class="owed" role="alert" data-wrong-count={count}>
          {t.form.someWrong(count)}
        </p>
      )}
      <SendFoot form={sending} send={t.form.send} busy={t.form.sending}>
        <button type="button" onClick={close}>
          {t.form.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

interface Wanted {
  readonly heads: { readonly numerator: number; readonly denominator: number };
  readonly areas: { readonly numerator: number; readonly denominator: number };
}
/** Said once where heads and areas ask the same. */
export function wantedText({ heads, areas }: Wanted, strict: boolean): string {
  const t = say.value;
  const [h, a] = [heads, areas].map((one) =>
    one.numerator === 0 ? t.noWanted : t.wanted(`${one.numerator}/${one.denominator}`, strict),
  ) as [string, string];
  return h === a ? h : `${t.kinds.heads} ${h} · ${t.kinds.areas} ${a}`;
}
const ruleLine = (rule: NonNullable<Parameters<typeof RuleWords>[0]["rule"]>): string =>
  `${say.value.quorum} ${wantedText(rule.quorum, false)} · ${say.value.majority} ${wantedText(rule.majority, rule.strict)}`;

export function VoteDialog(props: FormProps) {
  return (
    <Drawer title={say.value.form.title} onClose={props.close}>
      <VoteForm {...props} />
    </Drawer>
  );
}
