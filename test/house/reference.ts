// Reference pages that are made from the source they describe. `node test/house/reference.ts` writes them; a test holds them together.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { securityPage } from "#command/controls/page.ts";
import { deviceProfilePage } from "#command/device/reference.ts";
import { limitsPage, siteConfigPage } from "#gateway/config/reference.ts";
import { chargingPricePage } from "#gateway/prices/reference.ts";
import { eventCatalogue } from "#protocols/uplink/events.ts";
import { topicTable } from "#protocols/uplink/topics.ts";
import { grafanaFiles } from "../../dashboards/grafana/files.ts";
import { root } from "./reading.ts";

interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly anyOf?: readonly Shape[];
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly items?: Shape;
}

/** A schema in a few words: `integer`, `text | null`, `entry | exit`. */
function shapeText(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.join(" | ");
  if (shape.anyOf !== undefined) return shape.anyOf.map(shapeText).join(" | ");
  if (shape.const !== undefined) return String(shape.const);
  if (shape.type === "array") return `[${shapeText(shape.items ?? {})}]`;
  if (shape.type === "object")
    return `{ ${Object.entries(shape.properties ?? {})
      .map(([key, value]) => `${key}: ${shapeText(value)}`)
      .join(", ")} }`;
  return shape.type === "string" ? "text" : (shape.type ?? "any");
}

export function mqttPage(): string {
  const topics = topicTable.map(
    (row) => `| \`${row.pattern}\` | ${row.from} | ${row.qos} | ${row.retain ? "yes" : "no"} | ${row.payload} |`,
  );
  const events = Object.entries(eventCatalogue).map(([type, row]) => {
    const fields = Object.entries((row.data as unknown as Shape).properties ?? {}).map(
      ([name, shape]) => `\`${name}\`: ${shapeText(shape).replaceAll("|", "\\|")}`,
    );
    return `| \`${type}\` | ${row.stream} | ${row.zh} / ${row.en} | ${fields.join("; ")} |`;
  });
  return `<!-- made by test/house/reference.ts from protocols/uplink; do not edit -->
# MQTT 参考 / MQTT reference

MQTT 3.1.1. A gateway may publish only below its own prefix, and must present its credentials. Site and gateway are ids: \`[a-z0-9][a-z0-9-]{0,39}\`.

| topic | from | QoS | retained | payload |
| --- | --- | --- | --- | --- |
${topics.join("\n")}

A batch is \`{ v: 1, gateway, epoch, stream, events: [{ seq, type, at: { wall, mono, boot, synchronised, boots }, data }] }\`; \`seq\` rises by one within a stream and epoch.
\`at\` is what the clocks said and is never rewritten. Where \`synchronised\` is false the true time is \`anchor.wall + (mono − anchor.mono)\`; the anchor is the \`at\` of the
next \`clock.anchored\` of that boot, or its \`wall\` where the gateway only had the cloud's word. \`boots\` counts the boots that the journal has seen: it orders them where wall clocks cannot.
A \`stream.gap\` stands for \`count\` numbers up to its own: those events were dropped (class state only; urgent and money never are).
An acknowledgement is \`{ v: 1, epoch, stream, upTo, at, took_ms }\` (\`at\`: the cloud's clock; \`took_ms\`: what it took itself): everything up to \`upTo\` is durable in the cloud's stores; it goes no further than the batch that it answers. A batch that is not acknowledged is sent again.
Bulk batches are InfluxDB line protocol behind one comment line \`# cuobian {"v":1,"gateway":…,"epoch":…,"stream":"bulk","seq":…,"historical":…}\`: Telegraf or
anything else that reads line protocol can subscribe to the same topic. Fields are whole numbers (thousandths: \`current_mA\`, \`power_mW\`); the tag \`quality\`
is \`good\`, \`stale\` or \`bad\`; a value that is absent is left out. Readings of a boot wait until its clock is set, or the cloud has said what time it is. The header's \`gaps\` name readings that are no more (\`id\`, \`reason\`, \`from\`, \`to\`,
\`points\`); \`historical\` ones must not overwrite what is newer.

## 事件 / Events

| type | stream | | data |
| --- | --- | --- | --- |
${events.join("\n")}
`;
}

export const pages: Readonly<Record<string, () => string>> = {
  "docs/reference/charging-price.md": chargingPricePage,
  "docs/reference/device-profile.md": deviceProfilePage,
  "docs/reference/limits.md": limitsPage,
  "docs/reference/mqtt.md": mqttPage,
  "docs/reference/security.md": securityPage,
  "docs/reference/site-config.md": siteConfigPage,
  ...grafanaFiles,
};

if (process.argv[1]?.endsWith("reference.ts"))
  for (const [path, page] of Object.entries(pages)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), page());
  }
