// Why an alarm stands and what comes of it if nobody acts: the two thirds of "cause – consequence – action" that are not the action (rules.ts).
export interface Why {
  readonly cause_zh: string;
  readonly cause_en: string;
  readonly consequence_zh: string;
  readonly consequence_en: string;
}

const why = (cause: string, consequence: string): Why => {
  const [cause_zh = "", cause_en = ""] = cause.split(" / ");
  const [consequence_zh = "", consequence_en = ""] = consequence.split(" / ");
  return { cause_zh, cause_en, consequence_zh, consequence_en };
};

const whys: Readonly<Record<string, Why>> = {
  "cut.smoke": why("站内烟感动作 / the station's smoke detector", "电池或线路可能已起火 / a battery or a wire may burn"),
  "cut.leakage": why(
    "该路剩余电流超过 30 mA / residual current above 30 mA",
    "触摸车辆或插座可能触电 / touching the bike or the socket may shock",
  ),
  "cut.over-temperature": why(
    "插座温度超过限值 / the socket is hotter than its limit",
    "塑料或电池可能引燃 / plastic or the battery may ignite",
  ),
  "cut.temperature-rise": why(
    "插座温升过快，多为接触不良 / it warms too fast, mostly a poor contact",
    "很快会达到引燃温度 / it soon is hot enough to ignite",
  ),
  "cut.second-rise": why(
    "功率在平台后再次升高 / power rose after its plateau",
    "可能是电池热失控的前兆 / may be the beginning of thermal runaway",
  ),
  "cut.feeder-leakage": why(
    "进线绝缘损坏或受潮 / insulation of the feeder damaged or wet",
    "300 mA 以上可引燃 / 300 mA and more can ignite",
  ),
  "cut.over-current": why(
    "负载超过该口额定或短路 / a load above the socket's rating, or a short",
    "导线过热；反复合闸会损坏插座 / wires overheat; closing it again harms the socket",
  ),
  "cut.voltage": why("供电电压越限 / the supply is out of bounds", "充电器与电池可能受损 / chargers and batteries may be harmed"),
  "cut.blind": why(
    "电表或总线没有可信读数 / no reading that can be trusted",
    "看不到过流过温，故不允许通电 / over-current would go unseen: nothing may stay on",
  ),
  weld: why("触点粘连 / the contacts are welded", "命令断不开，过流时无法保护 / no command opens it: it is not protected"),
  "warn.over-temperature": why("插座温度接近限值 / the socket comes near its limit", "继续升高将断电 / it is cut if it rises on"),
  "warn.feeder-leakage": why(
    "多路小泄漏之和或绝缘下降 / many small leaks, or failing insulation",
    "继续恶化可引燃 / if it grows it can ignite",
  ),
  "warn.long-charge": why("充电超过建议时长 / charging for longer than advised", "过充与占位 / overcharging, and the place is taken"),
  "shed.smoke": why("棚内烟感动作 / a smoke contact of the shed", "可能起火，人员有危险 / it may burn: people are in danger"),
  "shed.heat": why("棚内温感动作 / a heat contact of the shed", "可能起火，人员有危险 / it may burn: people are in danger"),
  "shed.panel": why("火灾报警主机联动触点动作 / the fire panel's contact", "主机已确认火警 / the panel has confirmed a fire"),
  "shed.welded": why(
    "棚内一路继电器断不开 / a relay of the shed does not open",
    "该路无保护，故全棚断电 / it is not protected, so the shed is off",
  ),
  "shed.blind": why(
    "触点板读不到 / the contacts cannot be read",
    "火警可能看不到，故不允许通电 / a fire would go unseen: nothing may stay on",
  ),
  "shed.input-silent": why(
    "输入板或进线表不应答 / an input board or the feeder's meter is silent",
    "到时全棚断电（电表除外） / the shed is cut in time (not for a meter)",
  ),
  "shed.leaking": why("进线剩余电流 300–500 mA / 300–500 mA on the feeder", "300 mA 以上可引燃 / 300 mA and more can ignite"),
  "shed.contactor-stuck": why(
    "接触器粘连或控制失效 / welded contactor or failed control",
    "全棚断不开电 / the shed cannot be switched off",
  ),
  "shed.contactor-lost": why("线圈、熔断器或控制板故障 / coil, fuse or control board", "棚内无法充电 / nobody can charge there"),
  "load.shed": why("总功率或相电流超过限值 / power or a phase above its limit", "部分车辆未充满 / some bikes are not full"),
  "load.over": why(
    "超限的不是可切除的充电 / what exceeds it is no charge that can be ended",
    "上级断路器可能跳闸 / the breaker above may trip",
  ),
  "fire.fire": why(
    "探测器、手报或联动确认火警 / a detector, a call point or the panel reports fire",
    "人员与财产有危险 / people and property are in danger",
  ),
  "fire.supervised": why(
    "阀门、水流或压力开关动作 / a valve, flow or pressure switch acted",
    "灭火设施可能已动作或失效 / extinguishing may have started, or failed",
  ),
  "fire.power": why("主电或备电中断 / mains or standby supply is lost", "备电耗尽后不再报警 / no alarm once the standby is empty"),
  "fire.fault": why("部件、总线或线路故障 / a component, the bus or a wire failed", "该处火情可能无人知晓 / a fire there may go unseen"),
  "fire.shielded": why("有人屏蔽了该点位 / somebody shielded the point", "该处火情不会报警 / a fire there raises nothing"),
  "fire.link-fault": why(
    "传输装置连不上监控中心 / the device cannot reach its centre",
    "远程监控中心收不到火警 / the centre hears no fire",
  ),
  "fire.removed": why("探测器离开底座 / the detector left its base", "该处无探测 / nothing watches that place"),
  "fire.battery": why("电池将耗尽 / the battery is almost empty", "数周内将失联 / it falls silent within weeks"),
  "fire.device-lost": why("装置断电或断网 / the device has no power or network", "其所有点位的火警都收不到 / none of its fires is heard"),
  "fire.sentry-unanswered": why("限时内无人按下应答 / nobody pressed the answer in time", "消控室可能无人 / the control room may be empty"),
  "facility.water-level": why("液位越过上下限 / the level passed its bounds", "停水，或消防用水不足 / no water, or too little for a fire"),
  "facility.water-pressure": why("压力越过上下限 / the pressure passed its bounds", "高层停水或爆管 / upper floors dry, or a burst pipe"),
  "facility.pump": why("水泵报故障 / the pump reports a fault", "供水中断 / the supply fails"),
  "facility.flood": why("水浸探头动作 / a water probe acted", "设备短路，全小区停水停电 / short circuits: no water and no power"),
  "facility.feeder": why("负荷过大或散热不良 / too much load or poor cooling", "跳闸或绝缘损坏 / it trips, or insulation is harmed"),
  "facility.supply": why(
    "上级停电或开关跳闸 / the supply above is off, or a breaker tripped",
    "水泵、电梯与消防设备停用 / pumps, lifts and fire equipment stand",
  ),
  "facility.door": why("门磁断开 / the door contact is open", "外人进入或受潮 / strangers or damp come in"),
  "facility.contact": why("所接设备的触点动作 / the contact of what is wired there", "见点位说明 / see the point's name"),
  "facility.unread": why("采集设备不应答 / the device does not answer", "其异常看不到 / what goes wrong there is unseen"),
  "pile.fire": why(
    "桩的烟感、温感或热熔胶动作 / its smoke, heat or hot-melt detector",
    "桩内或电池可能已起火 / the pile or a battery may burn",
  ),
  "pile.water": why("桩内进水 / water has come in", "漏电、短路 / leakage, a short"),
  "pile.notice": why("上级断电或柜门未关 / no power above, or an open door", "充电中断；外人可触及 / charges stop; strangers reach in"),
  "pile.cut": why(
    "桩判断过流、过温或电压异常 / the pile found current, heat or voltage out of bounds",
    "插头或电池可能已受损 / plug or battery may be harmed",
  ),
  "pile.weld": why("桩检测到触点粘连 / the pile found its contacts welded", "该插座断不开 / the socket cannot be switched off"),
  "energy.lost": why(
    "私接、漏电，或表下另有用电 / a tap, a leak, or other loads below the meter",
    "电费付了却收不回，线路可能过热 / paid for and not billed; a cable may overheat",
  ),
  "energy.surplus": why(
    "倍率或接线不对，或插座不在该表下 / a wrong ratio or wiring, or sockets elsewhere",
    "账单可能多收 / bills may be too high",
  ),
  "pile.fault": why("桩自检报告故障 / the pile's own check", "该路不能充电 / nobody can charge there"),
  "station.silent": why(
    "站供电或通信线中断 / its supply or its line is broken",
    "该站停用，状态未知 / it is out of use and its state unknown",
  ),
  "line.late": why("坏帧、超时或设备过多 / bad frames, time-outs or too many devices", "断电比承诺慢 / cut-offs come later than promised"),
  "protection.silent": why("保护进程停止 / the safety process stopped", "全部插座自行断电，充电停止 / every socket opens by itself"),
  "gate.unanswered": why("道闸断电、卡滞或控制线断 / no power, stuck, or a broken wire", "车辆堵在车道 / cars are held up"),
  "camera.silent": why(
    "相机断电或断网 / the camera has no power or network",
    "须人工登记，易漏费 / cars are written down by hand; fees may be lost",
  ),
  "gateway.offline": why(
    "网关断电或断网 / the gateway has no power or network",
    "看不到该小区；现场保护照常 / the compound is unseen; protection goes on",
  ),
  "uplink.gap": why("部分事件未送达 / some events did not arrive", "记录暂不完整 / the record is incomplete for now"),
  "uplink.conflict": why(
    "日志库被复制或错误恢复 / a journal was copied or wrongly restored",
    "该流停止入账 / the stream is no longer taken in",
  ),
  "uplink.superseded": why("换机后旧机未停 / the old machine still runs", "旧机事件不入账 / its events are not taken in"),
  "uplink.lost": why("断网过久或磁盘满 / offline for long, or a full disk", "部分遥测永久缺失 / some readings are gone for good"),
  "uplink.identity": why("两台设备同一编号 / two boxes with one identity", "告警会迟到 / alarms come late"),
  "uplink.clock": why("时间服务器或电池失效 / time server or battery failed", "远程指令被拒绝 / remote commands are refused"),
  "access.emergency": why(
    "两人以封存的代码登录 / two people came in with sealed codes",
    "一小时内可看到并操作全部小区 / for an hour they see every compound and act in it",
  ),
  "dated.soon": why("合同、报告或电池三十天内到期 / contract, report or battery is due within thirty days", "逾期将无保障 / it lapses"),
  "dated.overdue": why(
    "到期而未登记完成 / its date is past and nobody has written it down as done",
    "检查时记为隐患 / an inspection counts it as a hazard",
  ),
  "notify.failing": why(
    "机器人密钥、网络或邮件服务器有误 / a robot's key, the network or the mail server",
    "告警发不到人 / alarms do not reach people",
  ),
  "storage.short": why("磁盘接近写满 / the disk is almost full", "遥测不再保存 / readings are not kept"),
  "uplink.dead-letter": why("版本不符或数据损坏 / another version, or damaged data", "该条数据未生效 / that message took no effect"),
};

export function whyOf(rule: string): Why {
  const known = whys[rule];
  if (known === undefined) throw new Error(`alarm rule ${rule} does not say its cause and consequence`);
  return known;
}

/** By when somebody should have begun to act, in minutes. */
export const respondWithin_min: Readonly<Record<1 | 2 | 3 | 4, number>> = { 1: 3, 2: 15, 3: 8 * 60, 4: 24 * 60 };
