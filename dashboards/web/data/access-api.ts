// People, posts and tokens, as the cloud's API answers of them.
import type { HolderView, PostAsked, PostChangeView } from "#protocols/api/posts.ts";
import type { TokenView } from "#protocols/api/tokens.ts";
import { type Answer, call, send } from "./api.ts";

const root = "/api/v1";
const part = encodeURIComponent;
const newest = async <T>(path: string): Promise<Answer<T[]>> => {
  const answer = await call<{ items: T[] }>(path);
  return answer.ok ? { ok: true, value: answer.value.items } : answer;
};

export const readHolders = (): Promise<Answer<HolderView[]>> => newest(`${root}/posts?limit=500`);
export const readPostChanges = (): Promise<Answer<PostChangeView[]>> => newest(`${root}/posts/changes?limit=50`);
/** `name`: sent again under the same one it is the same change. */
export const askPost = (body: PostAsked, name: string): Promise<Answer<PostChangeView>> =>
  send("POST", `${root}/posts/changes`, body, { "idempotency-key": name });
export const endPostChange = (id: string, how: "approval" | "withdrawal"): Promise<Answer<PostChangeView>> =>
  send("POST", `${root}/posts/changes/${part(id)}/${how}`);
export const readTokens = (): Promise<Answer<TokenView[]>> => newest(`${root}/tokens?limit=500`);
export const readScopes = (): Promise<Answer<string[]>> => call(`${root}/tokens/scopes`);

export interface TokenGrant {
  readonly name: string;
  readonly person: string;
  readonly post: string;
  readonly scopes: readonly string[];
  readonly days: number;
}
export const grantToken = (body: TokenGrant): Promise<Answer<TokenView>> => send("POST", `${root}/tokens`, body);
/** The secret itself: told once, to its person alone. */
export const takeToken = (id: string): Promise<Answer<TokenView & { readonly token: string }>> =>
  send("POST", `${root}/tokens/${part(id)}/secret`);
export const revokeToken = (id: string): Promise<Answer<TokenView>> => send("POST", `${root}/tokens/${part(id)}/revocation`);
