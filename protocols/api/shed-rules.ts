// The check list of local fire rules as the API answers it, and what taking it over made of it.
import Type, { type Static } from "typebox";
import { ruleStates } from "#protocols/vocabulary/shed-rules.ts";

const strict = { additionalProperties: false } as const;
const text = Type.String();

export const ShedRuleView = Type.Object(
  {
    ...{ site: text, gateway: text, shed: text, shed_name: text },
    rule: Type.String({ description: "a word of protocols/vocabulary/shed-rules.ts" }),
    state: Type.Enum([...ruleStates], { description: "not-said: the site file does not say, and nothing is taken for met" }),
    found: text,
    ...{ zh: text, en: text },
    source: Type.String({ description: "where the rule was published" }),
    told: Type.String({ description: "the start of the gateway by which it is known, RFC 3339 with +08:00" }),
    hazard: Type.Union([text, Type.Null()], { description: "the open hazard of the ledger that it has become" }),
  },
  strict,
);
export type ShedRuleView = Static<typeof ShedRuleView>;

export const RulesTakenOver = Type.Object(
  {
    opened: Type.Array(text, { description: "hazards that were opened now" }),
    known: Type.Array(text, { description: "hazards that stood open already: nothing is opened twice" }),
  },
  strict,
);
export type RulesTakenOver = Static<typeof RulesTakenOver>;
