// What Grafana shows, as data: every panel says its question in both languages, its unit, and the queries that answer it. The JSON is made from this.

export interface Query {
  /** PromQL over what gateways and cloud say under /metrics, or InfluxQL over the telemetry. */
  readonly query: string;
  /** A series' name in the legend: `{{label}}` of Prometheus, `$tag_station` of InfluxDB. */
  readonly legend: string;
}

export interface Panel {
  readonly zh: string;
  readonly en: string;
  readonly kind: "timeseries" | "stat";
  /** Grafana's unit id: short, s, ms, bytes, mamp, mwatt … */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** From here on the colour is that of the warning level; without it a panel stays grey. */
  readonly warn?: { readonly from: number; readonly level: 1 | 2 | 3 };
  readonly width?: 6 | 8 | 12 | 24;
}

export interface Board {
  readonly uid: string;
  readonly zh: string;
  readonly en: string;
  readonly source: "prometheus" | "influxdb";
  readonly panels: readonly Panel[];
}

const one = (query: string, legend = ""): readonly Query[] => [{ query, legend }];

const gateway: Board = {
  uid: "cuobian-gateway",
  zh: "现场网关",
  en: "Gateway on site",
  source: "prometheus",
  panels: [
    { zh: "云端连接", en: "Uplink", kind: "stat", unit: "short", queries: one("min(cuobian_uplink_connected)"), width: 6 },
    {
      ...{ zh: "保护进程无应答", en: "Safety process silent", kind: "stat", unit: "ms", width: 6 },
      ...{ queries: one("max(cuobian_safety_silent_ms)"), warn: { from: 1, level: 1 } },
    },
    {
      ...{ zh: "超时线路", en: "Lines slower than promised", kind: "stat", unit: "short", width: 6 },
      ...{ queries: one("sum(cuobian_line_late)"), warn: { from: 1, level: 2 } },
    },
    { zh: "在充会话", en: "Sessions open", kind: "stat", unit: "short", queries: one("sum(cuobian_sessions_open)"), width: 6 },
    {
      ...{
        zh: "读数年龄与承诺断电时间",
        en: "Age of readings beside the promised cut-off time",
        kind: "timeseries",
        unit: "ms",
        width: 12,
      },
      queries: [
        { query: "cuobian_line_reading_age_ms", legend: "{{line}}" },
        { query: "cuobian_line_promised_ms", legend: "{{line}} 承诺 promised" },
      ],
    },
    {
      ...{ zh: "线路轮询一圈", en: "One round of a line", kind: "timeseries", unit: "ms", width: 12 },
      queries: one("cuobian_line_rotation_ms", "{{line}}"),
    },
    {
      ...{ zh: "线路帧与差错", en: "Frames and faults of lines", kind: "timeseries", unit: "cps", width: 12 },
      queries: [
        { query: "rate(cuobian_line_frames_total[5m])", legend: "{{line}} 帧 frames" },
        { query: "rate(cuobian_line_timeouts_total[5m])", legend: "{{line}} 超时 timeouts" },
        { query: "rate(cuobian_line_bad_frames_total[5m])", legend: "{{line}} 坏帧 bad" },
      ],
    },
    {
      ...{ zh: "充电口状态", en: "Sockets by state", kind: "timeseries", unit: "short", width: 12 },
      queries: one("sum by (state) (cuobian_sockets)", "{{state}}"),
    },
    {
      ...{ zh: "车棚状态", en: "Sheds by state", kind: "timeseries", unit: "short", width: 8 },
      queries: one("sum by (state) (cuobian_sheds)", "{{state}}"),
    },
    {
      ...{ zh: "车棚容量占用", en: "Budgets of sheds beside their limits", kind: "timeseries", unit: "short", width: 8 },
      queries: [
        { query: "cuobian_shed_budget", legend: "{{budget}} {{unit}}" },
        { query: "cuobian_shed_budget_limit", legend: "{{budget}} 上限 limit" },
      ],
    },
    {
      ...{ zh: "剩余电流", en: "Residual current", kind: "timeseries", unit: "mamp", width: 8 },
      queries: one("cuobian_shed_residual_mA", "{{shed}}"),
    },
    {
      ...{ zh: "车牌识别结果", en: "Plate reads by outcome", kind: "timeseries", unit: "cps", width: 12 },
      queries: one("sum by (lane, outcome) (rate(cuobian_lane_reads_total[5m]))", "{{lane}} {{outcome}}"),
    },
    {
      ...{ zh: "相机多久没有消息", en: "Cameras: since last heard", kind: "timeseries", unit: "s", width: 12 },
      queries: one("cuobian_camera_silent_seconds", "{{camera}}"),
    },
    {
      ...{ zh: "待确认的事件", en: "Events that the cloud has not acknowledged", kind: "timeseries", unit: "short", width: 12 },
      queries: one("cuobian_uplink_waiting", "{{stream}}"),
    },
    {
      ...{ zh: "等待发送的读数", en: "Readings that wait", kind: "timeseries", unit: "bytes", width: 6 },
      queries: one("cuobian_telemetry_waiting_bytes", "{{instance}}"),
    },
    {
      ...{ zh: "被舍弃的读数（有缺口记录）", en: "Readings given up (each in a gap record)", kind: "timeseries", unit: "short", width: 6 },
      queries: [
        { query: "increase(cuobian_telemetry_lost_total[1h])", legend: "丢弃 dropped" },
        { query: "increase(cuobian_telemetry_thinned_total[1h])", legend: "抽稀 thinned" },
      ],
    },
    {
      ...{ zh: "云端命令", en: "Commands of the cloud", kind: "timeseries", unit: "short", width: 8 },
      queries: [
        { query: "increase(cuobian_commands_taken_total[1h])", legend: "执行 carried out" },
        { query: "increase(cuobian_commands_refused_total[1h])", legend: "拒绝 refused" },
        { query: "increase(cuobian_commands_strange_total[1h])", legend: "不明 strange" },
      ],
    },
    {
      ...{ zh: "内存", en: "Memory", kind: "timeseries", unit: "bytes", width: 8 },
      queries: one("cuobian_site_process_resident_memory_bytes", "{{instance}}"),
    },
    {
      ...{ zh: "处理器", en: "CPU", kind: "timeseries", unit: "percentunit", width: 8 },
      queries: one("rate(cuobian_site_process_cpu_seconds_total[5m])", "{{instance}}"),
    },
  ],
};

const cloud: Board = {
  uid: "cuobian-cloud",
  zh: "云端服务",
  en: "Cloud service",
  source: "prometheus",
  panels: [
    { zh: "消息代理", en: "Broker", kind: "stat", unit: "short", queries: one("min(cuobian_cloud_broker_connected)"), width: 6 },
    { zh: "已存事件", en: "Events stored", kind: "stat", unit: "short", queries: one("max(cuobian_cloud_events)"), width: 6 },
    {
      ...{ zh: "缺号", en: "Numbers missing", kind: "stat", unit: "short", width: 6 },
      ...{ queries: one("max(cuobian_cloud_events_missing)"), warn: { from: 1, level: 3 } },
    },
    {
      ...{ zh: "死信", en: "Dead letters", kind: "stat", unit: "short", width: 6 },
      ...{ queries: one("max(cuobian_cloud_dead_letters)"), warn: { from: 1, level: 3 } },
    },
    {
      ...{ zh: "来自网关的消息", en: "Messages from gateways", kind: "timeseries", unit: "cps", width: 12 },
      queries: one("sum by (result) (rate(cuobian_cloud_ingest_messages_total[5m]))", "{{result}}"),
    },
    {
      ...{ zh: "尚未落盘的消息", en: "Messages not yet durable", kind: "timeseries", unit: "short", width: 12 },
      queries: one("cuobian_cloud_ingest_waiting", "{{instance}}"),
    },
    {
      ...{ zh: "等待写入的遥测", en: "Telemetry that waits for its engine", kind: "timeseries", unit: "bytes", width: 8 },
      queries: one("cuobian_cloud_telemetry_waiting_bytes", "{{instance}}"),
    },
    {
      ...{ zh: "引擎拒收的行", en: "Lines that the engine refused", kind: "timeseries", unit: "short", width: 8 },
      queries: one("cuobian_cloud_telemetry_set_aside", "{{instance}}"),
    },
    {
      ...{ zh: "在线浏览器", en: "Browsers on the live stream", kind: "timeseries", unit: "short", width: 8 },
      queries: one("cuobian_cloud_stream_listeners", "{{instance}}"),
    },
    {
      ...{ zh: "内存", en: "Memory", kind: "timeseries", unit: "bytes", width: 12 },
      queries: one("cuobian_cloud_process_resident_memory_bytes", "{{instance}}"),
    },
    {
      ...{ zh: "事件循环延迟 p99", en: "Event loop lag p99", kind: "timeseries", unit: "s", width: 12 },
      queries: one("cuobian_cloud_nodejs_eventloop_lag_p99_seconds", "{{instance}}"),
    },
  ],
};

/** A gap stays a gap: nothing is filled in, and a line is never drawn across it. */
const inInflux = (measurement: string, field: string, tags: string, divided = ""): string =>
  `SELECT mean("${field}")${divided} FROM "${measurement}" WHERE "quality" = 'good' AND $timeFilter GROUP BY time($__interval), ${tags} fill(null)`;

const telemetry: Board = {
  uid: "cuobian-charging",
  zh: "充电遥测",
  en: "Charging telemetry",
  source: "influxdb",
  panels: [
    {
      ...{ zh: "电流", en: "Current", kind: "timeseries", unit: "mamp", width: 12 },
      queries: one(inInflux("socket", "current_mA", '"station", "socket"'), "$tag_station/$tag_socket"),
    },
    {
      ...{ zh: "功率", en: "Power", kind: "timeseries", unit: "mwatt", width: 12 },
      queries: one(inInflux("socket", "power_mW", '"station", "socket"'), "$tag_station/$tag_socket"),
    },
    {
      ...{ zh: "电压", en: "Voltage", kind: "timeseries", unit: "mvolt", width: 12 },
      queries: one(inInflux("socket", "voltage_mV", '"station", "socket"'), "$tag_station/$tag_socket"),
    },
    {
      ...{ zh: "温度", en: "Temperature", kind: "timeseries", unit: "celsius", width: 12 },
      queries: one(inInflux("socket", "temperature_mC", '"station", "socket"', " / 1000"), "$tag_station/$tag_socket"),
    },
    {
      ...{ zh: "车棚功率与上限", en: "A shed's power beside its limit", kind: "timeseries", unit: "mwatt", width: 12 },
      queries: [
        { query: inInflux("shed", "power_mW", '"shed"'), legend: "$tag_shed" },
        { query: inInflux("shed", "power_limit_mW", '"shed"'), legend: "$tag_shed 上限 limit" },
      ],
    },
    {
      ...{ zh: "线路轮询一圈", en: "One round of a line", kind: "timeseries", unit: "ms", width: 12 },
      queries: one(inInflux("line", "rotation_ms", '"line"'), "$tag_line"),
    },
  ],
};

export const boards: readonly Board[] = [gateway, cloud, telemetry];

export interface AlertRule {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  readonly query: string;
  readonly for: string;
  readonly priority: 1 | 2 | 3;
}

/** For whoever watches the service itself; alarms of the compound are the product's own and do not go this way. */
export const alertRules: readonly AlertRule[] = [
  {
    name: "CuobianSafetySilent",
    ...{ zh: "保护进程没有应答", en: "the safety process does not answer", query: "cuobian_safety_silent_ms > 0" },
    ...{ for: "10s", priority: 1 },
  },
  {
    name: "CuobianLineLate",
    ...{ zh: "线路慢于承诺的断电时间", en: "a line is slower than its promised cut-off time", query: "cuobian_line_late == 1" },
    ...{ for: "30s", priority: 2 },
  },
  {
    name: "CuobianUplinkDown",
    ...{ zh: "网关连不上云端（现场照常运行）", en: "a gateway has no uplink (the site goes on)", query: "cuobian_uplink_connected == 0" },
    ...{ for: "10m", priority: 3 },
  },
  {
    name: "CuobianUrgentWaits",
    ...{ zh: "紧急事件未送达", en: "urgent events are not acknowledged", query: 'cuobian_uplink_waiting{stream="urgent"} > 0' },
    ...{ for: "2m", priority: 2 },
  },
  {
    name: "CuobianTelemetryLost",
    ...{ zh: "读数被舍弃", en: "readings were given up", query: "increase(cuobian_telemetry_lost_total[1h]) > 0" },
    ...{ for: "0s", priority: 3 },
  },
  {
    name: "CuobianCloudNumbersMissing",
    ...{ zh: "云端缺号", en: "numbers are missing in the cloud", query: "cuobian_cloud_events_missing > 0" },
    ...{ for: "15m", priority: 3 },
  },
  {
    name: "CuobianDeadLetters",
    ...{ zh: "有死信待处理", en: "dead letters wait for a person", query: "cuobian_cloud_dead_letters > 0" },
    ...{ for: "5m", priority: 3 },
  },
  {
    name: "CuobianIngestStuck",
    ...{ zh: "云端与消息代理断开", en: "the ingest has lost its broker", query: "cuobian_cloud_broker_connected == 0" },
    ...{ for: "1m", priority: 1 },
  },
];

/** Measurement and field of an InfluxQL query. */
export const fieldsOf = (query: string): string[] =>
  [...query.matchAll(/\("(\w+)"\)[^"]* FROM "(\w+)"/g)].map(([, field = "", measurement = ""]) => `${measurement}_${field}`);
