// The duty desk: everything that may need a hand in the next minute, on one screen without scrolling.
import { words } from "../words/language.ts";
import { Alarms } from "./alarms.tsx";
import { Commands } from "./commands.tsx";
import { CountsPanel } from "./counts.tsx";
import { Events } from "./events.tsx";
import { Lanes } from "./lanes.tsx";
import { Queue } from "./queue.tsx";
import { Wall } from "./wall.tsx";

export function DutyPage() {
  return (
    <>
      <h1 class="unseen">{words.value.nav.duty}</h1>
      <div class="duty-grid">
        <div class="duty-column">
          <Queue />
          <Commands />
          <Lanes />
          <Wall />
          <Events />
        </div>
        <div class="duty-column">
          <Alarms />
          <CountsPanel />
        </div>
      </div>
    </>
  );
}
