// The place of a shed, as a fire inspector looks at it: where it stands, its bays in rows and groups, what separates them, what watches over it. Written down by whoever measured it.
import Type, { type Static } from "typebox";
import { said, strict, text, whole } from "./schema-words.ts";

const decimetres = (zh: string, en: string, example: number) => whole(said(zh, `${en}, dm`, example), 0, 10_000);

const PlaceGroup = strict("停放组", "a group of bays, between partitions or free space", {
  name: text("名称", "name", "A 组", 60),
  bays: whole(said("车位数", "bays", 20), 1, 1_000),
  length_dm: decimetres("长度（分米）", "length of the group", 180),
  partition: Type.Optional(
    strict("隔墙", "non-combustible partition to the next group", {
      height_dm: decimetres("高（分米）", "height", 15),
      depth_dm: decimetres("宽（分米）", "width", 20),
      fire_min: whole(said("耐火极限（分钟）", "fire resistance, min", 90), 0, 600),
    }),
  ),
});

export const Place = strict("场所", "where the shed stands; what is not written is not checked, and said so", {
  kind: Type.Enum(
    ["outdoor", "adjacent", "ground-floor", "basement-1", "other"],
    said("位置", "where: outdoors, against a building, on its ground floor, in its first basement, elsewhere", "outdoor"),
  ),
  address: Type.Optional(text("位置说明", "where it is, in words", "3号楼北侧", 120)),
  area_m2: whole(said("面积（平方米）", "area, m²", 180), 1, 100_000),
  rows: Type.Optional(whole(said("排数", "rows", 2), 1, 100)),
  bay_length_dm: Type.Optional(decimetres("车位长（分米）", "length of a bay", 22)),
  bay_width_dm: Type.Optional(decimetres("车位宽（分米）", "width of a bay", 8)),
  clear_height_dm: Type.Optional(decimetres("净高（分米）", "clear height", 24)),
  groups: Type.Array(PlaceGroup, said("停放组", "groups of bays")),
  to_building_dm: Type.Optional(decimetres("距建筑外墙（分米）", "distance to the outer wall of a building", 40)),
  to_exit_dm: Type.Optional(decimetres("距安全出口（分米）", "distance to an exit", 80)),
  solid_wall: Type.Optional(Type.Boolean(said("实体墙分隔，无洞口", "solid wall without openings to the building", true))),
  extinguishing: Type.Optional(Type.Boolean(said("自动灭火设施", "automatic extinguishing", true))),
  video_24h: Type.Optional(Type.Boolean(said("24 小时视频监控", "video watched around the clock", true))),
  night_patrol: Type.Optional(Type.Boolean(said("夜间巡查", "patrol by the property company at night", true))),
  short_circuit_breakers: Type.Optional(
    Type.Boolean(said("插座回路装短路保护断路器", "a breaker against short circuits on each branch", true)),
  ),
});
export type PlaceConfig = Static<typeof Place>;
