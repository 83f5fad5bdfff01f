// What a line of the log most often comes from, and what to do, for who stands before the gateway: by how the line begins. What is not here is said without a cause, never guessed.

interface Cause {
  readonly zh: string;
  readonly en: string;
}

const causes: readonly (readonly [RegExp, zh: string, en: string])[] = [
  [
    /^the barrier board does not answer/,
    "道闸控制板没应答：查它的供电、网线、地址与从站号",
    "power, cable, address and unit of the barrier board",
  ],
  [
    /^the camera is (silent|not heard)/,
    "相机没有上报：查相机供电、网络，推送地址是否为本机",
    "power and network of the camera, and whether it pushes to this machine",
  ],
  [
    /^a camera's (push|message)/,
    "相机上报的内容读不懂：协议选错，或固件字段不同",
    "another protocol than the site file says, or a firmware with other fields",
  ],
  [/^the camera's secret/, "相机的口令文件读不到：查 secret_file 与权限", "secret_file of the camera: its path, and who may read it"],
  [
    /^the camera's (clock|list)|^the camera has not confirmed/,
    "相机登录不了或拒绝：查相机地址、用户名与密码",
    "address, user and password of the camera",
  ],
  [
    /^cameras are not told the time/,
    "123 端口打不开：被占用，或缺少 CAP_NET_BIND_SERVICE",
    "port 123 is taken, or CAP_NET_BIND_SERVICE is missing",
  ],
  [
    /^the opening pulse was not confirmed/,
    "开闸脉冲没有回应：控制板忙、断线；人工确认闸位",
    "the board was busy or cut off: look at the arm",
  ],
  [/^the display's port/, "显示屏串口打不开：查路径与 dialout 组", "path of the display's port, and the group dialout"],
  [
    /^the journal (was too slow|refused)|^uplink: the journal refused/,
    "磁盘太慢或出错：查剩余空间与磁盘健康",
    "the disk is slow or fails: free space, and its health",
  ],
  [/disk is full/, "磁盘满：清理，或扩大；安全与收费优先保留", "free the disk: safety and money keep their room as long as they can"],
  [
    /^(protection is silent|sessions: protection is gone)/,
    "保护进程停了：插座由板子自身时限断开；journalctl -u cuobian-safety",
    "the safety process has stopped; boards open by their own window: journalctl -u cuobian-safety",
  ],
  [
    /^supervisor: (died|cannot start)/,
    "一个进程退出，已自动重启；反复出现看它前面的一行",
    "a process ended and was begun anew; if again and again, read the line before it",
  ],
  [
    /^uplink: not connected/,
    "连不上云端：查外网、地址、防火墙 8883；本地照常",
    "the cloud is not reached: network, address, firewall (8883); the site works on",
  ],
  [/^uplink: thrown out/, "另一台设备在用同一网关编号：停用旧机器", "another box uses this gateway's id: switch the old machine off"],
  [
    /^identity: the next certificate was refused/,
    "云端不给续证：在云端“设备”页核对，必要时重新注册",
    "see the cloud's page of devices; enrol again if need be",
  ],
  [/public key cannot be read/, "云端公钥读不到：查 commands.key_file", "commands.key_file of the site file"],
  [
    /^the token of|^a token of|^two of the booth's people/,
    "口令文件读不到或重复：查 booth 下的 token_file 与权限",
    "token_file under booth: its path, its reader, and that no two are alike",
  ],
  [
    /^a (document|command) that is not the cloud's/,
    "签名不对：不是本云端所发，或公钥换过",
    "a wrong signature: not this cloud's, or its key was changed",
  ],
  [
    /^a document on trial was gone back from|^a document is not worked by/,
    "新配置未能采用，已用原来的：云端“文件”页看原因",
    "the new document was not taken, the old one stands: the cloud's page of documents says why",
  ],
  [
    /^the tariff file cannot be read/,
    "收费文件读不到：放好 lots 下 tariff 所写的文件，cuobian tariff check 检查",
    "put the file that lots names as tariff in its place, and check it: cuobian tariff check",
  ],
  [/^energy: the meter did not answer/, "总电表没应答：查 DL/T 645 地址、波特率与接线", "address, speed and wires of the DL/T 645 meter"],
  [
    /^fire: /,
    "消防装置或上级中心：查接线、地址与对方登记",
    "the fire device or the city's centre: wires, address, and whether it knows us",
  ],
  [
    /^a payment account cannot be used/,
    "支付账户的密钥文件读不到：查 payments",
    "key files of the payment account: see payments in the site file",
  ],
  [
    /^the payment provider did not answer/,
    "支付平台没有正常应答：查外网；可先收现金",
    "the provider is not reached: network; cash meanwhile",
  ],
  [/^sessions: the charging price/, "充电价格文件不能用：cuobian tariff check", "the charging price file: cuobian tariff check"],
  [/^(a watchdog did not|this watchdog)/, "硬件看门狗喂不上：查设备与驱动", "the watchdog's device and driver"],
  [
    /^line (lost|replanned)/,
    "RS-485 线断了或设备拒绝了一段：查转换器、供电、A/B；插座先断开",
    "a line of RS-485 was lost, or a device refuses a range: adapter, supply, A and B; its sockets are open meanwhile",
  ],
  [
    /^this process stood still/,
    "保护进程停顿过，已断开全部插座：机器太忙、睡眠或虚拟机暂停",
    "the safety process stood still and opened every socket: a machine too busy, asleep, or paused",
  ],
  [
    /^the spool is damaged/,
    "保护进程的记录文件有坏字节，已另存：查磁盘与断电",
    "bytes of the safety process's file were bad and are kept beside it: the disk, or a loss of power",
  ],
  [
    /^lines of this log were lost/,
    "日志写不出去，丢了几行；保护照常",
    "the log could not be written and lines were lost; protection goes on",
  ],
  [/^work is behind/, "机器太忙：看 CPU 与磁盘", "the machine is too busy: processor and disk"],
];

export function causeOf(says: string): Cause | null {
  const found = causes.find(([begins]) => begins.test(says));
  return found === undefined ? null : { zh: found[1], en: found[2] };
}
export const causePatterns = causes.map(([pattern]) => pattern);
