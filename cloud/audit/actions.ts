// What is written down of people: every name that a row of the audit log may carry. A route that changes, reveals or exports says which is its own.
export const auditActions = {
  "session.open": { zh: "登录", en: "signed in" },
  "post.choose": { zh: "切换岗位", en: "chose another post" },
  "session.close": { zh: "退出", en: "signed out" },
  "password.change": { zh: "更改口令", en: "chose a password" },
  "person.add": { zh: "新增人员", en: "added a person" },
  "alarm.acknowledge": { zh: "确认告警", en: "acknowledged an alarm" },
  "alarm.act": { zh: "搁置、停用或复位告警", en: "shelved, removed or reset an alarm" },
  "notify.test": { zh: "测试通知通道", en: "tested a channel of notification" },
  "entry.handle": { zh: "处理自查记录", en: "handled an entry of the property's list" },
  "hazard.transit": { zh: "隐患流转", en: "took a hazard on" },
  "hazard.report": { zh: "登记隐患", en: "registered a hazard" },
  "hazard.evidence": { zh: "上传证据", en: "added evidence" },
  "ledger.escalate": { zh: "执行督办升级", en: "ran the escalation" },
  "ledger.export": { zh: "导出台账", en: "exported the ledger" },
  "ledger.import": { zh: "导入台账", en: "imported a sheet into the ledger" },
  "rule.write": { zh: "发布规则版本", en: "wrote a version of a rule" },
  "command.ask": { zh: "提出指令", en: "asked for a command" },
  "command.approve": { zh: "批准指令", en: "approved a command" },
  "document.ask": { zh: "提出配置文件", en: "asked for a document" },
  "document.approve": { zh: "批准配置文件", en: "approved a document" },
  "letter.requeue": { zh: "重投死信", en: "tried a dead letter again" },
  "route.call": { zh: "访问接口", en: "called an address" },
  "audit.read": { zh: "查阅审计日志", en: "read the audit log" },
} as const;
export type AuditAction = keyof typeof auditActions;
export const auditActionNames = Object.keys(auditActions) as AuditAction[];
