// How far a long piece of work is, in words: how many of how many, how fast, for how long still. Nobody is shown a wheel that only turns.
// One for all: the pages of cloud and gateway and the command line. Browsers read it as it stands, without a build.

export type CourseUnit = "bytes" | "rows" | "steps";

export interface Course {
  readonly done: number;
  /** null: nobody knows yet. */
  readonly of: number | null;
  /** For how long it has run; null: not known, and then neither speed nor end is said. */
  readonly ran_ms: number | null;
  /** As it goes just now, where whoever does it says so; else the mean since its begin. */
  readonly per_s?: number | null;
  readonly unit: CourseUnit;
}

export interface Way {
  readonly per_s: number | null;
  readonly left_s: number | null;
  /** 0–1; null: nobody knows. */
  readonly share: number | null;
}

/** In less time a speed is chance. */
const shortest_ms = 1_000;

export function wayOf({ done, of, ran_ms, per_s: said }: Course): Way {
  const mean = ran_ms === null || ran_ms < shortest_ms || done <= 0 ? null : (done * 1_000) / ran_ms;
  const per_s = said === undefined ? mean : said !== null && said > 0 ? said : null;
  const open = of === null ? null : Math.max(0, of - done);
  return {
    per_s,
    left_s: open === null ? null : open === 0 ? 0 : per_s === null ? null : Math.ceil(open / per_s),
    share: of === null ? null : of <= 0 ? 1 : Math.min(1, Math.max(0, done / of)),
  };
}

const sizes = ["B", "KB", "MB", "GB"];
export function sizeText(bytes: number): string {
  let [value, step] = [Math.max(0, bytes), 0];
  for (; value >= 1_000 && step < sizes.length - 1; step += 1) value /= 1_000;
  return `${step === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${sizes[step]}`;
}

const minute = 60;
const hour = 3_600;
export const leftText = (s: number): string =>
  s < 2 * minute ? `${s} s` : s < 2 * hour ? `${Math.round(s / minute)} min` : `${Math.round(s / hour)} h`;

/** "12/247 · 约 40 s", "1.2 MB/480 MB · 8.2 MB/s · 约 58 s"; `more` stands behind the counts. */
export function courseText(course: Course, english: boolean, more: readonly string[] = []): string {
  const { done, of, unit } = course;
  const { per_s, left_s } = wayOf(course);
  const count = (value: number): string => (unit === "bytes" ? sizeText(value) : String(value));
  const speed =
    per_s === null || unit === "steps"
      ? []
      : [`${unit === "bytes" ? sizeText(per_s) : `${Math.round(per_s)} ${english ? "rows" : "条"}`}/s`];
  const left = left_s === null || left_s === 0 ? [] : [english ? `about ${leftText(left_s)}` : `约 ${leftText(left_s)}`];
  return [of === null ? count(done) : `${count(done)}/${count(of)}`, ...more, ...speed, ...left].join(" · ");
}
