// Passes, coupons, vehicles and charging are put in here, by whoever holds the booth's token: as JSON, or as the same lists in YAML.
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import {
  RegisterEntries,
  RegisterListed,
  RegisterTable,
  RegisterTableTaken,
  RegisterTaken,
  RegisterText,
} from "#protocols/api/register.ts";
import { canonicalPlate } from "#protocols/vocabulary/plate.ts";
import type { Lanes } from "../lanes/door.ts";
import { exportTable } from "../register/export.ts";
import { importTable } from "../register/import.ts";
import { listed } from "../register/list.ts";
import { bringFile, bringRegister, type RulesOf } from "../register/write.ts";
import type { SiteContext } from "../site-context.ts";
import { refusalProblem, sendProblem } from "./problem.ts";
import { sendTable, TableForm } from "./tables.ts";

const largestBody = 512 * 1024;

export function registerRoutes(server: FastifyInstance, context: SiteContext, { tariffs }: Lanes): void {
  const rules: RulesOf = (lot) => tariffs.version({ lot, tariffHash: null }, context.clock.wall());
  const response = { 200: RegisterTaken };
  server.post<{ Body: RegisterEntries }>(
    "/register",
    { bodyLimit: largestBody, schema: { body: RegisterEntries, response } },
    async (request, reply) => {
      const taken = await bringRegister(context, rules, request.body);
      return "kind" in taken ? sendProblem(reply, refusalProblem(taken)) : taken;
    },
  );
  server.post<{ Body: RegisterText }>(
    "/register/import",
    { bodyLimit: largestBody, schema: { body: RegisterText, response } },
    async (request, reply) => {
      const taken = await bringFile(context, rules, request.body);
      return "kind" in taken ? sendProblem(reply, refusalProblem(taken)) : taken;
    },
  );

  server.post<{ Body: RegisterTable }>(
    "/register/csv",
    { bodyLimit: largestBody, schema: { body: RegisterTable, response: { 200: RegisterTableTaken } } },
    async (request) => importTable(context, rules, request.body),
  );
  server.get<{ Params: { list: RegisterTable["list"]; form: TableForm } }>(
    "/register/:list/:form",
    { schema: { params: FormedLists } },
    async ({ params: { list, form } }, reply) => sendTable(reply, list, { form, rows: await exportTable(context.journal, list) }),
  );
  server.get<{ Params: { list: RegisterTable["list"] }; Querystring: { plate?: string; after?: string } }>(
    "/register/:list",
    { schema: { params: Lists, querystring: Page, response: { 200: RegisterListed } } },
    async (request, reply) => {
      const { plate: text, after = "" } = request.query;
      const plate = text === undefined ? undefined : canonicalPlate(text);
      if (text !== undefined && plate === undefined)
        return sendProblem(reply, { status: 400, code: "not-as-described", zh: `不是车牌：${text}`, en: `no plate: ${text}` });
      return listed(context.journal, { list: request.params.list, plate, after });
    },
  );
}

const list = Type.Enum(["passes", "coupons", "vehicles", "visitors", "cars"]);
const Lists = Type.Object({ list }, { additionalProperties: false });
const FormedLists = Type.Object({ list, form: TableForm }, { additionalProperties: false });
const Page = Type.Object(
  { plate: Type.Optional(Type.String({ minLength: 5, maxLength: 20 })), after: Type.Optional(Type.String({ maxLength: 64 })) },
  { additionalProperties: false },
);
