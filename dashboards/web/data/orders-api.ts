// Orders to gateways, as the cloud's API answers of them.
import type { CommandView } from "#protocols/api/commands.ts";
import { type Answer, call, send } from "./api.ts";

const root = "/api/v1/commands";
const part = encodeURIComponent;

export interface OrderPage {
  readonly items: readonly CommandView[];
  readonly next: string | null;
}
export interface OrderQuery {
  readonly state?: CommandView["state"];
  readonly after?: string;
  readonly limit?: number;
}
export function readOrders({ state, after, limit = 50 }: OrderQuery): Promise<Answer<OrderPage>> {
  const search = new URLSearchParams({ limit: String(limit) });
  if (state !== undefined) search.set("state", state);
  if (after !== undefined) search.set("after", after);
  return call(`${root}?${search}`);
}
export const readOrder = (id: string): Promise<Answer<CommandView>> => call(`${root}/${part(id)}`);
export const approveOrder = (id: string): Promise<Answer<CommandView>> => send("POST", `${root}/${part(id)}/approval`);
