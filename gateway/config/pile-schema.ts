// Piles that do not speak Modbus, as the site file declares them: where they call, and what each may do. They stand in the site process: their own firmware opens their relays.
import Type, { type Static } from "typebox";
import { pileKinds } from "#protocols/piles/telling.ts";
import { id, said, strict, text, whole } from "./schema-words.ts";

const Pile = strict("桩", "one pile; its sockets are named by it: pile-1/1", {
  id: id("桩编号", "pile id; no station has the same", "pile-1"),
  name: text("名称", "name that people read", "2号棚双路桩"),
  number: Type.String({
    ...said("设备号", "its number on the wire, hexadecimal: 8 digits for DNY, 16 for a dc589 board", "04CEAA40"),
    pattern: "^[0-9A-F]{8}([0-9A-F]{8})?$",
  }),
  ports: whole(said("路数", "sockets", 2), 1, 50),
  time_most_s: whole(said("最长充电（秒）", "longest charge; the pile is told it with every start", 28_800), 600, 43_200),
  overload_W: whole(said("过载功率（瓦）", "its firmware opens above this; told with every start", 500), 50, 3500),
  shed: Type.Optional(id("充电棚编号", "shed that it stands in: locked by fire, it starts nothing and stops what charges", "shed-1")),
  labels: Type.Optional(Type.Array(text("标签", "label", "37", 40), said("插座标签", "what is printed beside each socket", ["37", "38"]))),
});

export const PileHost = strict("桩主机", "a TCP port that piles call; one kind of pile each", {
  id: id("主机编号", "id", "piles-1"),
  kind: Type.Enum([...pileKinds], said("协议", "protocol of its piles", "dny")),
  host: Type.String({ ...said("监听地址", "address of this gateway that they call", "192.168.1.10"), pattern: "^[0-9A-Fa-f.:]{2,45}$" }),
  port: whole(said("端口", "TCP port; 0 takes a free one", 8600), 0, 65_535),
  cut_by: Type.Literal(
    "firmware",
    said("断电者", "who opens its relays in time: the pile's own firmware; the gateway only asks", "firmware"),
  ),
  cutoff_ms: Type.Optional(
    whole(
      said("断电时限（毫秒）", "leave it out: the gateway can only ask such a pile to stop, and promises no time of it", 300_000),
      100,
      3_600_000,
    ),
  ),
  piles: Type.Array(Pile, said("桩", "piles that may call; others are not answered with leave to charge")),
});

export type PileHostConfig = Static<typeof PileHost>;
export type PileConfig = Static<typeof Pile>;
