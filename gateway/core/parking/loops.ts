// What the two loops of a lane say of how a car moved: through, back out from under the arm, or against the lane. Told look by look; a car is one story from the first
// loop that it touches until both are free.
export interface LoopLook {
  readonly approach: boolean;
  readonly under: boolean;
}

export interface LoopStory {
  readonly last: LoopLook;
  /** Which loop the car touched first; null: nobody is there. */
  readonly first: "approach" | "under" | null;
  /** The loop before the arm was free at some moment since the car came under it. */
  readonly cleared: boolean;
  /** It was under the arm, and then on the loop before it, without having been free of that one. */
  readonly backed: boolean;
}

export type Moved = "reversed-out" | "wrong-way";

export const nobody: LoopStory = { last: { approach: false, under: false }, first: null, cleared: false, backed: false };

/** The story goes on by one look; told at its end how the car moved, if it was not simply through. */
export function follow(story: LoopStory, look: LoopLook): { story: LoopStory; moved: Moved | null } {
  const { last } = story;
  const first = story.first ?? (look.approach ? "approach" : look.under ? "under" : null);
  const comesUnder = look.under && !last.under;
  const cleared = comesUnder ? !look.approach : story.cleared || (look.under && !look.approach);
  const leavesUnder = last.under && !look.under;
  const backed = comesUnder ? false : story.backed || (leavesUnder && look.approach && (first === "under" || !cleared));
  // A car behind it stands on the first loop already: its own story begins.
  if (leavesUnder && look.approach && !backed)
    return { story: { last: look, first: "approach", cleared: false, backed: false }, moved: null };
  if (look.approach || look.under) return { story: { last: look, first, cleared, backed }, moved: null };
  if (!story.backed) return { story: nobody, moved: null };
  return { story: nobody, moved: story.first === "under" ? "wrong-way" : "reversed-out" };
}
