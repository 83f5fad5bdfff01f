// Why a socket is not energised, in words for people.
import type { Authority, Effect } from "./facts.ts";

const said: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  latched: ["插座已锁定，须由人员解除", "the socket is latched until a person resets it"],
  leaking: ["进线剩余电流超限，先查漏电", "the feeder leaks above its limit: find the leak first"],
  "too-warm": ["热模型尚未冷却，稍后再试", "the thermal model has not cooled down yet"],
  waiting: ["保护断电后的等待时间未到", "the socket waits after a cut, and is not ready yet"],
  busy: ["插座已有别的授权", "the socket holds another authority"],
  over: ["该授权已经结束", "this authority is over"],
  "bad-authority": ["授权内容无效", "the authority makes no sense"],
  blind: ["看不到插座，不送电", "the socket is not seen well enough to be energised"],
  "relay-did-not-close": ["继电器未闭合", "the relay did not close"],
  "unknown-socket": ["没有这个插座", "no such socket"],
};

type Asked = Pick<Authority, "id" | "session" | "socket">;

export function refusedFact(authority: Asked, code: string): Effect {
  const [zh, en] = said[code] ?? [code, code];
  return refusedWith(authority, { code, zh, en });
}

/** A reason from above the socket, which brings its words along. */
export const refusedWith = ({ id, session, socket }: Asked, why: { code: string; zh: string; en: string }): Effect => ({
  type: "fact",
  fact: { kind: "refused", authority: id, session, socket, code: why.code, zh: why.zh, en: why.en },
});
