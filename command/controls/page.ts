// docs/reference/security.md, made from the table.
import { listeners } from "./listeners.ts";
import { commandOf, controls } from "./table.ts";

export function securityPage(): string {
  const rows = controls.map((control, index) => {
    const { zh, en, source, shown, skip } = control;
    return `| ${index + 1} | ${zh} / ${en} | ${source} | ${shown === undefined ? "跳过 skip" : `\`${commandOf(control)}\``} | ${skip ?? ""} |`;
  });
  const count = controls.filter(({ shown }) => shown !== undefined).length;
  return `<!-- made by test/house/reference.ts from command/controls; do not edit -->
# 四十项安全控制 / Forty security controls

\`cuobian controls --run\` 逐项运行并打印通过、失败或跳过的原因 / runs each and prints pass, fail, or why it is skipped.
${count} 项由测试证明，${controls.length - count} 项尚无，原因在最后一列 / ${count} are shown by tests; of ${controls.length - count} the last column says why not.

| # | 控制 / control | 出处 / source | 命令 / command | 说明 / remark |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

## 监听端口 / What listens

\`cuobian controls --ports --pid N --config FILE\` 以内核所见核对运行中的程序 / holds a running program against this list, as the kernel sees it.

| 程序 program | 协议 | 默认 usual | 配置项 setting | 用途 / what for | 打开处 opened in |
| --- | --- | --- | --- | --- | --- |
${listeners.map(({ who, proto, usual, setting, zh, en, source }) => `| ${who} | ${proto} | \`${usual}\` | \`${setting}\` | ${zh} / ${en} | \`${source}\` |`).join("\n")}
`;
}
