// The alarm's voice. A browser lets a page make a sound only after a person's gesture: "start duty" is that gesture, and until then the bar says that it is dumb.
import { effect, signal } from "@preact/signals";
import { live } from "../data/live.ts";
import { dueTone, silent, type Tone } from "../data/sounding.ts";

export type Voice = "locked" | "ready";
export const voice = signal<Voice>("locked");
/** Tones that should have been heard while it was locked: told, never caught up on. */
export const unheard = signal(0);

let context: AudioContext | null = null;
let playing: OscillatorNode[] = [];
let state = silent;

const hertz: Readonly<Record<Tone, readonly [number, number]>> = { 1: [960, 720], 2: [660, 660] };
const toneSeconds = 0.4;

const mark = (what: string): void => {
  document.documentElement.dataset.sound = what;
};

function stop(): void {
  for (const one of playing) one.stop();
  playing = [];
  mark(voice.peek());
}

function play(tone: Tone): void {
  if (context === null) return;
  const gain = context.createGain();
  gain.gain.value = 0.3;
  gain.connect(context.destination);
  playing = hertz[tone].map((frequency, index) => {
    const node = new OscillatorNode(context as AudioContext, { frequency });
    node.connect(gain);
    const start = (context as AudioContext).currentTime + index * toneSeconds;
    node.start(start);
    node.stop(start + toneSeconds);
    return node;
  });
  mark(`sounding-${tone}`);
  const last = playing.at(-1);
  if (last !== undefined)
    last.onended = () => {
      if (playing.at(-1) === last) stop();
    };
}

function look(): void {
  const { tone, next } = dueTone(live.peek()?.alarms ?? [], state, Date.now());
  state = next;
  // Nobody calls any more: an acknowledgement is heard at once, as silence.
  if (tone === null && next === silent && playing.length > 0) stop();
  if (tone === null) return;
  if (voice.peek() === "locked") unheard.value += 1;
  else play(tone);
}

export async function startDuty(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  if (context.state !== "running") return;
  voice.value = "ready";
  unheard.value = 0;
  mark("ready");
  state = silent;
  look();
}

export function followAlarms(): void {
  mark("locked");
  setInterval(look, 500);
  effect(() => {
    void live.value?.alarms;
    look();
  });
}
