// What owners voted on: GET and POST /api/v1/fund/votes (heads and areas apart, judged by the rule of their day), GET /api/v1/fund/vote-rules (which rule judges what on a day, and whether the
// asker may enter a vote), GET /api/v1/fund/notice (the page, or Word, that is put up).
import Type from "typebox";
import { dayOf, dayText } from "#cloud/calendar/calendar.ts";
import { dayWords, paperHtml } from "#cloud/ledger/papers/papers.ts";
import { moneyMatters, type VoteMatter, voteMatterNames, voteMatters } from "#cloud/revenue/vote-rules.ts";
import { enterVote, spentUnder, voteNamed, voteNotice, voteRuleFor } from "#cloud/revenue/votes.ts";
import type { Row } from "#cloud/store/schema.ts";
import { time } from "#cloud/views/words.ts";
import type { Role } from "#protocols/api/views.ts";
import type { VoteRules } from "#protocols/api/votes.ts";
import { writeDocument } from "#protocols/word/write.ts";
import { type Access, personOf, siteWithin } from "../access.ts";
import { changed, rowOf } from "../change.ts";
import { notFound, refused } from "../problem.ts";
import type { Routes } from "../server.ts";
import { compoundOf } from "./hazards.ts";
import { money } from "./revenue.ts";

const strict = { additionalProperties: false } as const;
const site = Type.String({ maxLength: 40 });
const said = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: "\\S" });
const Counted = Type.Object(
  { heads: Type.Integer({ minimum: 0, maximum: 1_000_000 }), areas_milli: Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 }) },
  strict,
);
const Everybody = Type.Object(
  { heads: Type.Integer({ minimum: 1, maximum: 1_000_000 }), areas_milli: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }) },
  strict,
);
const day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
const Vote = Type.Object(
  {
    ...{ site, number: said(120), subject: said(300), day },
    /** What is decided: which share is enough depends on it. Without it: to spend the maintenance fund. */
    matter: Type.Optional(Type.Enum([...voteMatterNames])),
    /** Of votes on money. */
    amount_fen: Type.Optional(Type.Integer({ minimum: 0 })),
    ...{ all: Everybody, taking_part: Counted, agreeing: Counted },
    replaces: Type.Optional(said(120)),
  },
  strict,
);
const Reading = Type.Object({ site }, strict);
const OfDay = Type.Object({ site, day: Type.Optional(day) }, strict);
/** Those whose votes they are. */
const enterers: readonly Role[] = ["owners-committee", "community-committee"];
const Notice = Type.Object({ site, number: said(120), as: Type.Optional(Type.Enum(["html", "docx"])) }, strict);
const word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

const view = (row: Row<"owners_vote">) => ({
  ...{ ...row, at: time(row.at), passed: row.passed === 1 },
  ...{ rule: JSON.parse(row.rule) as unknown, short: JSON.parse(row.short) as unknown },
});

export const voteRoutes: Routes = (server, surroundings) => {
  const { store, now } = surroundings;
  server.get("/api/v1/fund/votes", { config: { access: money as Access }, schema: { querystring: Reading } }, async (request) => {
    const { site: id } = request.query;
    siteWithin(request, id);
    compoundOf(surroundings, id);
    const rows = await store.read.selectFrom("owners_vote").selectAll().where("site", "=", id).orderBy("day").orderBy("number").execute();
    return Promise.all(
      rows.map(async (row) => {
        const spent_fen = await spentUnder(store.read, id, row.number);
        return {
          ...view(row),
          spent_fen,
          left_fen: row.matter === "use-fund" && row.passed === 1 && row.replaced_by === null ? row.amount_fen - spent_fen : 0,
        };
      }),
    );
  });

  server.post(
    "/api/v1/fund/votes",
    { config: { access: enterers, audit: "fund.vote" }, schema: { body: Vote } },
    async (request, reply) => {
      siteWithin(request, request.body.site);
      compoundOf(surroundings, request.body.site);
      const { matter = "use-fund", amount_fen = 0 } = request.body;
      const vote = { ...request.body, matter: matter as VoteMatter, amount_fen, person: personOf(request), at: now() };
      const row = await changed(surroundings, request, {
        work: ({ change }) => enterVote(change, vote),
        about: (done) => {
          const made = rowOf(done);
          return made && { object: made.number, site: made.site, detail: { passed: made.passed, amount_fen: made.amount_fen } };
        },
        alone: `fund ${vote.site}`,
      });
      if ("code" in row) throw refused(row);
      return reply.code(201).send(view(row));
    },
  );

  server.get("/api/v1/fund/vote-rules", { config: { access: money as Access }, schema: { querystring: OfDay } }, async (request) => {
    const { site: id, day: on = dayText(dayOf(now())) } = request.query;
    siteWithin(request, id);
    compoundOf(surroundings, id);
    const rules = await Promise.all(
      voteMatterNames.map(async (matter) => {
        const [zh, en] = voteMatters[matter];
        return { matter, zh, en, money: moneyMatters.has(matter), rule: (await voteRuleFor(store.read, id, { day: on, matter })) ?? null };
      }),
    );
    const answer: VoteRules = { day: on, may_enter: enterers.includes(personOf(request).role), rules };
    return answer;
  });

  server.get("/api/v1/fund/notice", { config: { access: money as Access }, schema: { querystring: Notice } }, async (request, reply) => {
    const { site: id, number, as = "html" } = request.query;
    siteWithin(request, id);
    const compound = compoundOf(surroundings, id);
    const row = await voteNamed(store.read, id, number);
    if (row === undefined) throw notFound();
    const blocks = voteNotice(row, { compound: compound.name, issuer: personOf(request).organisation, day: dayWords(now()) });
    if (as === "docx")
      return reply
        .type(word)
        .header("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(`表决公示_${number}.docx`)}`)
        .send(Buffer.from(writeDocument(blocks)));
    return reply.type("text/html; charset=utf-8").send(Buffer.from(paperHtml(blocks, `${number} 表决公示`)));
  });
};
