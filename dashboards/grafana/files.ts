// The boards as Grafana and Prometheus read them: dashboards, provisioning, alert rules. Made, never edited: `node test/house/reference.ts` writes them.
import { alertRules, type Board, boards, type Panel } from "./boards.ts";

/** The four legal warning colours of the page (dashboards/web/styles/tokens.css), and grey for what is normal. */
const colours = { quiet: "#8a93a0", 1: "#c4161c", 2: "#e8710a", 3: "#f2c200" } as const;
const series = ["#3b4656", "#1f5fd6", "#067647", "#6941c6", "#9a4a00", "#0f7b8a", "#8a93a0", "#7a5b00"];

const sourceOf = (board: Board) =>
  board.source === "prometheus" ? { type: "prometheus", uid: "cuobian-prometheus" } : { type: "influxdb", uid: "cuobian-influxdb" };
const letters = "ABCDEFGH";

function panelJson(board: Board, panel: Panel, id: number, place: { x: number; y: number; w: number; h: number }): object {
  const datasource = sourceOf(board);
  const { warn } = panel;
  const steps = [{ color: colours.quiet, value: null }, ...(warn === undefined ? [] : [{ color: colours[warn.level], value: warn.from }])];
  const targets = panel.queries.map(({ query, legend }, index) => ({
    refId: letters.charAt(index),
    datasource,
    ...(board.source === "prometheus"
      ? { expr: query, legendFormat: legend === "" ? "__auto" : legend }
      : { rawQuery: true, query, alias: legend, resultFormat: "time_series" }),
  }));
  const custom = { lineWidth: 1, fillOpacity: 0, showPoints: "never", spanNulls: false };
  return {
    ...{ id, title: `${panel.zh} / ${panel.en}`, type: panel.kind, datasource, gridPos: place, targets },
    fieldConfig: {
      defaults: {
        unit: panel.unit,
        color: panel.kind === "stat" ? { mode: "thresholds" } : { mode: "palette-classic" },
        thresholds: { mode: "absolute", steps },
        noValue: "— 无数据 no data",
        ...(panel.kind === "timeseries" ? { custom } : {}),
      },
      overrides:
        panel.kind === "timeseries"
          ? panel.queries.map((_, index) => ({
              matcher: { id: "byFrameRefID", options: letters.charAt(index) },
              properties: panel.queries.length === 1 ? [] : [{ id: "color", value: { mode: "shades", fixedColor: series[index] } }],
            }))
          : [],
    },
    options:
      panel.kind === "stat"
        ? { reduceOptions: { calcs: ["lastNotNull"] }, graphMode: "none", colorMode: "value" }
        : { legend: { displayMode: "list", placement: "bottom" }, tooltip: { mode: "multi" } },
  };
}

export function boardJson(board: Board): object {
  let [x, y, tallest] = [0, 0, 0];
  const panels = board.panels.map((panel, index) => {
    const w = panel.width ?? 12;
    const h = panel.kind === "stat" ? 4 : 8;
    if (x + w > 24) [x, y, tallest] = [0, y + tallest, 0];
    const place = { x, y, w, h };
    x += w;
    tallest = Math.max(tallest, h);
    return panelJson(board, panel, index + 1, place);
  });
  return {
    ...{ uid: board.uid, title: `厝边 · ${board.zh} / ${board.en}`, tags: ["cuobian"], timezone: "Asia/Shanghai", editable: false },
    ...{ schemaVersion: 39, version: 1, refresh: "10s", time: { from: "now-6h", to: "now" }, panels },
  };
}

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
const made = "# made by test/house/reference.ts from dashboards/grafana; do not edit\n";

const alerts = (): string =>
  [
    `${made}groups:`,
    "  - name: cuobian",
    "    rules:",
    ...alertRules.flatMap((rule) => [
      `      - alert: ${rule.name}`,
      `        expr: ${JSON.stringify(rule.query)}`,
      `        for: ${rule.for}`,
      `        labels: { priority: "${rule.priority}" }`,
      `        annotations: { summary: ${JSON.stringify(`${rule.zh} / ${rule.en}`)} }`,
    ]),
    "",
  ].join("\n");

const datasources = `${made}apiVersion: 1
datasources:
  - name: Prometheus
    uid: cuobian-prometheus
    type: prometheus
    access: proxy
    url: http://prometheus:9090
    isDefault: true
  # InfluxQL: read by InfluxDB 1.x as it is, by 2.x through a database mapping of the bucket, and by 3.x.
  - name: InfluxDB
    uid: cuobian-influxdb
    type: influxdb
    access: proxy
    url: http://influxdb:8086
    jsonData: { dbName: telemetry, httpMode: GET, httpHeaderName1: Authorization }
    secureJsonData: { httpHeaderValue1: "Token $__file{/secrets/influx.token}" }
`;

const providers = `${made}apiVersion: 1
providers:
  - name: cuobian
    folder: 厝边
    type: file
    disableDeletion: true
    options: { path: /etc/grafana/cuobian }
`;

/** Path in the repository -> content. */
export const grafanaFiles: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(boards.map((board) => [`deploy/grafana/boards/${board.uid}.json`, () => json(boardJson(board))])),
  "deploy/grafana/provisioning/datasources/cuobian.yaml": () => datasources,
  "deploy/grafana/provisioning/dashboards/cuobian.yaml": () => providers,
  "deploy/prometheus/alerts.yaml": alerts,
};
