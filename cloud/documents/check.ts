// Is a text what a gateway would run by? Asked with the gateway's own schemas, before anybody approves it; the gateway asks again, with what really lies there.
import Value from "typebox/value";
import { parseDocument } from "yaml";
import type { Queries } from "#cloud/store/store.ts";
import { parseLimits, readyLimits } from "#gateway/config/limits-file.ts";
import { type LimitsSource, parseSiteConfig } from "#gateway/config/read.ts";
import { parseChargePrice } from "#gateway/prices/file.ts";
import { parseTariff } from "#gateway/tariff/file.ts";
import { RegisterEntries } from "#protocols/api/register.ts";
import type { DocumentKind } from "#protocols/uplink/documents.ts";

export interface Complaint {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly zh: string;
  readonly en: string;
}

export interface Which {
  readonly site: string;
  readonly gateway: string;
  readonly kind: DocumentKind;
  readonly name: string;
}

const said = "document.yaml";

export async function complaintsOf(read: Queries, which: Which, text: string): Promise<readonly Complaint[]> {
  switch (which.kind) {
    case "limits": {
      const parsed = parseLimits(text, said);
      return parsed.kind === "limits" ? [] : parsed.complaints;
    }
    case "tariff": {
      const parsed = parseTariff(text, said);
      return "tariff" in parsed ? [] : parsed.complaints;
    }
    case "price": {
      const parsed = parseChargePrice(text, said);
      return "price" in parsed ? [] : parsed.complaints;
    }
    case "list":
      return listComplaints(text);
    case "site": {
      const parsed = parseSiteConfig(text, `/${said}`, await limitsKnownOf(read, which));
      if (parsed.kind === "complaints") return parsed.complaints;
      const { site, gateway } = parsed.config;
      if (site === which.site && gateway === which.gateway) return [];
      const words = { zh: "站点与网关编号只能在现场更改", en: "site and gateway are changed on site alone" };
      return [{ line: 1, column: 1, path: "site", ...words }];
    }
  }
}

/** Limits that lie on the gateway are known by their text; of others nothing is known here, and the gateway looks at them itself. */
async function limitsKnownOf(read: Queries, { site, gateway }: Which): Promise<LimitsSource> {
  const rows = await read
    .selectFrom("running")
    .innerJoin("local_text", (on) =>
      on
        .onRef("local_text.hash", "=", "running.local")
        .onRef("local_text.gateway", "=", "running.gateway")
        .onRef("local_text.site", "=", "running.site")
        .onRef("local_text.kind", "=", "running.kind")
        .onRef("local_text.name", "=", "running.name"),
    )
    .select(["running.name as name", "local_text.text as text"])
    .where("running.site", "=", site)
    .where("running.gateway", "=", gateway)
    .where("running.kind", "=", "limits")
    .execute();
  const known = new Map(rows.map(({ name, text }) => [name, text]));
  return ({ id, file }) => {
    const text = known.get(id);
    if (text !== undefined) return parseLimits(text, file);
    const names = readyLimits().join(", ");
    const words = {
      zh: `云端没有限值 ${id} 的内容：先在现场放置，或使用现场已有的编号（现成的有 ${names}）`,
      en: `the cloud does not know the text of limits ${id}: put the file in its place on site first, or use an id that is there (ready ones are ${names})`,
    };
    return { kind: "complaints", complaints: [{ file, line: 1, column: 1, path: "limits", ...words }] };
  };
}

function listComplaints(text: string): readonly Complaint[] {
  const wrong = (why: string, path = ""): readonly Complaint[] => [
    { line: 1, column: 1, path, zh: `名单有误：${why}`, en: `the list is wrong: ${why}` },
  ];
  try {
    const document = parseDocument(text, { strict: true, uniqueKeys: true });
    const [error] = [...document.errors, ...document.warnings];
    if (error !== undefined) return wrong(error.message.split("\n")[0] ?? "");
    const raw: unknown = document.toJS({ maxAliasCount: 20 });
    const entries = typeof raw === "object" && raw !== null ? { ...raw, person: "cloud" } : raw;
    const [first] = Value.Errors(RegisterEntries, entries);
    return first === undefined ? [] : wrong(first.message, first.instancePath);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
}
