// GET /api/v1/notify/channels, GET /api/v1/notify/deliveries, POST /api/v1/notify/channels/{id}/test. No answer holds an address or a key.
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { sees } from "#cloud/identity/scope.ts";
import { type Channel, maskedTarget } from "#cloud/notify/channel.ts";
import { titleOf } from "#cloud/notify/message.ts";
import type { Row } from "#cloud/store/schema.ts";
import { maybeTime, time } from "#cloud/views/words.ts";
import { ChannelView, DeliveryView } from "#protocols/api/notify.ts";
import type { Role } from "#protocols/api/views.ts";
import type { Access } from "../access.ts";
import { changed } from "../change.ts";
import { Cursor, limitOf, pageFrom, pageOf, timeCursor, timeCursorText } from "../pages.ts";
import { notFound } from "../problem.ts";
import type { Routes } from "../server.ts";

const Id = Type.Object({ id: Type.String({ maxLength: 64 }) });
const Which = Type.Object({ ...Cursor, channel: Type.Optional(Type.String({ maxLength: 40 })) }, { additionalProperties: false });
const keepers: readonly Role[] = ["property-manager", "operating-company", "administrator"];
const keepersOnly = { config: { access: keepers as Access } };

function deliveryView(row: Row<"delivery">): DeliveryView {
  const { id, channel, kind, priority, state, tries, detail } = row;
  const message = JSON.parse(row.message);
  return {
    ...{ id, channel, kind: kind as DeliveryView["kind"], priority, state: state as DeliveryView["state"], tries, detail },
    ...{ title: titleOf(message), notices: message.told.length, made: time(row.made_at), ended: maybeTime(row.ended_at) },
    next: row.state === "waiting" ? time(row.next_at) : null,
  };
}

export const notifyRoutes: Routes = (server, surroundings) => {
  const { store, notifier } = surroundings;
  const reaches = ({ scope }: FastifyRequest, { sites }: Channel): boolean =>
    sites === undefined || sites.some((site) => sees(scope, site));
  const channelsFor = (request: FastifyRequest): Channel[] => notifier.channels.filter((one) => reaches(request, one));

  server.get("/api/v1/notify/channels", { ...keepersOnly, schema: { response: { 200: Type.Array(ChannelView) } } }, async (request) => {
    const views: ChannelView[] = [];
    for (const channel of channelsFor(request)) {
      const { id, name, kind, up_to, recovery, hourly, roles = null, sites = null, mute = [] } = channel;
      const last = await store.read
        .selectFrom("delivery")
        .selectAll()
        .where("channel", "=", id)
        .orderBy("made_at", "desc")
        .limit(1)
        .executeTakeFirst();
      const settings = { id, name, kind, target: maskedTarget(channel), up_to, recovery, hourly };
      const lists = { roles: roles && [...roles], sites: sites && [...sites], mute: [...mute] };
      views.push({ ...settings, ...lists, on_duty: notifier.onDuty(channel), last: last === undefined ? null : deliveryView(last) });
    }
    return views;
  });

  server.get(
    "/api/v1/notify/deliveries",
    { ...keepersOnly, schema: { querystring: Which, response: { 200: pageOf(DeliveryView) } } },
    async (request) => {
      const { scope } = request;
      const { channel } = request.query;
      const [limit, after] = [limitOf(request.query), timeCursor(request.query)];
      let rows = store.read
        .selectFrom("delivery")
        .selectAll()
        .$if(!scope.all, (all) => all.where("site", "in", scope.sites))
        .$if(channel !== undefined, (all) => all.where("channel", "=", channel ?? ""))
        .orderBy("made_at", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1);
      if (after !== undefined)
        rows = rows.where((eb) => eb.or([eb("made_at", "<", after.at), eb.and([eb("made_at", "=", after.at), eb("id", "<", after.id)])]));
      const { shown, next } = pageFrom(await rows.execute(), limit, ({ made_at, id }) => timeCursorText(made_at, id));
      return { items: shown.map(deliveryView), next };
    },
  );

  server.post(
    "/api/v1/notify/channels/:id/test",
    { config: { access: keepers, audit: "notify.test" }, schema: { params: Id, response: { 200: DeliveryView } } },
    async (request) => {
      const { id } = request.params;
      if (!channelsFor(request).some((one) => one.id === id)) throw notFound();
      const row = await notifier.test(id);
      if (row === undefined) throw notFound();
      await changed(surroundings, request, {
        work: async () => row,
        about: () => ({ object: id, site: null, detail: { outcome: row.state } }),
      });
      return deliveryView(row);
    },
  );
};
