// What is watched beside sockets and lanes: water supply, power rooms and smoke detectors of a compound, each with what was read last. What is not read says so, and is never shown as well.
import { useState } from "preact/hooks";
import type { DetectorView } from "#protocols/api/detectors.ts";
import type { FacilityView } from "#protocols/api/facilities.ts";
import { readDetectors, readFacilities } from "../data/api.ts";
import { bounded, pointText } from "../format/quantities.ts";
import { Empty, Moment } from "../parts/small.tsx";
import { wordOf, words } from "../words/language.ts";
import { Shown, useLoaded } from "./loaded.tsx";
import { WatchedCurve } from "./watched-curve.tsx";

type Point = FacilityView["points"][number];

function PointRow({ point, open, toggle }: { point: Point; open: boolean; toggle: () => void }) {
  const say = words.value.care.watched;
  const { value, unit, low, high } = point;
  const out = value !== null && ((low !== null && value < low) || (high !== null && value > high));
  const shown = value === null ? say.unread : unit === "" ? (value === 1 ? say.yes : say.no) : pointText(value, unit);
  return (
    <div data-point={point.point} class={value === null ? "care-unread" : ""}>
      <dt>
        <button type="button" class="text" aria-expanded={open} data-act="curve" onClick={toggle}>
          {point.name}
        </button>
      </dt>
      <dd>
        <b>{shown}</b>
        <span class="muted">
          {unit !== "" && bounded(low, high, unit)} {out && say.out}
        </span>
        {point.seen !== null && (
          <span class="muted">
            <Moment at={point.seen} />
          </span>
        )}
      </dd>
    </div>
  );
}

function Facility({ facility }: { facility: FacilityView }) {
  const say = words.value.care.watched;
  const [open, setOpen] = useState<string | null>(null);
  const shown = facility.points.find(({ point }) => point === open);
  return (
    <section data-facility={facility.facility}>
      <h2 class="care-head">
        {facility.name} <span class="muted">{say.responsible(facility.responsible)}</span>
      </h2>
      <dl class="care-figures">
        {facility.points.map((point) => (
          <PointRow
            key={point.point}
            point={point}
            open={open === point.point}
            toggle={() => setOpen(open === point.point ? null : point.point)}
          />
        ))}
      </dl>
      {shown !== undefined && <WatchedCurve key={shown.point} facility={facility} point={shown} />}
    </section>
  );
}

function DetectorRow({ detector }: { detector: DetectorView }) {
  const say = words.value.care.watched;
  const { causes, silent } = detector;
  const state = causes.length > 0 ? causes.map((cause) => wordOf(say.causes, cause)).join("、") : silent ? say.silent : say.heard;
  return (
    <li class="entry" data-detector={detector.detector}>
      <div class="entry-head">
        <span class={`state ${causes.length > 0 || silent ? "open" : "handled"}`}>{state}</span>
        <h2>{detector.name}</h2>
        <span class="muted">
          {say.last} <Moment at={detector.heard} />
        </span>
      </div>
    </li>
  );
}

export function Watched({ site }: { site: string }) {
  const say = words.value.care.watched;
  const facilities = useLoaded(() => readFacilities(site), site);
  const detectors = useLoaded(() => readDetectors(site), site);
  return (
    <>
      <Shown loaded={facilities}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty>{say.none}</Empty>
          ) : (
            rows.map((row) => <Facility key={`${row.gateway} ${row.facility}`} facility={row} />)
          )
        }
      </Shown>
      <Shown loaded={detectors}>
        {(rows) =>
          rows.length > 0 && (
            <>
              <h2 class="care-head">{say.detectors}</h2>
              <ul class="entries">
                {rows.map((row) => (
                  <DetectorRow key={row.detector} detector={row} />
                ))}
              </ul>
            </>
          )
        }
      </Shown>
    </>
  );
}
