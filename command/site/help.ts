// The words of --help.
export const siteHelp = `cuobian site — 现场接线与验收（网关须停止）/ wiring and acceptance on site (the gateway must be stopped)

用法 / usage:
  site walk --config site.yaml --person 姓名 [--socket station-1/3 | --label 37 …] [--seconds 4]
            [--answers FILE|-] [--record FILE] [--json]
       走查：逐路吸合几秒，问您看见哪一个亮，记入验收记录
       walk test: closes one relay after the other for some seconds, asks which label lit, writes it down
  site walk --config site.yaml --only-light --label 37
       只点亮一个，不问不记 / lights one, asks nothing, writes nothing

  一次只有一路带电；开始与结束时全部断开；笔记本断线则设备自己断开
  one socket at a time; everything is OFF before and after; a laptop that dies leaves nothing energised
  --answers  每行 “station-1/3 37”；只写名字为相符，- 为没有亮 / lines; only the name: as it should be; - : nothing lit
  --record   默认 <data>/commissioning.jsonl，只追加 / only ever added to

例 / examples:
  cuobian site walk --config site.yaml --person 张工
  cuobian site walk --config site.yaml --person 张工 --label 37 --label 38
  printf 'station-1/1\\nstation-1/2 38\\n' | cuobian site walk --config site.yaml --person 张工 --answers - --json

退出码 / exit codes: 0 全部相符 all right · 1 有不符 something is wrong · 2 用法 usage · 3 配置有误 config · 4 无法连接 unreachable · 5 有未检查 something was skipped
`;
