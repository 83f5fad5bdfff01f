// The names of the pages, as the rail and the sections say them.
export const navZh = {
  label: "页面",
  duty: "值班台",
  lanes: "车道",
  stays: "停车记录",
  alarms: "告警管理",
  entries: "自查自纠",
  overview: "隐患总览",
  ledger: "整改台账",
  ranking: "周晾晒",
  income: "公共收益",
  stars: "星级考评",
  reports: "报表",
  devices: "设备",
  orders: "远程指令",
  people: "人员",
  tokens: "接口令牌",
};
