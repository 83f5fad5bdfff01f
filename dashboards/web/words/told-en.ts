// How far the notice of a rung came, in English.
import type { toldZh } from "./told-zh.ts";
import type { Widen } from "./widen.ts";

export const toldEn: Widen<typeof toldZh> = {
  label: "Notices and their delivery",
  state: { waiting: "waiting", delivered: "delivered", failed: "failed", refused: "not sent" },
  tries: (n) => `tried ${n} times`,
  coming: "the notice is about to be sent",
  nobody: (roles) => `not delivered: no channel is read by ${roles}`,
};
