// Granting a token: what for, to whom, as which of his posts, for how long, and what it may do.
import { useRef, useState } from "preact/hooks";
import type { HolderView } from "#protocols/api/posts.ts";
import { grantToken, readHolders, readScopes } from "../data/access-api.ts";
import { useAsked } from "../parts/asked.ts";
import { areaName } from "../parts/place.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { nounsOf, toggled } from "./choices.ts";
import { say } from "./say.ts";

const lives = [1, 7, 30, 90, 366] as const;
const nothing = { name: "", person: "", post: "", days: 30 };

function ScopeBoxes({
  scopes,
  chosen,
  choose,
}: {
  scopes: readonly string[];
  chosen: readonly string[];
  choose: (next: readonly string[]) => void;
}) {
  const words_ = say.value.tokens;
  return (
    <fieldset class="scope-boxes">
      <legend>
        {words_.scopes} <span class="muted">{words_.chosen(chosen.length)}</span>
      </legend>
      <p class="form-acts">
        <button type="button" onClick={() => choose(scopes.filter((one) => one.endsWith(":read")))}>
          {words_.allRead}
        </button>
        <button type="button" class="quiet" onClick={() => choose([])}>
          {words_.clear}
        </button>
      </p>
      <ul>
        {nounsOf(scopes).map(({ noun, ...has }) => (
          <li key={noun}>
            <code>{noun}</code>
            {(["read", "write"] as const).map((kind) =>
              has[kind] ? (
                <label key={kind} class="check">
                  <input
                    type="checkbox"
                    data-scope={`${noun}:${kind}`}
                    aria-label={`${noun} ${words_[kind]}`}
                    checked={chosen.includes(`${noun}:${kind}`)}
                    onChange={() => choose(toggled(chosen, `${noun}:${kind}`))}
                  />
                  {words_[kind]}
                </label>
              ) : (
                <span key={kind} />
              ),
            )}
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

function GrantForm({
  holders,
  scopes,
  granted,
}: {
  holders: readonly HolderView[];
  scopes: readonly string[];
  granted: (who: string) => void;
}) {
  const words_ = say.value.tokens;
  const [typed, setTyped] = useState(nothing);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [none, setNone] = useState(false);
  const holder = holders.find(({ person }) => person === typed.person);
  const form = useSending(
    () => grantToken({ ...typed, name: typed.name.trim(), scopes: chosen }),
    () => granted(holder?.name ?? typed.person),
  );
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    setNone(chosen.length === 0);
    if (chosen.length > 0) form.go();
  };
  return (
    <form class="form grant-form" onSubmit={send}>
      <div class="form-pair">
        <label>
          {words_.name}
          <input
            name="name"
            required
            maxLength={60}
            placeholder={words_.namePlaceholder}
            value={typed.name}
            onInput={(event) => setTyped({ ...typed, name: event.currentTarget.value })}
          />
        </label>
        <label>
          {words_.days}
          <select name="days" value={typed.days} onChange={(event) => setTyped({ ...typed, days: Number(event.currentTarget.value) })}>
            {lives.map((days) => (
              <option key={days} value={days}>
                {words_.daysOf(days)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words_.person}
          <select
            name="person"
            required
            value={typed.person}
            onChange={(event) => {
              const id = event.currentTarget.value;
              setTyped({ ...typed, person: id, post: holders.find(({ person }) => person === id)?.posts[0]?.post ?? "" });
            }}
          >
            <option value="">{words_.choosePerson}</option>
            {holders.map(({ person, name }) => (
              <option key={person} value={person}>
                {name}（{person}）
              </option>
            ))}
          </select>
        </label>
        <label>
          {words_.post}
          <select name="post" required value={typed.post} onChange={(event) => setTyped({ ...typed, post: event.currentTarget.value })}>
            {(holder?.posts ?? []).map(({ post, role, area, area_name }) => (
              <option key={post} value={post}>
                {words.value.roles[role]} · {areaName({ area, area_name })}
              </option>
            ))}
          </select>
        </label>
      </div>
      <ScopeBoxes scopes={scopes} chosen={chosen} choose={setChosen} />
      {none && (
        <p class="problem" role="alert">
          {words_.noScope}
        </p>
      )}
      <SendFoot form={form} busy={words_.sending} send={words_.send} />
    </form>
  );
}

export function GrantToken({ done }: { done: () => void }) {
  const words_ = say.value.tokens;
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const details = useRef<HTMLDetailsElement>(null);
  const holders = useAsked("holders", readHolders);
  const scopes = useAsked("scopes", readScopes);
  const problem = holders.problem ?? scopes.problem;
  return (
    <>
      {said !== null && (
        <p class="notice" role="status">
          {words_.granted(said)}
        </p>
      )}
      <details class="care-open" open={open} ref={details} onToggle={(event) => setOpen(event.currentTarget.open)} data-grant>
        <summary>{words_.grant}</summary>
        {problem !== null && (
          <ProblemNote
            problem={problem}
            retry={() => {
              holders.again();
              scopes.again();
            }}
          />
        )}
        {open && holders.value !== null && scopes.value !== null && (
          <GrantForm
            holders={holders.value}
            scopes={scopes.value}
            granted={(who) => {
              setSaid(who);
              setOpen(false);
              done();
            }}
          />
        )}
      </details>
    </>
  );
}
