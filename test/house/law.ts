// The house law, as tables: which room may lean on which, what npm brings into it, and which words a pure room may not say.
// What is not written is forbidden. `#protocols/vocabulary` is open to all; tests may lean on anything. A room is a path; the longest that fits is the one.

export interface Room {
  readonly path: string;
  readonly mayLeanOn: readonly string[];
  readonly packages: readonly string[];
  /** A pure room: no clock, no chance, no I/O, nothing asynchronous. */
  readonly pure?: true;
}

const protocolPackages = ["typebox"];

export const rooms: readonly Room[] = [
  { path: "protocols/vocabulary", mayLeanOn: [], packages: [], pure: true },
  { path: "protocols/modbus", mayLeanOn: [], packages: protocolPackages, pure: true },
  { path: "protocols/profiles", mayLeanOn: ["protocols/modbus"], packages: [], pure: true },
  { path: "protocols/frames", mayLeanOn: [], packages: [], pure: true },
  { path: "protocols/piles", mayLeanOn: ["protocols/frames"], packages: [], pure: true },
  { path: "protocols/fire", mayLeanOn: ["protocols/frames"], packages: [], pure: true },
  { path: "protocols/cameras", mayLeanOn: ["protocols/frames"], packages: [...protocolPackages, "fast-xml-parser"], pure: true },
  { path: "protocols/displays", mayLeanOn: ["protocols/frames", "protocols/modbus"], packages: [], pure: true },
  { path: "protocols/time", mayLeanOn: [], packages: [], pure: true },
  { path: "protocols/uplink", mayLeanOn: [], packages: protocolPackages, pure: true },
  { path: "protocols/word", mayLeanOn: [], packages: ["fflate"], pure: true },
  { path: "protocols/excel", mayLeanOn: [], packages: ["fast-xml-parser", "fflate"], pure: true },
  { path: "protocols/pki", mayLeanOn: [], packages: [], pure: true },
  { path: "protocols/api", mayLeanOn: [], packages: protocolPackages, pure: true },

  { path: "gateway/core", mayLeanOn: [], packages: [], pure: true },
  { path: "gateway/ports.ts", mayLeanOn: ["gateway/core"], packages: [] },
  { path: "gateway/world", mayLeanOn: ["gateway/ports.ts"], packages: ["serialport", "koffi"] },
  { path: "gateway/link", mayLeanOn: ["gateway/core", "gateway/ports.ts"], packages: [] },
  { path: "gateway/lines", mayLeanOn: ["gateway/ports.ts", "protocols/modbus"], packages: ["modbus-serial"] },
  {
    path: "gateway/drivers",
    mayLeanOn: [
      "gateway/ports.ts",
      "gateway/lines",
      "protocols/cameras",
      "protocols/frames",
      "protocols/modbus",
      "protocols/piles",
      "protocols/profiles",
    ],
    packages: ["modbus-serial", "mqtt", "onoff"],
  },
  { path: "gateway/signed", mayLeanOn: [], packages: [] },
  { path: "gateway/tariff", mayLeanOn: ["gateway/core", "protocols/api"], packages: ["typebox", "yaml"] },
  { path: "gateway/prices", mayLeanOn: ["gateway/core", "gateway/tariff"], packages: ["typebox"] },
  {
    path: "gateway/config",
    mayLeanOn: [
      "gateway/core",
      "gateway/prices",
      "gateway/signed",
      "gateway/tariff",
      "protocols/modbus",
      "protocols/profiles",
      "protocols/uplink",
    ],
    packages: ["typebox", "yaml"],
  },
  { path: "gateway/protect", mayLeanOn: ["gateway/core", "gateway/config", "protocols/modbus"], packages: [] },
  { path: "gateway/quote", mayLeanOn: ["gateway/core", "gateway/prices", "gateway/tariff"], packages: ["yaml"] },
  {
    path: "gateway/protection",
    mayLeanOn: [
      "gateway/core",
      "gateway/ports.ts",
      "gateway/world",
      "gateway/drivers",
      "gateway/lines",
      "gateway/link",
      "gateway/config",
      "protocols/modbus",
    ],
    packages: ["pino"],
  },
  { path: "gateway/journal", mayLeanOn: ["gateway/ports.ts", "protocols/uplink"], packages: ["better-sqlite3", "typebox"] },
  {
    path: "gateway/site-context.ts",
    mayLeanOn: ["gateway/core", "gateway/ports.ts", "gateway/journal", "gateway/config", "gateway/link"],
    packages: ["pino"],
  },
  {
    path: "gateway/uplink",
    mayLeanOn: ["gateway/ports.ts", "gateway/config", "gateway/journal", "gateway/site-context.ts", "protocols/pki", "protocols/uplink"],
    packages: ["mqtt", "pino", "typebox"],
  },
  {
    path: "gateway/sessions",
    mayLeanOn: [
      "gateway/core",
      "gateway/ports.ts",
      "gateway/config/stations.ts",
      "gateway/prices",
      "gateway/journal",
      "gateway/link",
      "gateway/site-context.ts",
      "protocols/uplink",
    ],
    packages: ["pino"],
  },
  {
    path: "gateway/register",
    mayLeanOn: ["gateway/core", "gateway/journal", "gateway/site-context.ts", "gateway/tariff", "protocols/api"],
    packages: ["typebox", "yaml"],
  },
  {
    path: "gateway/lanes",
    mayLeanOn: [
      "gateway/register",
      "gateway/core",
      "gateway/ports.ts",
      "gateway/world",
      "gateway/lines",
      "gateway/drivers",
      "gateway/journal",
      "gateway/site-context.ts",
      "gateway/config",
      "gateway/tariff",
      "protocols/cameras",
      "protocols/displays",
      "protocols/modbus",
      "protocols/time",
      "protocols/uplink",
    ],
    packages: ["modbus-serial", "pino"],
  },
  {
    path: "gateway/payments",
    mayLeanOn: [
      "gateway/core",
      "gateway/ports.ts",
      "gateway/journal",
      "gateway/lanes",
      "gateway/register",
      "gateway/site-context.ts",
      "protocols/api",
      "protocols/uplink",
    ],
    packages: ["pino"],
  },
  {
    path: "gateway/fire",
    mayLeanOn: [
      "gateway/ports.ts",
      "gateway/journal",
      "gateway/site-context.ts",
      "gateway/config/fire-schema.ts",
      "protocols/fire",
      "protocols/frames",
      "protocols/uplink",
    ],
    packages: ["pino"],
  },
  {
    path: "gateway/console",
    mayLeanOn: [
      "gateway/fire",
      "gateway/core",
      "gateway/journal",
      "gateway/lanes",
      "gateway/payments",
      "gateway/register",
      "gateway/tariff",
      "gateway/drivers",
      "gateway/site-context.ts",
      // Their files are sent to the booth's browser; none is imported.
      "dashboards",
      "protocols/api",
      "protocols/cameras",
    ],
    packages: ["fastify", "@fastify/type-provider-typebox", "typebox", "pino"],
  },
  {
    path: "gateway/commands",
    mayLeanOn: [
      "gateway/ports.ts",
      "gateway/journal",
      "gateway/lanes",
      "gateway/payments",
      "gateway/signed",
      "gateway/site-context.ts",
      "protocols/uplink",
    ],
    packages: ["typebox", "pino"],
  },
  {
    path: "gateway/documents",
    mayLeanOn: [
      "gateway/ports.ts",
      "gateway/config",
      "gateway/journal",
      "gateway/lanes",
      "gateway/register",
      "gateway/site-context.ts",
      "protocols/uplink",
    ],
    packages: ["pino"],
  },
  { path: "gateway/site", mayLeanOn: ["gateway", "protocols"], packages: ["pino", "prom-client"] },
  { path: "gateway/main.ts", mayLeanOn: ["gateway", "protocols"], packages: ["pino"] },

  { path: "cloud/store", mayLeanOn: [], packages: ["kysely", "pg", "better-sqlite3"] },
  { path: "cloud/telemetry", mayLeanOn: ["protocols/uplink"], packages: ["better-sqlite3", "@influxdata/influxdb-client"] },
  { path: "cloud/broker", mayLeanOn: ["protocols/uplink"], packages: ["aedes", "mqtt-packet", "pino"] },
  { path: "cloud/calendar", mayLeanOn: [], packages: [], pure: true },
  { path: "cloud/main.ts", mayLeanOn: ["cloud", "protocols"], packages: ["pino"] },
  {
    path: "cloud",
    mayLeanOn: ["cloud", "protocols", "gateway/core", "gateway/config", "gateway/tariff"],
    packages: [
      "fastify",
      "@fastify/cookie",
      "@fastify/helmet",
      "@fastify/rate-limit",
      "@fastify/static",
      "@fastify/swagger",
      "@fastify/type-provider-typebox",
      "typebox",
      "mqtt",
      "kysely",
      "nodemailer",
      "pino",
      "prom-client",
      "yaml",
    ],
  },

  { path: "firmware-sim", mayLeanOn: ["protocols"], packages: ["fastify", "pino", "typebox", "yaml"] },
  { path: "dashboards/web", mayLeanOn: ["protocols/api"], packages: ["preact", "@preact/signals"] },
  { path: "dashboards/booth", mayLeanOn: ["protocols/api"], packages: [] },
  { path: "dashboards", mayLeanOn: [], packages: ["esbuild", "playwright-core"] },
  {
    path: "command/decode",
    mayLeanOn: ["protocols/frames", "protocols/modbus", "protocols/piles", "protocols/fire"],
    packages: [],
  },
  { path: "command/diagnosis", mayLeanOn: ["protocols/modbus"], packages: [], pure: true },
  {
    path: "command/device",
    mayLeanOn: [
      ...["command/diagnosis", "gateway/lines", "gateway/world", "gateway/ports.ts"],
      ...["protocols/excel", "protocols/modbus", "protocols/profiles"],
    ],
    packages: ["fflate"],
  },
  {
    path: "command/site",
    mayLeanOn: [
      "command/device",
      "command/diagnosis",
      "gateway/config",
      "gateway/drivers",
      "gateway/link",
      "gateway/ports.ts",
      "gateway/world",
      "protocols/modbus",
    ],
    packages: [],
  },
  {
    path: "command/month",
    mayLeanOn: [
      "firmware-sim",
      "gateway/config",
      "gateway/core",
      "gateway/journal",
      "gateway/link",
      "gateway/ports.ts",
      "gateway/prices",
      "gateway/protection",
      "gateway/sessions",
    ],
    packages: ["pino"],
  },
  { path: "command", mayLeanOn: ["protocols/api", "protocols/uplink"], packages: ["mqtt", "yaml"] },
  { path: "vitest.config.ts", mayLeanOn: [], packages: ["vitest"] },
  { path: "test", mayLeanOn: ["command", "cloud", "firmware-sim", "gateway", "protocols", "dashboards"], packages: ["*"] },
];

/** What a pure room may not say: time and chance arrive in the input. `\b` so that `updated` is no `Date`. */
export const forbiddenWords: readonly { readonly word: string; readonly pattern: RegExp }[] = [
  { word: "Date", pattern: /\bDate\b/ },
  { word: "setTimeout", pattern: /\bsetTimeout\b/ },
  { word: "setInterval", pattern: /\bsetInterval\b/ },
  { word: "Math.random", pattern: /\bMath\.random\b/ },
  { word: "async", pattern: /\basync\b/ },
  { word: "await", pattern: /\bawait\b/ },
  { word: "Promise", pattern: /\bPromise\b/ },
  { word: "process", pattern: /\bprocess\./ },
  { word: "console", pattern: /\bconsole\./ },
  { word: "performance", pattern: /\bperformance\./ },
  { word: "node:", pattern: /["']node:/ },
];

/** A file is one idea. Beyond this it is two; an exception says why. */
export const longestFile = 350;
export const longFiles: Readonly<Record<string, string>> = {
  "gateway/tariff/schema.ts": "the whole of what a tariff file may say, declared once",
  "test/tariff/naive.ts": "a second, naive pricing on purpose in one piece: it shares nothing with the real one",
};
