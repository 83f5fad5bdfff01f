// The bar that stands on every page: where we are, what is wrong, whether this is live, and who acts.
import { computed } from "@preact/signals";
import { countByPriority, isOnDuty, isUnacknowledged } from "../data/choices.ts";
import { connection, live, serverNow } from "../data/live.ts";
import { clock } from "../format/moments.ts";
import { Brand, Icon, type Priority, PriorityGlyph, ShelvedGlyph } from "../parts/glyphs.tsx";
import { areaName } from "../parts/place.ts";
import { language, said, switchLanguage, words } from "../words/language.ts";
import { pageHash } from "./address.ts";
import { startDuty, unheard, voice } from "./duty-sound.ts";
import { keysShown } from "./keys.ts";
import { choosing, person } from "./session.ts";
import { switchTheme, theme } from "./theme.ts";

const alarms = computed(() => live.value?.alarms ?? []);
const phase = computed(() => connection.value.phase);
const demonstration = computed(() => live.value?.demonstration ?? false);
const siteName = computed(() => (live.value?.sites ?? []).map((site) => site.name).join("、"));
const shelved = computed(() => alarms.value.filter(({ state }) => state === "shelved").length);
const known = computed(() => live.value !== null);
const levels: readonly Priority[] = [1, 2, 3, 4];

function AlarmStrip() {
  const say = words.value;
  // No alarms and not knowing any are different things.
  if (!known.value) return null;
  const counts = countByPriority(alarms.value);
  const shouting = alarms.value.find((alarm) => alarm.priority === 1 && isOnDuty(alarm) && isUnacknowledged(alarm));
  return (
    <nav class="alarm-strip" aria-label={say.strip.label}>
      {levels.map((level) => (
        <a
          key={level}
          href={pageHash("duty", `p${level}`)}
          class={counts[level] === 0 ? "zero" : ""}
          title={say.strip.count(say.priority[level], counts[level])}
        >
          <PriorityGlyph priority={level} hollow={counts[level] === 0} blink={level === 1 && shouting !== undefined} />
          <span aria-hidden="true">{counts[level]}</span>
          <span class="unseen">{say.strip.count(say.priority[level], counts[level])}</span>
        </a>
      ))}
      <a
        href={pageHash("alarms", "held")}
        class={shelved.value === 0 ? "zero shelved" : "shelved"}
        title={say.strip.shelved(shelved.value)}
        data-shelved={shelved.value}
      >
        <ShelvedGlyph />
        <span aria-hidden="true">{shelved.value}</span>
        <span class="unseen">{say.strip.shelved(shelved.value)}</span>
      </a>
      <span class="unseen" role="alert">
        {shouting === undefined ? "" : `${say.priority[1]} ${said(shouting)}`}
      </span>
    </nav>
  );
}

/** A screen that nobody has touched is dumb, and says so to those who would rely on its voice. */
function SoundButton() {
  const say = words.value.sound;
  const role = person.value?.role;
  if (!known.value || (role !== "booth" && role !== "property-manager")) return null;
  if (voice.value === "ready") return <span class="sound on">{say.on}</span>;
  return (
    <button type="button" class="sound off" data-sound-off title={say.why} onClick={() => void startDuty()}>
      {say.off}
      {unheard.value > 0 && <span class="unseen">{say.unheard(unheard.value)}</span>} <b>{say.start}</b>
    </button>
  );
}

const lostFor = computed(() => {
  // Counted in this machine's own time: the server's clock is out of reach.
  void serverNow.value;
  return Math.max(0, Math.round((Date.now() - connection.peek().heard) / 1000));
});

function ConnectionChip() {
  const say = words.value.connection;
  const now = phase.value;
  const text =
    now === "live"
      ? say.live
      : now === "polling"
        ? say.polling
        : now === "lost"
          ? say.lost(words.value.span.seconds(lostFor.value))
          : now === "signed-out"
            ? say.signedOut
            : say.loading;
  const title = now === "live" ? say.liveTitle : now === "polling" ? say.polledTitle : now === "lost" ? say.lostTitle : text;
  return (
    <p class={`connection ${now}`} title={title} data-connection={now}>
      <span class="unseen">{say.label}</span>
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-word">{text}</span>
      <time class="connection-clock">{clock(serverNow.value)}</time>
    </p>
  );
}

function PersonButton() {
  const say = words.value;
  const who = person.value;
  if (phase.value === "signed-out") return null;
  return (
    <button
      type="button"
      class={`person${who === null ? " nobody" : ""}`}
      onClick={() => {
        choosing.value = true;
      }}
      aria-haspopup="dialog"
      title={who === null ? undefined : `${say.roles[who.role]} · ${who.name} · ${who.organisation} · ${areaName(who)}`}
      data-acting={who === null ? undefined : who.post}
    >
      <Icon name="person" />
      <span class="person-words">
        {who === null ? (
          say.person.choose
        ) : (
          <>
            <b>{say.roles[who.role]}</b>
            <small>
              {who.name} · {areaName(who)}
            </small>
          </>
        )}
      </span>
    </button>
  );
}

export function TopBar() {
  const say = words.value;
  return (
    <header class="top-bar">
      <a class="brand" href={pageHash("duty")} title={say.tagline}>
        <Brand />
        <span>{say.product}</span>
      </a>
      <span class="site-name" title={siteName.value}>
        {siteName.value}
      </span>
      {demonstration.value && <span class="demonstration">{say.demonstrationData}</span>}
      <span class="spring" />
      <SoundButton />
      <AlarmStrip />
      <ConnectionChip />
      <div class="switches">
        <button
          type="button"
          class="quiet"
          lang={language.value === "zh" ? "en" : "zh-CN"}
          title={say.switches.languageTitle}
          onClick={switchLanguage}
        >
          {say.switches.language}
        </button>
        <button
          type="button"
          class="quiet icon-only keys-button"
          aria-label={say.keys.title}
          onClick={() => {
            keysShown.value = true;
          }}
        >
          ?
        </button>
        <button
          type="button"
          class="quiet icon-only"
          aria-label={`${say.switches.theme}: ${theme.value === "dark" ? say.switches.light : say.switches.dark}`}
          onClick={switchTheme}
        >
          <Icon name={theme.value === "dark" ? "sun" : "moon"} />
        </button>
      </div>
      <PersonButton />
    </header>
  );
}
