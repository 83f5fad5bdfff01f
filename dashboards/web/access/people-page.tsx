// Who holds which post where. What the cloud's own file names is changed there alone; other posts are given and ended here.
import { useState } from "preact/hooks";
import type { HolderView } from "#protocols/api/posts.ts";
import type { Role } from "#protocols/api/views.ts";
import { Section } from "../bureau/section.tsx";
import { readHolders, readPostChanges } from "../data/access-api.ts";
import { live } from "../data/live.ts";
import { useAsked } from "../parts/asked.ts";
import { areaName } from "../parts/place.ts";
import { Empty, ProblemNote } from "../parts/small.tsx";
import { narrow, route } from "../shell/route.ts";
import { accessPages } from "../shell/sections.ts";
import { words } from "../words/language.ts";
import { found } from "./choices.ts";
import { EndPost, GivePost, WaitingPosts } from "./post-changes.tsx";
import { say } from "./say.ts";

function Row({ holder, done }: { holder: HolderView; done: () => void }) {
  const { columns, ...words_ } = say.value.people;
  const { person, name, origin, password, posts } = holder;
  return (
    <tr data-holder={person}>
      <th scope="row">
        {name}
        <small class="muted">
          {person}
          {posts.length > 1 && <span class="tag">{words_.several(posts.length)}</span>}
        </small>
      </th>
      <td data-column={columns.posts}>
        <ul class="held-posts">
          {posts.map((one) => (
            <li key={one.post} data-post={one.post} data-origin={one.origin}>
              <b>{words.value.roles[one.role]}</b> <span>{areaName(one)}</span> <span class="muted">{one.organisation}</span>
              {one.origin === "page" && <span class="tag">{words_.onPage}</span>}
              <EndPost holder={holder} post={one} done={done} />
            </li>
          ))}
        </ul>
      </td>
      <td data-column={columns.sign}>
        {live.value?.demonstration === true ? words_.demonstration : words_.password[password]}
        <small class="muted" title={words_.originAbout[origin]}>
          {words_.origin[origin]}
        </small>
      </td>
    </tr>
  );
}

export function PeoplePage() {
  const { columns, ...words_ } = say.value.people;
  const { value, problem, again } = useAsked("holders", readHolders);
  const changes = useAsked("post changes", readPostChanges);
  const done = () => {
    again();
    changes.again();
  };
  const { filters } = route.value;
  const [text, setText] = useState(filters.text ?? "");
  const [role, setRole] = useState(filters.state ?? "");
  const shown = found(value ?? [], { text, role });
  return (
    <>
      <header class="page-head">
        <h1>{words_.title}</h1>
        <p class="muted">{words_.about}</p>
      </header>
      <Section of={accessPages} page="people" />
      <WaitingPosts changes={changes.value ?? []} done={done} />
      <GivePost holders={value ?? []} done={done} />
      <form
        class="filter-line"
        aria-label={words.value.filter}
        onSubmit={(event) => {
          event.preventDefault();
          narrow({ ...(text === "" ? {} : { text }), ...(role === "" ? {} : { state: role }) });
        }}
      >
        <label>
          <span class="unseen">{words_.search}</span>
          <input
            class="wide-field"
            type="search"
            name="text"
            placeholder={words_.search}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <label>
          <span class="unseen">{words_.role}</span>
          <select name="role" value={role} onChange={(event) => setRole(event.currentTarget.value)}>
            <option value="">{words_.anyRole}</option>
            {(Object.keys(words.value.roles) as Role[]).map((one) => (
              <option key={one} value={one}>
                {words.value.roles[one]}
              </option>
            ))}
          </select>
        </label>
        {value !== null && (
          <span class="muted">
            {words_.count(
              shown.length,
              shown.reduce((sum, { posts }) => sum + posts.length, 0),
            )}
          </span>
        )}
      </form>
      {problem !== null && <ProblemNote problem={problem} retry={again} />}
      {value === null && problem === null && <p class="muted late">{words.value.loading}</p>}
      {value !== null && shown.length === 0 && <Empty>{words_.none}</Empty>}
      {shown.length > 0 && (
        <table class="ledger people">
          <caption class="unseen">{words_.title}</caption>
          <thead>
            <tr>
              {(["person", "posts", "sign"] as const).map((column) => (
                <th key={column} scope="col">
                  {columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((holder) => (
              <Row key={holder.person} holder={holder} done={done} />
            ))}
          </tbody>
        </table>
      )}
      <p class="notice people-how">{words_.how}</p>
    </>
  );
}
