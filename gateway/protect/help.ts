// The words of --help; the columns come from their table, so that none is forgotten.
import { readyLimits } from "../config/limits-file.ts";
import { columns, otherColumns } from "./columns.ts";

function columnLines(): string {
  const others = Object.entries(otherColumns).map(([name, { zh, en }]) => `  ${name.padEnd(14)} ${zh} / ${en}`);
  const byPoint = Map.groupBy(columns, ({ point }) => point);
  const quantities = [...byPoint.values()].map((same) => `  ${same.map(({ name }) => name).join("、")}  ${same[0]?.zh} / ${same[0]?.en}`);
  return [...others, ...quantities].join("\n");
}

export const help = (): string => `cuobian protect — 保护：回放样本、画跳闸曲线 / protection: replay samples, draw trip curves

用法 / usage:
  protect replay samples.csv --limits F [--json] [--relay recorded|follow] [--after S] [--sort]
  protect curve --limits F [--breaker C16|none] [--svg F.svg] [--json] [--sample 1] [--voltage 220]

  F  限值文件，或现成的 / a limits file, or a ready one: ${readyLimits().join(", ")}

replay: 样本经过与安全进程相同的判定，逐条打印状态变化与时间；样本之间到期的判定在到期那一刻作出
        samples go through the safety process's own decisions; each change of state is printed with its time, deadlines between samples at theirs
  --relay   recorded 继电器按 relay_closed 列；follow 随判定断开，断开后无电流（没有该列时的默认）/ as the column says, or as the decisions command
  --after   最后一个样本之后再等几秒（失去读数）/ seconds of silence to follow after the last sample (0)
  --sort    行不按时间时排序；不加则拒绝 / rows out of order are sorted; else they are refused

samples.csv：第一行是列名，单位写在列名里；多路用 socket 列，或 current_A@2 / the first row names the columns, units in the names; several sockets by @ or by a column
${columnLines()}
  以 # 开头的行是说明；空格、-、NaN 为缺，绝不当作 0；没有的列视为不测 / a line that begins with # is a remark; empty, - and NaN are absent, never 0; what has no column is not measured

curve: 速断、反时限、热模型（冷态与热态）、过功率，对数坐标；旁边是断路器的 IEC 60898-1 窗口，并说明是否配合：
       --breaker 指定 B、C、D 型，不写则取能带额定电流的最小 C 型，none 不画
       instantaneous, inverse, thermal (cold and hot) and power, log-log, beside the IEC 60898-1 window of a breaker, and whether they are
       coordinated: --breaker names a B, C or D breaker; else the smallest C that carries the rated current; none: no breaker

例 / examples:
  cuobian protect replay docs/examples/charge-overload.csv --limits e-bike-4a
  cuobian protect replay night.csv --limits my-limits.yaml --json | grep '"cut"'
  cuobian protect curve --limits e-bike-10a --breaker C16 --svg curve.svg

退出码 / exit codes: 0 未跳闸 no trip, 或配合 coordinated · 1 跳过闸 it tripped · 2 用法 usage · 3 文件有误 file wrong · 5 与断路器不配合 not coordinated
`;
