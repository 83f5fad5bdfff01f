// The property's own list: every cut-off, the time each step took, and what was done about it.
import { computed } from "@preact/signals";
import { useState } from "preact/hooks";
import type { PropertyEntryView } from "#protocols/api/views.ts";
import { handleEntry } from "../data/api.ts";
import { live, takeView } from "../data/live.ts";
import { placeName } from "../parts/place.ts";
import { SendFoot } from "../parts/send-foot.tsx";
import { useSending } from "../parts/sending.ts";
import { Empty, Moment } from "../parts/small.tsx";
import { Views } from "../parts/views.tsx";
import { pageHash } from "../shell/address.ts";
import { route, show } from "../shell/route.ts";
import { personName } from "../shell/session.ts";
import { said, words } from "../words/language.ts";
import { Chain } from "./chain.tsx";
import { ShedRules } from "./shed-rules.tsx";

const views = ["open", "handled", "all"] as const;
type View = (typeof views)[number];

const newestFirst = (a: PropertyEntryView, b: PropertyEntryView): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1);
const entries = computed(() => [...(live.value?.entries ?? [])].sort(newestFirst));
const view = computed<View>(() => views.find((one) => one === route.value.view) ?? "all");
/** Beside the list: what the place itself is like. */
const ofRules = computed(() => route.value.view === "rules");
const matches = (entry: PropertyEntryView, of: View): boolean => of === "all" || entry.state === of;

/** The note is asked for where the entry stands; what was typed survives a refusal. */
export function HandleForm({ entry }: { entry: PropertyEntryView }) {
  const say = words.value;
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const form = useSending(
    () => handleEntry(entry.id, note.trim()),
    (value) => takeView({ kind: "entry", view: value }),
  );
  if (entry.state === "handled")
    return (
      <p class="entry-handled">
        <b>{say.entries.handledBy(entry.handled_by === null ? say.ledger.system : personName(entry.handled_by))}</b> {entry.note}
      </p>
    );
  if (!open)
    return (
      <button type="button" onClick={() => setOpen(true)}>
        {say.entries.handle}
      </button>
    );
  return (
    <form class="form" onSubmit={form.go}>
      <label>
        {say.entries.note}
        <textarea
          rows={2}
          required
          maxLength={500}
          placeholder={say.entries.notePlaceholder}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <SendFoot form={form} busy={say.ledger.sending} send={say.ledger.confirm}>
        <button type="button" onClick={() => setOpen(false)}>
          {say.ledger.cancel}
        </button>
      </SendFoot>
    </form>
  );
}

function EntryRow({ entry }: { entry: PropertyEntryView }) {
  const say = words.value.entries;
  return (
    <li class={`entry ${entry.state}`} data-entry={entry.id}>
      <div class="entry-head">
        <span class={`state ${entry.state}`}>{entry.state === "open" ? say.open : say.handled}</span>
        <h2>
          <button type="button" class="text" onClick={() => show("entry", entry.id)}>
            {said(entry)}
          </button>
        </h2>
        <span class="muted">
          {placeName(entry.source)} · <Moment at={entry.at} />
        </span>
      </div>
      <Chain entry={entry} />
      <div class="entry-foot">
        <HandleForm entry={entry} />
        {entry.hazard !== null && (
          <button type="button" class="text" onClick={() => show("hazard", entry.hazard ?? "")}>
            {say.hazard(entry.hazard)}
          </button>
        )}
      </div>
    </li>
  );
}

export function EntriesPage() {
  const say = words.value.entries;
  const shown = entries.value.filter((entry) => matches(entry, view.value));
  const counts = views.map((one) => ({ name: one, word: say[one], count: entries.value.filter((entry) => matches(entry, one)).length }));
  return (
    <>
      <header class="page-head">
        <h1>{say.title}</h1>
        <p class="muted">{say.about}</p>
      </header>
      <Views page="entries" current={ofRules.value ? "rules" : view.value} views={counts}>
        <a href={pageHash("entries", "rules")} aria-current={ofRules.value ? "true" : undefined} data-view="rules">
          {say.rules.title}
        </a>
      </Views>
      {ofRules.value ? (
        <ShedRules />
      ) : entries.value.length === 0 ? (
        <Empty>{say.none}</Empty>
      ) : shown.length === 0 ? (
        <Empty action={<a href={pageHash("entries", "all")}>{say.showAll}</a>}>{say.noneOpen}</Empty>
      ) : (
        <ul class="entries live-region">
          {shown.map((entry) => (
            <EntryRow key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
    </>
  );
}
