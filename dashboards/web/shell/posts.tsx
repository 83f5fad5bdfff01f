// As whom one acts: the posts of one person, by pointer, by digit, or along with the arrows.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "#protocols/api/views.ts";
import { readPosts } from "../data/api.ts";
import { Icon } from "../parts/glyphs.tsx";
import { areaName } from "../parts/place.ts";
import { ProblemNote } from "../parts/small.tsx";
import { words } from "../words/language.ts";
import { afterKey } from "./keys-in-list.ts";
import { say } from "./person-words.ts";
import { actAs, person } from "./session.ts";

export interface Choice {
  readonly post: string;
  /** Whose it is, where several people are chosen from. */
  readonly person?: string;
  readonly title: string;
  readonly about: string;
  readonly current?: boolean;
  readonly note?: string;
}

export function ChoiceList({
  choices,
  pick,
  begin = 0,
  digits = true,
}: {
  choices: readonly Choice[];
  pick: (choice: Choice) => void;
  begin?: number;
  digits?: boolean;
}) {
  const list = useRef<HTMLUListElement>(null);
  const buttons = (): HTMLButtonElement[] => [...(list.current?.querySelectorAll<HTMLButtonElement>("button[data-choice]") ?? [])];
  useEffect(() => {
    if (digits) buttons()[begin]?.focus();
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = buttons();
    const then = afterKey(event.key, all.indexOf(document.activeElement as HTMLButtonElement), choices.length);
    if (then === undefined || (!digits && "choose" in then)) return;
    event.preventDefault();
    if ("focus" in then) return all[then.focus]?.focus();
    const choice = choices[then.choose];
    if (choice !== undefined) pick(choice);
  };
  return (
    <ul class="role-list" ref={list} onKeyDown={onKeyDown}>
      {choices.map((choice, at) => (
        <li key={`${choice.person ?? ""} ${choice.post}`}>
          <button
            type="button"
            data-choice
            data-person={choice.person}
            data-post={choice.post}
            aria-pressed={choice.current === true}
            onClick={() => pick(choice)}
          >
            <span class="role-name">
              {digits && at < 9 && <kbd>{at + 1}</kbd>} {choice.title}
              {choice.note !== undefined && <small class="tag">{choice.note}</small>}
            </span>
            <span class="role-who">{choice.about}</span>
            {choice.current === true && <Icon name="check" />}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Nothing for whoever holds one post: there is nothing to choose. */
export function MyPosts() {
  const [choices, setChoices] = useState<readonly Choice[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const now = person.value;
  useEffect(() => {
    if (now === null) return;
    void readPosts().then((answer) => {
      if (!answer.ok) return setProblem(answer.problem);
      setChoices(
        answer.value.map((one) => ({
          ...{ post: one.post, title: words.value.roles[one.role], about: `${one.organisation} · ${areaName(one)}` },
          current: one.post === now.post,
        })),
      );
    });
  }, [now]);
  const pick = ({ post }: Choice) => {
    setProblem(null);
    void actAs(post).then((answer) => setProblem(answer.ok ? null : answer.problem));
  };
  if (problem !== null) return <ProblemNote problem={problem} />;
  if (choices.length < 2) return null;
  return (
    <section class="my-posts" aria-label={say.value.posts.title}>
      <h3>{say.value.posts.title}</h3>
      <p class="muted">{say.value.posts.about}</p>
      <ChoiceList choices={choices} pick={pick} begin={choices.findIndex(({ current }) => current === true)} />
      <p class="muted keys-line">{say.value.posts.keys}</p>
    </section>
  );
}
