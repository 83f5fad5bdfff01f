// One order, followed until it is over: asked again when the stream tells of it, and every second while it is under way.
import { useEffect, useState } from "preact/hooks";
import type { CommandView } from "#protocols/api/commands.ts";
import type { EventView, Problem } from "#protocols/api/views.ts";
import { live, serverNow } from "../data/live.ts";
import { readOrder } from "../data/orders-api.ts";
import { isOver, standingOf } from "./standing.ts";

const again_ms = 1_000;

export const isOfOrders = ({ type }: EventView): boolean => type === "command.received" || type === "command.ended";
/** The newest word about any order that this page has heard. */
export const newestOrderEvent = (): string => live.value?.events.find(isOfOrders)?.key ?? "";

export function useOrder(id: string, first: CommandView | null = null): { view: CommandView | null; problem: Problem | null } {
  const [view, setView] = useState<CommandView | null>(first);
  const [problem, setProblem] = useState<Problem | null>(null);
  const over = view !== null && isOver(standingOf(view, serverNow.peek()));
  const heard = newestOrderEvent();
  useEffect(() => {
    let current = true;
    const read = (): void =>
      void readOrder(id).then((answer) => {
        if (!current) return;
        setProblem(answer.ok ? null : answer.problem);
        if (answer.ok) setView(answer.value);
      });
    read();
    if (over) return () => (current = false);
    const timer = setInterval(read, again_ms);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [id, over, heard]);
  return { view, problem };
}
