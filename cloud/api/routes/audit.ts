// GET /api/v1/audit: who did what, newest first. Reading it is a row of it too.
import Type from "typebox";
import { type AuditAction, auditActionNames, auditActions } from "#cloud/audit/actions.ts";
import type { AuditRow } from "#cloud/audit/chain.ts";
import { time } from "#cloud/views/words.ts";
import { AuditRowView } from "#protocols/api/audit.ts";
import { note } from "../audited.ts";
import { Cursor, limitOf, numberCursor, numberCursorText } from "../pages.ts";
import { readers } from "../rights.ts";
import type { Routes } from "../server.ts";

const Asked = Type.Object(
  {
    ...Cursor,
    person: Type.Optional(Type.String({ maxLength: 64 })),
    action: Type.Optional(Type.Enum(auditActionNames)),
    object: Type.Optional(Type.String({ maxLength: 100 })),
    outcome: Type.Optional(Type.Enum(["done", "refused"])),
  },
  { additionalProperties: false },
);
const Page = Type.Object({ items: Type.Array(AuditRowView), next: Type.Union([Type.String(), Type.Null()]) });

function auditRowView(row: AuditRow): AuditRowView {
  const { ordinal, at, person, person_name, role, organisation, site, action, object, outcome, code, detail, hash } = row;
  const { zh, en } = auditActions[action as AuditAction] ?? { zh: action, en: action };
  return {
    ...{ row: ordinal, at: time(at), person, person_name, role, organisation, site, action, zh, en, object, code, hash },
    outcome: outcome as AuditRowView["outcome"],
    detail: JSON.parse(detail) as Record<string, unknown>,
  };
}

export const auditLogRoutes: Routes = (server, { store, now }) => {
  server.get(
    "/api/v1/audit",
    { config: { access: readers.audit, audit: "audit.read" }, schema: { querystring: Asked, response: { 200: Page } } },
    async (request) => {
      const { query, scope } = request;
      const limit = limitOf(query);
      let rows = store.read
        .selectFrom("audit")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .orderBy("ordinal", "desc")
        .limit(limit + 1);
      for (const column of ["person", "action", "object", "outcome"] as const) {
        const value = query[column];
        if (value !== undefined) rows = rows.where(column, "=", value);
      }
      const ordinal = numberCursor(query);
      if (ordinal !== undefined) rows = rows.where("ordinal", "<", ordinal);
      const page = await rows.execute();
      const shown = page.slice(0, limit);
      const { after = null, limit: _, ...filter } = query;
      await store.change((change) => note(change, request, { object: null, site: null, detail: { ...filter, after }, at: now() }));
      request.audited = true;
      return { items: shown.map(auditRowView), next: page.length > limit ? numberCursorText(shown.at(-1)?.ordinal ?? 0) : null };
    },
  );
};
