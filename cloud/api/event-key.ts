// "gateway/epoch/stream/seq": how an event is named, and found again.
import type { Row } from "#cloud/store/schema.ts";
import type { Queries } from "#cloud/store/store.ts";
import { wholeNumber } from "./pages.ts";
import { ApiProblem } from "./problem.ts";

export interface KeyParts {
  readonly gateway: string;
  readonly epoch: string;
  readonly stream: string;
  readonly seq: number;
}

export function partsOf(key: string): KeyParts {
  const [gateway = "", epoch = "", stream = "", seq = ""] = key.split("/");
  const number = wholeNumber(seq);
  if (number === undefined)
    throw new ApiProblem(400, {
      code: "no-key",
      zh: `不是事件编号：${key}`,
      en: `not an event key: ${key}`,
      hint_zh: "网关/纪元/序列/序号",
      hint_en: "gateway/epoch/stream/seq",
    });
  return { gateway, epoch, stream, seq: number };
}

export const eventByKey = (read: Queries, key: string): Promise<Row<"event"> | undefined> => {
  const { gateway, epoch, stream, seq } = partsOf(key);
  return read
    .selectFrom("event")
    .selectAll()
    .where("gateway", "=", gateway)
    .where("epoch", "=", epoch)
    .where("stream", "=", stream)
    .where("seq", "=", seq)
    .executeTakeFirst();
};
