// API tokens: whoever grants one never holds it, whoever takes it sees it once. A token that is of no use any more stays in the list, dimmed: it is what was once possible.
import { useState } from "preact/hooks";
import type { TokenView } from "#protocols/api/tokens.ts";
import type { Problem } from "#protocols/api/views.ts";
import { Section } from "../bureau/section.tsx";
import { readTokens, revokeToken, takeToken } from "../data/access-api.ts";
import { useAsked } from "../parts/asked.ts";
import { Empty, Moment, ProblemNote } from "../parts/small.tsx";
import { accessPages } from "../shell/sections.ts";
import { person, personName } from "../shell/session.ts";
import { wordOf, words } from "../words/language.ts";
import { GrantToken } from "./grant-token.tsx";
import { say } from "./say.ts";

const alive = ({ state }: TokenView): boolean => state === "waiting" || state === "good";
const shownScopes = 4;

function Scopes({ scopes }: { scopes: readonly string[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? scopes : scopes.slice(0, shownScopes);
  return (
    <span class="token-scopes">
      {shown.map((one) => (
        <code key={one}>{one}</code>
      ))}
      {shown.length < scopes.length && (
        <button type="button" class="text" onClick={() => setAll(true)}>
          {say.value.tokens.more(scopes.length - shown.length)}
        </button>
      )}
    </span>
  );
}

/** The one moment at which the secret is on a screen. */
function Secret({ token, done }: { token: string; done: () => void }) {
  const words_ = say.value.tokens;
  const [copied, setCopied] = useState(false);
  return (
    <section class="token-secret" aria-label={words_.secret} data-secret>
      <h2>{words_.secret}</h2>
      <p>
        <code>{token}</code>
      </p>
      <p class="muted">
        {words_.use} <code>Authorization: Bearer …</code>
      </p>
      <p class="form-acts">
        <button type="button" class="primary" onClick={() => void navigator.clipboard?.writeText(token).then(() => setCopied(true))}>
          {copied ? words_.copied : words_.copy}
        </button>
        <button type="button" onClick={done}>
          {words_.done}
        </button>
      </p>
    </section>
  );
}

function Acts({ token, again }: { token: TokenView; again: () => void }) {
  const words_ = say.value.tokens;
  const [secret, setSecret] = useState<string | null>(null);
  const [sure, setSure] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const mine = token.person === person.value?.id;
  const run = async (work: () => Promise<Problem | null>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setProblem(await work());
    setBusy(false);
  };
  const take = () =>
    run(async () => {
      const answer = await takeToken(token.id);
      if (answer.ok) setSecret(answer.value.token);
      return answer.ok ? null : answer.problem;
    });
  const revoke = () =>
    run(async () => {
      const answer = await revokeToken(token.id);
      if (answer.ok) again();
      return answer.ok ? null : answer.problem;
    });
  const forget = () => {
    setSecret(null);
    again();
  };
  if (secret !== null) return <Secret token={secret} done={forget} />;
  if (!alive(token)) return null;
  return (
    <>
      {problem !== null && <ProblemNote problem={problem} />}
      {sure ? (
        <span class="sure">
          {words_.revokeSure}
          <button type="button" class="danger" aria-disabled={busy} data-act="revoke-sure" onClick={() => void revoke()}>
            {words_.revokeYes}
          </button>
          <button type="button" class="quiet" onClick={() => setSure(false)}>
            {words_.cancel}
          </button>
        </span>
      ) : (
        <span class="form-acts">
          {mine && token.state === "waiting" && (
            <button type="button" class="primary" title={words_.takeAbout} aria-disabled={busy} data-act="take" onClick={() => void take()}>
              {busy ? words_.taking : words_.take}
            </button>
          )}
          {(mine || person.value?.role === "administrator") && (
            <button type="button" data-act="revoke" onClick={() => setSure(true)}>
              {words_.revoke}
            </button>
          )}
        </span>
      )}
    </>
  );
}

function Row({ token, again }: { token: TokenView; again: () => void }) {
  const { columns, ...words_ } = say.value.tokens;
  const [role = "", area = ""] = token.post.split("@");
  return (
    <tr data-token={token.id} data-state={token.state} class={alive(token) ? "" : "over"}>
      <th scope="row">
        {token.name}
        <small class="muted">{words_.by(personName(token.made_by))}</small>
      </th>
      <td data-column={columns.person}>{personName(token.person)}</td>
      <td data-column={columns.post}>
        {wordOf(words.value.roles, role)} <small class="muted">{token.area === area ? area : `${area} → ${token.area}`}</small>
      </td>
      <td data-column={columns.scopes}>
        <Scopes scopes={token.scopes} />
      </td>
      <td data-column={columns.state}>
        <span class={`state token-${token.state}`}>{words_.state[token.state]}</span>
        {token.revoked_by !== null && <small class="muted">{words_.revokedBy(personName(token.revoked_by))}</small>}
      </td>
      <td data-column={columns.expires}>
        <Moment at={token.expires} />
      </td>
      <td data-column={columns.used}>{token.used === null ? <span class="muted">{words_.never}</span> : <Moment at={token.used} />}</td>
      <td data-column={columns.acts} class="acts">
        <Acts token={token} again={again} />
      </td>
    </tr>
  );
}

export function TokensPage() {
  const { columns, ...words_ } = say.value.tokens;
  const { value, problem, again } = useAsked("tokens", readTokens);
  const grants = person.value?.role === "administrator";
  return (
    <>
      <header class="page-head">
        <h1>{words_.title}</h1>
        <p class="muted">{words_.about}</p>
      </header>
      <Section of={accessPages} page="tokens" />
      {grants && <GrantToken done={again} />}
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && value.length === 0 && <Empty>{grants ? words_.none : words_.noneMine}</Empty>}
      {value !== null && value.length > 0 && (
        <table class="ledger tokens">
          <caption class="unseen">{words_.title}</caption>
          <thead>
            <tr>
              {(["name", "person", "post", "scopes", "state", "expires", "used", "acts"] as const).map((column) => (
                <th key={column} scope="col">
                  {columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...value.filter(alive), ...value.filter((one) => !alive(one))].map((token) => (
              <Row key={token.id} token={token} again={again} />
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
