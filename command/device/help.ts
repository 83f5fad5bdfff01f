// The words of --help.

const lineHelp = `线路 / the line:
  --host H [--port 502]       Modbus TCP；加 --rtu 为串口服务器后的 RTU 帧 / with --rtu: RTU frames behind a serial server [--baud 9600]
  --serial PATH [--baud 9600] [--parity none|even|odd] [--stop-bits 1|2] [--echo]
  --line L                    一个词写全 / all in one word: tcp://H:502, rtu-tcp://H:4001?baud=9600, serial:/dev/ttyUSB0?baud=9600
  --unit N  --timeout MS      从站地址与等待时间 / unit, and how long to wait (500)`;

export const deviceHelp = `cuobian device — 设备型号文件 / device models as data

用法 / usage:
  device list                                 目录里的型号 / the models of the catalogue
  device test PROFILE [--json]                检查文件与其报文记录 / the file, and its transcript
  device test PROFILE --frames sheet.hex      用资料里的报文试译 / decodes frames of a data sheet ("-": standard input)
              [--golden "资料名称" [--captured]]   打印报文记录 / prints a transcript instead
  device test PROFILE --host H | --serial P   读真实设备 / reads a live device
  device new  [--id meters/x] [--kind meter|station|barrier|relay|pump] [--maker M] [--model M] [--provenance P]
              [--baud N] [--parity P] [--unit N] [--max-registers N] [--sockets N --stride N] [--input] [--out F [--force]]
  device import table.xlsx|table.csv --id meters/x [--sheet S] [--ignore 列,列]
              [--addr-style zero|one|hex|4xxxx|4xxxxx] [--fc 3] [--out F] …
                                              由点表生成（自有列、Neuron 列或资料里的中文列）/ from a point table (own columns, Neuron's, or a data sheet's)

  device address --profile P --from 1 --to 7  改一台的从站地址，并在新地址读回 / another unit, read back there
              [--to-baud 9600] [--alone] [--wait S] [--dry-run]
              一次只接一台：同址两台、新址被占都会拒绝 / one at a time: refused where two answer, or where the new unit is taken

  device cameras [--also 192.168.1.64[:3702]] [--json]
                                              找网络上的相机（ONVIF，三秒），另可单独询问一个地址 / cameras on this network; one address may be asked by itself

PROFILE 是型号名 meters/sdm120 或文件 ./x.json / a name, or a file

${lineHelp}

例 / examples:
  cuobian device test meters/sdm120
  cuobian device test ./my-meter.json --frames sheet.hex
  cuobian device test meters/pzem-016 --serial /dev/serial/by-id/usb-… --unit 3
  cuobian device address --profile meters/pzem-016 --serial /dev/ttyUSB0 --from 1 --to 11
  cuobian sim device ./my-meter.json          由同一文件模拟一台 / a simulator made from the same file

怎样添加设备 / how to add a device: docs/reference/device-profile.md
退出码 / exit codes: 0 成功 ok · 1 不符 does not fit · 2 用法 usage · 3 文件有误 file wrong · 4 无应答 unreachable
`;

export const modbusHelp = `cuobian modbus — 寄存器工作台 / the register bench

用法 / usage:
  modbus read  --address A [--count 8] [--table holding|input|coil|discrete | --fc 1..4]
               [--notation auto|zero|one|five|six] [--expect N] [--json]
  modbus scan  [--from 1] [--to 247] [--bauds 9600,4800] [--parities none,even] [--thorough]
               [--find] [--tries 5] [--json]      谁在线、哪里接错 / who is there, and what is wired wrongly
  modbus write --address A --value N [--type u16|i32|f32|…] [--order CDAB] [--fc 6|16] [--write]
  modbus write --profile P --do "write meter_id 2" | "relay 1 flash-on 700" | "socket 3 off" | "pulse open" [--write]

  地址 / address   10、0x000A、40011、400011 都行；有歧义时用 --notation / any of these; --notation where it could be two
  --expect N       表上显示的数；相符的读法会标出 / what the display shows; readings that are it are marked
  --find           逐个试波特率与校验，找到为止 / tries rates and parities until somebody answers
  --write          没有它只显示旧值与新值，不写 / without it only old and new are shown

${lineHelp}

例 / examples:
  cuobian modbus read --host 192.168.1.20 --address 30001 --count 10
  cuobian modbus read --serial /dev/ttyUSB0 --unit 3 --address 0x0048 --expect 230.2
  cuobian modbus scan --serial /dev/ttyUSB0 --find
  cuobian modbus scan --serial /dev/ttyUSB0 --to 20
  cuobian modbus write --serial /dev/ttyUSB0 --address 2 --value 7 --write

退出码 / exit codes: 0 成功 ok · 1 失败 failed · 2 用法 usage · 3 型号文件有误 profile wrong · 4 无应答 unreachable · 5 有人应答，但线路有毛病 somebody answers, and something is wrong
`;
