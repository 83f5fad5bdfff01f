// What is said while cameras are looked for; of the first run and of the gateway's own page alike.
export const foundZh = {
  title: "网络上的相机",
  note: "在本机每个网口上问三遍“谁是相机”（ONVIF），听三秒。只听应答，不登录、不改相机。",
  ...{ find: "查找相机", again: "再找一次", stop: "停止", also: "另问一个地址（可不填）" },
  ...{ found: "已发现", answers: "应答", others: "别的设备", refused: "不能用的应答", last: "最后一个不能用的应答" },
  asked: (ways: string) => `已在 ${ways} 上询问`,
  ...{ failed: "没有发出", own: "指定地址" },
  nothing: "没有相机应答。逐项排查：",
  elsewhere: (from: string) => `应答来自 ${from}，与它自称的地址不同：先在浏览器里打开核对`,
  twins: (n: number) => `${n} 个地址用同一个标识应答：一台相机有几个地址，或几台相机标识相同`,
  maker: (maker: string, protocol: string) => `它自称 ${maker}${protocol === "" ? "" : `，协议可选 ${protocol}`}`,
  unnamed: "没有名称的相机",
};

export type FoundWords = typeof foundZh;

export const foundEn: FoundWords = {
  title: "Cameras on the network",
  note: "Asks three times on every network of this machine who is a camera (ONVIF), and listens for three seconds. It only hears answers: no sign-in, no change.",
  ...{ find: "look for cameras", again: "look again", stop: "stop", also: "one more address to ask (optional)" },
  ...{
    found: "found",
    answers: "answers",
    others: "other devices",
    refused: "answers not usable",
    last: "the last answer that was not usable",
  },
  asked: (ways) => `asked on ${ways}`,
  ...{ failed: "not sent", own: "that address" },
  nothing: "No camera answered. One after the other:",
  elsewhere: (from) => `the answer came from ${from}, not from the address that it names: open that in a browser first`,
  twins: (n) => `${n} addresses answer under one identity: one camera with several addresses, or several cameras with the same identity`,
  maker: (maker, protocol) => `it calls itself ${maker}${protocol === "" ? "" : `; its protocol may be ${protocol}`}`,
  unnamed: "a camera without a name",
};
