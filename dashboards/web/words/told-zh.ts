// How far the notice of a rung came, Chinese first.
export const toldZh = {
  label: "通知与送达",
  state: { waiting: "待投递", delivered: "已送达", failed: "投递失败", refused: "拒绝投递" },
  tries: (n: number) => `已试 ${n} 次`,
  coming: "通知待发出",
  nobody: (roles: string) => `未送达：没有${roles}所读的通知通道`,
};
