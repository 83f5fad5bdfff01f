// How far a long piece of work is: a bar, its counts in words, and a way to stop it where that is safe. The words are those of the gateway's pages and of the command line.
import { type Course, courseText, wayOf } from "#protocols/vocabulary/course.ts";
import { language } from "../words/language.ts";

interface Parts {
  readonly course: Course;
  readonly label: string;
  readonly more?: readonly string[];
  readonly stop?: { readonly label: string; readonly act: () => void };
}

export function Progress({ course, label, more = [], stop }: Parts) {
  const { share } = wayOf(course);
  // Without a known end the bar only moves; its counts are said all the same.
  const value = share === null ? {} : { max: 1_000, value: Math.round(share * 1_000) };
  return (
    <span class="progress" data-done={course.done} data-of={course.of ?? ""}>
      <progress aria-label={label} {...value} />
      <span role="status">
        {label} {courseText(course, language.value === "en", more)}
      </span>
      {stop !== undefined && (
        <button type="button" class="text" data-act="stop" onClick={stop.act}>
          {stop.label}
        </button>
      )}
    </span>
  );
}
