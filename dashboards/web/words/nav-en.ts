// The names of the pages, in English.
import type { navZh } from "./nav-zh.ts";
import type { Widen } from "./widen.ts";

export const navEn: Widen<typeof navZh> = {
  label: "Pages",
  duty: "Duty desk",
  lanes: "Lanes",
  occupancy: "Occupancy",
  stays: "Stays",
  alarms: "Alarm care",
  entries: "Self-check",
  overview: "Overview",
  ledger: "Ledger",
  supervision: "Supervision",
  ranking: "Weekly ranking",
  papers: "Papers",
  works: "Construction",
  compounds: "Compounds",
  inspections: "Inspections",
  income: "Public income",
  stars: "Stars",
  awards: "Results",
  reports: "Reports",
  handovers: "Hand-over",
  devices: "Devices",
  orders: "Orders",
  people: "People",
  tokens: "API tokens",
};
