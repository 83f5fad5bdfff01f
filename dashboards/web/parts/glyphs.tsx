// Shapes that carry meaning, drawn rather than typed so that every font shows them alike. Decorative to screen readers: the word always stands beside.
import type { ComponentChildren } from "preact";

export type Priority = 1 | 2 | 3 | 4;

export const asPriority = (n: number): Priority => (n <= 1 ? 1 : n === 2 ? 2 : n === 3 ? 3 : 4);

const shapes: Record<Priority, string> = {
  1: "M8 1.2 14.8 8 8 14.8 1.2 8Z",
  2: "M8 1.6 15 14.2H1Z",
  3: "M2.2 2.2h11.6v11.6H2.2Z",
  4: "M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6Z",
};

/** Filled when there is something, hollow when there is nothing: zero is shown, not hidden. */
export function PriorityGlyph({ priority, hollow = false, blink = false }: { priority: Priority; hollow?: boolean; blink?: boolean }) {
  return (
    <svg class={`glyph p${priority}${hollow ? " hollow" : ""}${blink ? " blink" : ""}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[priority]} />
    </svg>
  );
}

/** Half seen: kept from calling for a while. */
export function ShelvedGlyph() {
  return (
    <svg class="glyph shelved" viewBox="0 0 16 16" aria-hidden="true">
      <path class="rim" d="M8 1.6a6.4 6.4 0 1 1 0 12.8A6.4 6.4 0 0 1 8 1.6Z" />
      <path d="M8 1.6a6.4 6.4 0 0 0 0 12.8Z" />
    </svg>
  );
}

const lines: Record<string, ComponentChildren> = {
  duty: <path d="M3 5h18v11H3zM9 20h6M12 16v4M7 9h4M7 12h7" />,
  lanes: <path d="M4 20 9 4M20 20 15 4M12 5v3M12 11v3M12 17v3" />,
  stays: <path d="M4 16V9.5L6 5h12l2 4.5V16zM4 10h16M7 16v3M17 16v3M7.5 13h1M15.5 13h1" />,
  alarms: <path d="M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4M12 3v2" />,
  entries: <path d="M9 5h11M9 12h11M9 19h11M3 5l1.5 1.5L7 4M3 12l1.5 1.5L7 11M3 19l1.5 1.5L7 18" />,
  ledger: <path d="M5 3h11l3 3v15H5zM16 3v3h3M8.5 10h7M8.5 14h7M8.5 18h4" />,
  income: <path d="M4 20h16M6 17v-6M10.5 17V6M15 17v-8M19.500 17V4" />,
  stars: <path d="M12 3.5l2.6 5.5 6 .8-4.4 4.2 1.1 6-5.3-2.9L6.7 20l1.1-6L3.4 9.8l6-.8Z" />,
  people: (
    <path d="M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM2.5 20c.8-3.6 3.3-5.5 6.5-5.5s5.7 1.9 6.5 5.5M16 5.3a3.5 3.5 0 0 1 0 6.4M18 14.8c2 .8 3.2 2.6 3.7 5.2" />
  ),
  devices: <path d="M4 4h16v7H4zM4 13h16v7H4zM7.5 7.5h.01M7.5 16.5h.01M11 7.5h6M11 16.5h6" />,
  reports: <path d="M6 3h9l4 4v14H6zM15 3v4h4M9.5 17v-4M12.5 17v-6M15.5 17v-2.5" />,
  orders: <path d="M4 12h9M9 7l5 5-5 5M17 5h3v14h-3" />,
  in: <path d="M4 12h13M12 7l5 5-5 5M20 4v16" />,
  out: <path d="M7 12h13M15 7l5 5-5 5M4 4v16" />,
  moon: <path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5Z" />,
  sun: <path d="M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M5 19l2-2M17 7l2-2" />,
  person: <path d="M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4 21c1-4 4-6 8-6s7 2 8 6" />,
  close: <path d="M5 5l14 14M19 5 5 19" />,
  chevron: <path d="M9 5l7 7-7 7" />,
  check: <path d="M4 12.5 9.5 18 20 6.5" />,
  bolt: <path d="M13 2 5 13.5h6L10 22l9-12h-6.5Z" />,
};

export function Icon({ name }: { name: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {lines[name]}
    </svg>
  );
}

/** The sign of the house: an eave over an open door. */
export function Brand() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true">
      <path class="eave" d="M2 14.5C7 13.5 12 9 16 4c4 5 9 9.5 14 10.5l-1.6 2.6C24 16.2 19.6 13 16 9c-3.6 4-8 7.2-12.4 8.1Z" />
      <path class="door" d="M7 19.2h3V27h5v-6.5h6V27h1v-7.8h3V29H7Z" />
    </svg>
  );
}
