// What a role is called in a sentence, where no page translates it.
import type { Role } from "#protocols/api/views.ts";

export const roleNames: Readonly<Record<Role, string>> = {
  installer: "安装员",
  booth: "门岗",
  "property-manager": "物业经理",
  "community-officer": "社区专干",
  "street-officer": "街道专员",
  "bureau-officer": "住建局专员",
  "assessment-team": "考评组",
  "owners-committee": "业委会",
  "community-committee": "居委会（收益方）",
  "operating-company": "运营公司",
  finance: "出纳／财务",
  "grid-worker": "网格员",
  "fire-maintenance": "消防维保单位",
  alliance: "联盟单位",
  auditor: "审计员",
  administrator: "管理员",
};
