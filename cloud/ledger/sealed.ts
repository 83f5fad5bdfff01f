// What stands beside the chain of steps, looked at again: papers as they were issued, awards as they were frozen, ways step by step, the bytes of pictures, and every record that was sealed
// when it was entered (money, votes, rules, scores: store/seals.ts).
import { createHash } from "node:crypto";
import { awardsWrong } from "#cloud/assessment/awards.ts";
import { sealsWrong } from "#cloud/store/seals.ts";
import type { Queries } from "#cloud/store/store.ts";
import { courseWrong } from "./courses.ts";

export interface Sealed {
  readonly papers: number;
  readonly awards: number;
  readonly ways: number;
  /** Records of every kind. */
  readonly records: number;
  readonly wrong: readonly string[];
}

export async function sealed(read: Queries): Promise<Sealed> {
  const papers = await read.selectFrom("issued_paper").select(["number", "body", "sha256", "year", "n"]).orderBy("number").execute();
  const awards = await read.selectFrom("award").selectAll().execute();
  const steps = await read.selectFrom("course_step").selectAll().orderBy("course").orderBy("seq").execute();
  const ways = [...Map.groupBy(steps, ({ course }) => course).values()];
  const seals = await sealsWrong(read);
  return {
    ...{ papers: papers.length, awards: awards.length, ways: ways.length, records: seals.sealed },
    wrong: [
      ...seals.wrong,
      ...papers
        .filter(({ body, sha256 }) => createHash("sha256").update(body).digest("hex") !== sha256)
        .map(({ number }) => `文书 ${number} 与出具时不符 / paper ${number} is not what was issued`),
      ...numbersMissing(papers),
      ...awardsWrong(awards).map((one) => `考评结果 ${one} 与冻结时不符 / the award ${one} is not what was frozen`),
      ...ways.flatMap((mine) => courseWrong(mine) ?? []).map((one) => `办理程序不符 / ${one}`),
    ],
  };
}

/** A number that was given and is not there: a paper was removed. */
function numbersMissing(papers: readonly { readonly number: string; readonly n: number }[]): string[] {
  const words = Map.groupBy(papers, ({ number }) => number.replace(/\d+号$/, ""));
  return [...words].flatMap(([word, mine]) => {
    const known = new Set(mine.map(({ n }) => n));
    const last = Math.max(...known);
    return Array.from({ length: last }, (_, at) => at + 1)
      .filter((n) => !known.has(n))
      .map((n) => `文书登记缺号 ${word}${n}号 / the register lacks ${word}${n}`);
  });
}

/** Every picture that is kept is what its hash says, one after another: all of them at once are no small thing. A picture may have left after its days; another in its place may not. */
export async function picturesWrong(read: Queries): Promise<{ readonly pictures: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  let pictures = 0;
  for (let last = ""; ; ) {
    const row = await read
      .selectFrom("evidence_bytes")
      .selectAll()
      .where("sha256", ">", last)
      .orderBy("sha256")
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return { pictures, wrong };
    if (createHash("sha256").update(Buffer.from(row.base64, "base64")).digest("hex") !== row.sha256)
      wrong.push(`照片 ${row.sha256} 的内容与摘要不符 / the bytes of picture ${row.sha256} are not what its hash says`);
    last = row.sha256;
    pictures += 1;
  }
}
