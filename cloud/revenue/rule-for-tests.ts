// A rule of splitting with everything that can be in one: two tiers, thirds and sevenths, a least share, costs before it, a tax.
const party = (id: string) => ({ id, zh: id, en: id });
const share = (who: string, numerator: number, denominator: number) => ({ party: who, numerator, denominator });
export const rule = {
  parties: ["company", "community", "owners", "fund"].map(party),
  counted: "year",
  tiers: [
    { up_to_fen: 2_000_000, shares: [share("company", 1, 3), share("community", 1, 6), share("owners", 1, 6), share("fund", 1, 3)] },
    { up_to_fen: null, shares: [share("company", 1, 7), share("community", 2, 7), share("owners", 1, 7), share("fund", 3, 7)] },
  ],
  minimum: { party: "fund", share: { numerator: 2, denominator: 5 }, from: ["company", "owners"] },
  last_fen: "fund",
  order: [
    { kind: "refunds", how: "booked" },
    { kind: "channel-fees", how: "booked" },
    { kind: "tax", how: { numerator: 3, denominator: 103 } },
    { kind: "electricity", how: "booked" },
  ],
  accounting: "cash",
  fund: "fund",
};
