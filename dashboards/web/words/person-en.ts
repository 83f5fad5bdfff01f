// The same in English.
import type { personZh } from "./person-zh.ts";
import type { Widen } from "./widen.ts";

export const personEn: Widen<typeof personZh> = {
  posts: {
    title: "My posts",
    about:
      "You hold several posts. Changing is a new sign-in: pages and rights of the post before end at once, and every page is read anew.",
    keys: "a digit chooses, ↑↓ move",
    before: "the post of this tab before",
    chooseTitle: "Sign in as which post",
    back: "Back",
  },
  form: {
    newPassword: "New password (at least 12 characters)",
    oneTime: "This is a one-time password: it is only good for choosing your own.",
    again: "New password once more",
    differs: "The two new passwords differ.",
    show: "Show password",
  },
  tokens: "My API tokens",
  first: {
    title: "First start: the first administrator",
    about:
      "This cloud has no administrator and no password yet. The terminal that started it shows a one-time code, good once and for a day.",
    code: "One-time code",
    codeHint: "Like ABCD-EFGH-JKLM-NPQR; lost? A new start of the cloud prints a new one",
    id: "Name to sign in with (small letters, digits, hyphens)",
    name: "Your name",
    organisation: "Organisation",
    password: "Password (at least 12 characters)",
    send: "Create and sign in",
    sending: "Creating",
    have: "I have an account: sign in",
    want: "First start: become administrator by the one-time code",
    used: "The code is mistyped, was used, or is older than a day. If somebody has become administrator, sign in; otherwise start the cloud anew: its terminal prints a new one.",
  },
  other: {
    title: "This browser acts as somebody else",
    about: (who) => `Another tab has signed in as ${who}. This page has stopped; nothing more was done.`,
    follow: (who) => `Go on as ${who}`,
    back: (who) => `Back to ${who}`,
  },
};
