// What is measured of a lane: its reads by what was done, whether its board answers, and how far its camera's clock is off.
import type { LaneConfig } from "../config/schema.ts";
import type { Measure } from "../site-context.ts";
import type { Outcome } from "./reads.ts";

export const skewMeasure = ({ camera }: LaneConfig, skew_ms: number | null): Measure[] =>
  skew_ms === null
    ? []
    : [
        {
          name: "cuobian_camera_skew_seconds",
          kind: "gauge",
          help: "how far a camera's clock is ahead of ours",
          labels: { camera: camera.id },
          value: skew_ms / 1000,
        },
      ];

export function laneMeasures(lane: string, outcomes: ReadonlyMap<Outcome, number>, answering: boolean): Measure[] {
  const reads = [...outcomes].map(
    ([outcome, value]): Measure => ({
      name: "cuobian_lane_reads_total",
      kind: "counter",
      help: "plate reads by what was done",
      labels: { lane, outcome },
      value,
    }),
  );
  const board: Measure = {
    name: "cuobian_lane_board_answers",
    kind: "gauge",
    help: "1: the barrier board answers",
    labels: { lane },
    value: answering ? 1 : 0,
  };
  return [...reads, board];
}
