// The words of --help.
export const siteHelp = `cuobian site — 现场接线与验收 / wiring and acceptance on site

用法 / usage:
  site walk --config site.yaml --person 姓名 [--socket station-1/3 | --label 37 …] [--seconds 4]
            [--answers FILE|-] [--record FILE] [--json]
       走查：逐路吸合几秒，问您看见哪一个亮，记入验收记录
       walk test: closes one relay after the other for some seconds, asks which label lit, writes it down
  site walk --config site.yaml --only-light --label 37
       只点亮一个，不问不记 / lights one, asks nothing, writes nothing

  site commission --config site.yaml --person 姓名 --load-W 60 [--loads one|all] [--search] [--charger]
            [--socket … | --label …] [--seconds 4] [--answers FILE|-] [--record FILE] [--json]
  site commission --config site.yaml --person 姓名 --loads none
       验收：测试负载（灯泡或电热器）逐个插座插上，一次吸合一路，看所有电表：
       接错、互感器装反、相错、变比不对、不通、粘连、表死，各叫各的名字
       proves relay n, meter n, label n with a test load; crossed wires, a turned transformer, a wrong phase, a weld, a dead meter: each by its name
       --loads all   每个插座都有负载，不用搬 / a load in every socket, nothing is carried
       --search      没有表动时，逐路找是谁在供它 / where no meter moved, looks for the relay that feeds it
       --charger     负载是充电器，功率因数未知，少判一些 / the load is a charger: its factor is unknown, so less can be told

  site replace --config site.yaml --person 姓名 --station station-1 [--device meter-3] [--from 1] [--note 原因]
            [--seconds 4] [--answers FILE|-] [--record FILE] [--json]
       换板换表：新的一台改成旧地址（--from 出厂地址），核对型号与路数，走查它的插座，记入记录；编号、标签、二维码与历史不变
       a board or a meter is changed: the new one takes the old one's unit (--from: as it was shipped), is held against its profile,
       its sockets are walked, and it is written down. Numbers, labels, QR codes and history stay

  以上须先停网关 / for these the gateway must be stopped

  site story --config site.yaml --socket shed-a/7 [--last "24 h" | --from TIME --until TIME] [--json]
       这个插座发生过什么：充电、断电、账单、曲线，事件前后十分钟逐次读数 / what happened to a socket: charges, cuts, bills, curves
  site loads --config site.yaml [--json]
       共用的供电用了多少；谁在等候、谁被削减，为什么，最迟到几点 / what shared supplies carry; who waits or was reduced, why, until when at the latest
  site charge --config site.yaml --person 姓名 --socket shed-a/1 [--url URL] [--json]
       [--money 2 | --time "90 min" | --energy 0.5] [--prepaid 5] [--group resident] [--card 4000000001]
       [--ready-by 07:00]
  site charge --config site.yaml --socket shed-a/1 --stop
       由人开始或结束一次充电，网关须在运行：拼装站没有刷卡器。先记入日志，再交给保护进程；保护照常
       a person begins or ends a charge, the gateway running: a station of relays and meters has no card reader.
       It is in the journal before protection is asked, and protected like any other. 站点文件写了 charging.planning 时：超过限额的排队等候，
       --ready-by 等谷段、到点前充好 / with charging.planning a start beyond a limit waits; --ready-by waits for the valley, ready by then

  site trip-test --config site.yaml --person 姓名 --socket station-1/3 --limit-mA 300 [--minutes 10] [--reset] [--url URL] [--json]
       脱扣试验，不用负载箱，网关须在运行：这一路另加一个更低的限值，最长 10 分钟，到时自己失效，重启也失效；
       插上普通充电器开始充电，应当断电、回读、锁定。只能更低，不能更高；记为事件，不算隐患
       a trip without a load bank, the gateway running: a lower limit beside the socket's own for at most 10 minutes, gone by itself and
       by any restart. Start an ordinary charge: it must trip, be read back and latch. Only lower, never higher; an event, no hazard

  site reset --config site.yaml [--url URL] [--json]
       哪些插座被锁定，因为什么，跳闸编号 / which sockets are locked, why, and the trip's name
  site reset --config site.yaml --person 姓名 --socket station-1/3 | --shed shed-1 --trip 编号 --reason 原因 [--url URL] [--json]
       查看之后解除一路的锁定，网关须在运行；写明谁、哪次跳闸、为什么。不合闸；原因仍在则再次锁定
       unlocks one socket after somebody has looked, the gateway running; says who, which trip and why. Closes nothing; what is still there locks again

  site register passes|coupons|vehicles FILE.csv --config site.yaml --person 姓名 [--dry-run] [--url URL] [--json]
       月卡、优惠券、车辆的表格录入运行中的网关（UTF-8 或 GB 18030）；全部写入或一行不写，每个错说清在第几行；--dry-run 只试
       a table of passes, coupons or vehicles goes into the running gateway: whole or not at all, every fault with its line
  site register passes|coupons|vehicles --config site.yaml [--plate 闽C12345] [--url URL] [--json]
       已录入的 / what is in it

  一次只有一路带电；开始与结束时全部断开；笔记本断线则设备自己断开
  one socket at a time; everything is OFF before and after; a laptop that dies leaves nothing energised
  --answers  每行 “station-1/3 37”；只写名字为相符，- 为没有亮 / lines; only the name: as it should be; - : nothing lit
  --record   默认 <data>/commissioning.jsonl，只追加 / only ever added to

例 / examples:
  cuobian site walk --config site.yaml --person 张工
  cuobian site walk --config site.yaml --person 张工 --label 37 --label 38
  cuobian site commission --config site.yaml --person 张工 --load-W 100 --search
  cuobian site replace --config site.yaml --person 张工 --station station-1 --from 1 --note 进水
  cuobian site replace --config site.yaml --person 张工 --station diy --device meter-3 --from 1
  cuobian site story --config site.yaml --socket shed-a/7 --last "12 h"
  cuobian site charge --config site.yaml --person 张工 --socket shed-a/1
  cuobian site trip-test --config site.yaml --person 张工 --socket station-1/3 --limit-mA 300 --minutes 10 --reset
  cuobian site register passes 月卡.csv --config site.yaml --person 物业甲 --dry-run
  cuobian site reset --config site.yaml --person 张工 --socket station-1/3 --trip TRIP --reason 已换充电器
  printf 'station-1/1\\nstation-1/2 38\\n' | cuobian site walk --config site.yaml --person 张工 --answers - --json

退出码 / exit codes: 0 全部相符 all right · 1 有不符 something is wrong · 2 用法 usage · 3 配置有误 config · 4 无法连接 unreachable · 5 有未检查 something was skipped
`;
