// The words of --help.
import { manners, simulatorFaults } from "#protocols/api/simulator.ts";

export const help = `cuobian sim — 设备模拟器：两台车牌相机、三台道闸、两座十路充电站 / device simulators

用法 / usage:
  sim run   [--port 0] [--seed 7] [--entry-url URL] [--exit-url URL] [--booth-url URL --booth-token-file F]
            [--traffic FILE|steady|none] [--stations-port 0] [--barriers-port 0] [--contactor] [--discovery] [--ready-json]
            [--batteries]  来充电的人带真实的电池：恒流、恒压、老化、故障与小区习惯，一次几小时 / people bring batteries with their own physics and habits: hours, not minutes
            [--habits [--clock 17:55]]  按小区习惯来充电：每天 18:00 前后 90 分钟（正态），带电池；--clock 是模拟的此刻
                                        people come by the habits of a compound, around 18:00 (normal, 90 min), with batteries; --clock: what time it is for them
            --discovery：车道的相机应答 ONVIF 的查找 / the lanes' cameras answer who looks for cameras
            --contactor：充电站接在上级接触器后面 / the stations hang behind a contactor
            [--sandbox-secret-file F [--sandbox-port 0]]   演示支付平台，不动真钱 / a payment provider that moves no money
            [--inbox-secret-file F]   演示收件箱：只收签名正确的通知，GET /inbox 看 / a receiver of signed notifications, shown at GET /inbox
            [--loads 100] [--crossed 3:5] [--outputs 2:7] [--shared 4:6] [--reversed 4] [--phase 6] [--ratio 1:500]
            [--silent-meter 8] [--frozen-meter 9] [--dead-relay 9] [--bypassed 2]      把 station-1 照错的接 / station-1 wired wrongly
  sim device PROFILE [--port 0 [--rtu] | --serial] [--unit N] [--seed 7] [--set name[@socket][.flag]=value …] [--ready-json]
                                      一台任意型号的设备，值由种子决定 / any model of the catalogue or of a file, plausible values
  sim camera [--name N] [--hardware H] [--location L] [--at 192.168.1.64 …] [--endpoint UUID] [--listen 127.0.0.1:0] [--ready-json]
                                      能被找到的相机：应答 ONVIF 的查找（WS-Discovery，239.255.255.250:3702）；--listen 只听一个地址
                                      a camera that is found: it answers who looks for cameras; --listen: at one address alone
  sim line PROFILE@UNIT[/BAUD][!swapped|!off|!half|!other|!turned|!phase] … [--wired right|swapped|swapped-unbiased|open|echo|floating|noise|stranger|turns-late] [--loads W [--port 0]]
            [--restart-ms N] [--ready-json]
                                      一对 RS-485 线上的多台设备，照现场的错法接 / several devices on one pair, wired wrongly on purpose
                                      --loads 0 --port 0：第 n 路继电器供第 n 只表，可用 sim tap|fault --socket line/n / relay n feeds meter n, and listens
  sim fault NAME [--socket station-1/3] [--station station-1] [--shed shed-1] [--lane east-in] [--amount N] [--seconds N]
  sim fault flood [--n 60] [--seconds 60]   一分钟内六十处故障，试告警洪泛 / sixty faults in a minute: what people see of a flood
  sim car   PLATE [--lane east-in] [--stay-s N] [--manner ${manners.join("|")}]
  sim play  NAME|FILE | --list        车道剧本：跟车、折返、逆行、倒车、重复入场、无入场、杆不落、停电、消防 / scenarios of a lane
  sim tap   SOCKET [--card N] [--power-W N] [--minutes N]
  sim traffic run|stop
  sim state [--json] [--frames N]
  sim pile dny|dc589 --to HOST:PORT [--number HEX] [--ports N] [--fault split|merged|noise|duplicate …]
            不说 Modbus 的桩连到网关；标准输入：unplug 1、full 1、alarm 4、card 4000000001 1、power-cut、state …
            a pile that does not speak Modbus calls a gateway; on standard input: unplug 1, full 1, alarm 4, power-cut, state …
  sim meter [--address 12 位 digits] [--port 0] [--power-W 1000] [--kWh 12.34]     DL/T 645-2007 电表，TCP / a DL/T 645-2007 meter over TCP
  sim panel fire|fault|shield|supervise|power|over|reset|manual|clear|answer|life|listen|bad-checksum|version|garbage --to HOST:PORT [--address HEX12] [--component N] [--text T] [--listen S] [--udp] [--clock-s -3600]
            消防主机经传输装置上报一次 / a fire panel says one thing (GB/T 26875.3)
  sim detector alarm|restored|reset|low-battery|battery-ok|fault|mended|dirty|clean|removed|mounted|test|alive --to URL --token-file FILE
               [--imei IMEI] [--form plain|platform|types] [--battery N] [--signal N] [--temperature N]
            独立烟感上报一次 / a smoke detector reports once, over HTTP
  sim lpr   [--plate 粤Z9065澳] [--serialno S] [--plateid N] [--age-s N] [--offline]      打印一条车牌推送 / prints a plate push
  sim month [--seed 7] [--days 30] [--sockets 16] [--price FILE] [--json]      一个月的充电，电量与钱对账 / a month of charging, its books balanced
  sim reply [--lane west-in]          把网关的应答交给道闸，如同相机 / carries a reply out as the camera would; reads standard input

故障 / faults: ${simulatorFaults.join(" ")}
  over-current      --amount 千分之额定电流 / thousandths of the rated 4 A (2500)
  over-temperature  --amount 毫摄氏度 / m°C (85000)
  leakage           --amount 毫安 / mA (350)
  brown-out         --amount 毫伏 / mV (160000)；--station：整站欠压 / the mains of a station sag
  creep intermittent second-rise bad-contact        --socket：每分钟多 1%、5 秒两倍 5 秒正常、平台后再次升高、接触不良发热 / +1 % a minute, twice as much 5 s on 5 s off, up again after the plateau, flickers and warms
  frozen-meter no-number wrap                       --socket：电表不动、电表无数、计数器将翻转 / a meter that stands still, has no number, whose counter is about to go round
  crc-burst         --station：串口上的应答校验错 / answers on the serial line with wrong check sums
  arm-stuck arm-jammed board-power fire-contact   加 / take --lane east-in [--seconds N]：杆不落、杆不动、控制板停电、消防触点 / arm stays up, arm does not move, board dead, fire alarm's contact
  smoke heat panel leakage contactor-weld dead-slave 可加 / take --shed shed-1：充电棚的触点、进线电表、接触器与输入板 / contacts, feeder meter, contactor and board of the shed

除 run、camera、device、line、lpr 外都可用 --control URL；默认取环境变量 CUOBIAN_SIM 或 sim run 留下的地址
all but run, camera, device, line and lpr take --control URL; else CUOBIAN_SIM, else what the running simulators wrote down

例 / examples:
  cuobian sim run --entry-url http://127.0.0.1:7310 --exit-url http://127.0.0.1:7310
  cuobian sim run --loads 100 --crossed 3:5 --phase 6     练习验收 / to practise site commission
  cuobian sim device meters/pzem-016
  cuobian sim device ./my-station.json --rtu --set current_mA@3=5200 --set inputs.smoke=1
  cuobian sim line meters/pzem-016@1 meters/pzem-016@1 relays/waveshare-8@3
  cuobian sim fault over-current --socket station-1/3 --amount 2500
  cuobian sim fault dead-slave --station station-2 --seconds 20
  cuobian sim fault smoke --shed shed-1
  cuobian sim fault clear
  cuobian sim play tailgating
  cuobian sim lpr | curl -si --json @- http://127.0.0.1:7310/devicemanagement/php/plateresult.php
  cuobian sim lpr | curl -s --json @- http://127.0.0.1:7310/devicemanagement/php/plateresult.php | cuobian sim reply
  mbpoll -m tcp -0 -a 1 -t 3 -r 12 -c 3 -p PORT -1 127.0.0.1      1/1 号插座电压、电流、功率 / voltage, current, power

退出码 / exit codes: 0 成功 ok · 1 失败 failed · 2 用法 usage · 3 剧本无效 scenario invalid · 4 无法连接 unreachable · 130 中断 interrupted`;
