// Stars as a picture with its words, and points as people read them.
import { words } from "../words/language.ts";

export const points = (milli: number): string => (milli / 1000).toFixed(milli % 1000 === 0 ? 0 : 1);

export function Stars({ n }: { n: number }) {
  return (
    <span class="stars" role="img" aria-label={words.value.bureau.starCount(n)}>
      {[1, 2, 3, 4, 5].map((at) => (
        <svg key={at} viewBox="0 0 24 24" class={at <= n ? "full" : ""} aria-hidden="true">
          <path d="M12 2.5l2.9 6.2 6.6.8-4.9 4.6 1.3 6.6-5.9-3.3-5.9 3.3 1.3-6.6L2.5 9.500l6.600-.8Z" />
        </svg>
      ))}
    </span>
  );
}
