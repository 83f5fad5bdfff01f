// A booth terminal in a test: asks what is due, tells payments, opens by hand; answers come with their status and their words.
import { boothToken, type ParkingSite } from "./parking-site.ts";

export interface BoothAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: Record<string, unknown> | null;
}

export interface Booth {
  due(lane: string): Promise<BoothAnswer>;
  pay(lane: string, payment: Record<string, unknown>): Promise<BoothAnswer>;
  open(lane: string, order: Record<string, unknown>): Promise<BoothAnswer>;
  ask(path: string, options?: { method?: string; body?: string; headers?: Record<string, string> }): Promise<BoothAnswer>;
}

export function booth(site: ParkingSite, token: string | null = boothToken): Booth {
  const ask: Booth["ask"] = async (path, { method = "GET", body, headers = {} } = {}) => {
    const answer = await fetch(`${site.http()}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: answer.status, type: answer.headers.get("content-type") ?? "", body: (await answer.json()) as BoothAnswer["body"] };
  };
  const post = (path: string, body: Record<string, unknown>) => ask(path, { method: "POST", body: JSON.stringify(body) });
  return {
    ask,
    due: (lane) => ask(`/api/v1/lanes/${lane}/due`),
    pay: (lane, payment) => post(`/api/v1/lanes/${lane}/payments`, payment),
    open: (lane, order) => post(`/api/v1/lanes/${lane}/open`, order),
  };
}
