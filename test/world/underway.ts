// Whether a question to a board is still under way: a step of told time is over when none is.
import type { Exchange } from "#gateway/lines/exchange.ts";
import type { TestBoard } from "./barrier-boards.ts";

/** Questions that are under way: a step of told time is over when none is. */
export interface Underway {
  connecting: number;
  questions: Map<TestBoard, number>;
}

export function watched(exchange: Exchange, underway: Underway, board: TestBoard): Exchange {
  const change = (by: number): void => void underway.questions.set(board, (underway.questions.get(board) ?? 0) + by);
  return {
    ...exchange,
    ask(request, done) {
      change(1);
      exchange.ask(request, (outcome) => {
        change(-1);
        done(outcome);
      });
    },
  };
}
