// The published years as data: what the State Council's yearly notice on holidays (国务院办公厅关于部分节假日安排的通知) moves, and nothing else. Every other Monday to
// Friday is a working day. A year that stands here is settled; one that does not makes every deadline in it provisional.

export interface Holiday {
  readonly name: string;
  /** Civil days, both included. */
  readonly from: string;
  readonly to: string;
}

export interface PublishedYear {
  readonly year: number;
  /** The notice. */
  readonly source: string;
  readonly holidays: readonly Holiday[];
  /** Saturdays and Sundays that are worked (调休上班). */
  readonly worked: readonly string[];
}

export const publishedYears: readonly PublishedYear[] = [
  {
    year: 2023,
    source: "国办发明电〔2022〕16号",
    holidays: [
      { name: "元旦", from: "2022-12-31", to: "2023-01-02" },
      { name: "春节", from: "2023-01-21", to: "2023-01-27" },
      { name: "清明节", from: "2023-04-05", to: "2023-04-05" },
      { name: "劳动节", from: "2023-04-29", to: "2023-05-03" },
      { name: "端午节", from: "2023-06-22", to: "2023-06-24" },
      { name: "中秋节、国庆节", from: "2023-09-29", to: "2023-10-06" },
    ],
    worked: ["2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08"],
  },
  {
    year: 2024,
    source: "国办发明电〔2023〕7号",
    holidays: [
      { name: "元旦", from: "2024-01-01", to: "2024-01-01" },
      { name: "春节", from: "2024-02-10", to: "2024-02-17" },
      { name: "清明节", from: "2024-04-04", to: "2024-04-06" },
      { name: "劳动节", from: "2024-05-01", to: "2024-05-05" },
      { name: "端午节", from: "2024-06-10", to: "2024-06-10" },
      { name: "中秋节", from: "2024-09-15", to: "2024-09-17" },
      { name: "国庆节", from: "2024-10-01", to: "2024-10-07" },
    ],
    worked: [...["2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14"], ...["2024-09-29", "2024-10-12"]],
  },
  {
    year: 2025,
    source: "国办发明电〔2024〕12号",
    holidays: [
      { name: "元旦", from: "2025-01-01", to: "2025-01-01" },
      { name: "春节", from: "2025-01-28", to: "2025-02-04" },
      { name: "清明节", from: "2025-04-04", to: "2025-04-06" },
      { name: "劳动节", from: "2025-05-01", to: "2025-05-05" },
      { name: "端午节", from: "2025-05-31", to: "2025-06-02" },
      { name: "国庆节、中秋节", from: "2025-10-01", to: "2025-10-08" },
    ],
    worked: ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
  },
  {
    year: 2026,
    source: "国办发明电〔2025〕7号",
    holidays: [
      { name: "元旦", from: "2026-01-01", to: "2026-01-03" },
      { name: "春节", from: "2026-02-15", to: "2026-02-23" },
      { name: "清明节", from: "2026-04-04", to: "2026-04-06" },
      { name: "劳动节", from: "2026-05-01", to: "2026-05-05" },
      { name: "端午节", from: "2026-06-19", to: "2026-06-21" },
      { name: "中秋节", from: "2026-09-25", to: "2026-09-27" },
      { name: "国庆节", from: "2026-10-01", to: "2026-10-07" },
    ],
    worked: ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
  },
];
