// Sends a report with the header that only our own pages send. Without a net it waits on this phone and goes out when the net is back, under the same key, so that a report whose answer was lost is not two.
(() => {
  const form = document.getElementById("report");
  const answer = document.getElementById("answer");
  const mine = document.getElementById("mine");
  if (form === null || answer === null || mine === null) return;
  const english = form.dataset.lang === "en";
  const words = english
    ? {
        sending: (n) => (n === 1 ? "Sending …" : `Sending, ${n} to go …`),
        shrinking: "Making the photo smaller …",
        waiting: (n) =>
          `No net: ${n === 1 ? "1 report waits" : `${n} reports wait`} on this phone and will be sent when the net is back. Keep this page.`,
        received: "Received",
        keep: "This is your receipt. Keep it, or take a picture of it: with it you follow how it stands.",
        follow: "Follow it",
        objection: "Received. The answer will stand on the public notice.",
        refused: "Not taken: ",
        unreadable: "This picture could not be read. Choose another, or send without one.",
        photo: (kb) => `Photo, ${kb} KB. Tap to choose another`,
        unsent: "waiting to be sent",
      }
    : {
        sending: (n) => (n === 1 ? "正在提交…" : `正在提交，还有 ${n} 件…`),
        shrinking: "正在缩小照片…",
        waiting: (n) => `没有网络：${n} 件上报存在这台手机上，网络恢复后自动发出。请保留本页。`,
        received: "已收到",
        keep: "这是您的回执码。请记下或截图，凭它查办理进度。",
        follow: "查看进度",
        objection: "已收到异议，答复会登在公示页上。",
        refused: "没有收下：",
        unreadable: "这张图片无法读取，请换一张，或不附照片。",
        photo: (kb) => `照片 ${kb} KB，点按可更换`,
        unsent: "待发送",
      };
  const root = `/pub/${encodeURIComponent(form.dataset.code)}`;
  const kept = { outbox: `cuobian.outbox.${form.dataset.code}`, receipts: `cuobian.receipts.${form.dataset.code}` };
  const againAfter_ms = 20_000;
  const longestSide = 1600;
  let photo;
  let sending = false;

  // A phone that keeps nothing (private browsing) still sends: what waits lives as long as the page.
  const memory = {};
  const recall = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "null") ?? memory[name] ?? [];
    } catch {
      return memory[name] ?? [];
    }
  };
  const keep = (name, list) => {
    memory[name] = list;
    try {
      localStorage.setItem(name, JSON.stringify(list));
    } catch {
      // Full or forbidden: it stays in memory.
    }
  };
  const element = (tag, text, attributes = {}) => {
    const made = document.createElement(tag);
    made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const say = (...parts) => {
    answer.replaceChildren(...parts);
    if (parts.length > 0) answer.scrollIntoView({ block: "nearest" });
  };
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  /** As a JPEG whose longer side is at most 1600: what a camera makes is larger than a slow line and our limit. */
  const shrink = (file) =>
    new Promise((done, no) => {
      const reader = new FileReader();
      reader.onerror = () => no(reader.error);
      reader.onload = () => {
        const image = new Image();
        image.onerror = () => no(new Error("no image"));
        image.onload = () => {
          const scale = Math.min(1, longestSide / Math.max(image.width, image.height));
          const canvas = document.createElement("canvas");
          canvas.width = Math.max(1, Math.round(image.width * scale));
          canvas.height = Math.max(1, Math.round(image.height * scale));
          canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
          done(canvas.toDataURL("image/jpeg", 0.8));
        };
        image.src = String(reader.result);
      };
      reader.readAsDataURL(file);
    });

  const input = document.getElementById("photo");
  const said = document.getElementById("photo-said");
  const [hint, camera] = [said?.textContent, said?.parentElement.querySelector("svg")];
  function forgetPhoto() {
    photo = undefined;
    if (said === null) return;
    said.textContent = hint;
    said.parentElement.querySelector("img")?.replaceWith(camera);
  }
  input?.addEventListener("change", async () => {
    const file = input.files[0];
    if (file === undefined) return;
    said.textContent = words.shrinking;
    try {
      const url = await shrink(file);
      photo = url.replace(/^[^,]*,/, "");
      said.textContent = words.photo(Math.round((photo.length * 3) / 4096));
      const box = said.parentElement;
      box.querySelector("svg, img")?.replaceWith(element("img", "", { src: url, alt: "" }));
    } catch {
      forgetPhoto();
      input.value = "";
      said.textContent = words.unreadable;
    }
  });

  function drawMine() {
    const waiting = recall(kept.outbox).filter(({ path }) => path.endsWith("reports"));
    const receipts = recall(kept.receipts);
    const list = mine.querySelector("ul");
    list.replaceChildren(
      ...waiting.map(({ body }) => {
        const row = element("li", "");
        row.append(element("span", body.place), element("b", words.unsent));
        return row;
      }),
      ...receipts.map(({ receipt, place, at }) => {
        const row = element("li", "");
        const name = element("span", "");
        name.append(element("a", receipt, { href: `${root}/progress?lang=${form.dataset.lang}&receipt=${receipt}` }));
        row.append(name, element("b", at), element("small", place));
        return row;
      }),
    );
    mine.hidden = list.children.length === 0;
  }

  function showReceipt({ receipt, id }) {
    const link = element("a", words.follow, {
      class: "button main",
      href: `${root}/progress?lang=${form.dataset.lang}&receipt=${receipt}`,
    });
    const acts = element("div", "", { class: "acts" });
    acts.append(link);
    const card = element("section", "", { class: "card", "data-receipt": receipt });
    card.append(
      element("h2", `${words.received} ${id}`),
      element("p", receipt, { class: "receipt" }),
      element("p", words.keep, { class: "muted" }),
      acts,
    );
    say(card);
  }

  /** One after another, oldest first; what is refused leaves, what could not be sent stays. */
  async function sendAll() {
    if (sending) return;
    sending = true;
    try {
      for (let outbox = recall(kept.outbox); outbox.length > 0; outbox = recall(kept.outbox)) {
        const [first] = outbox;
        say(element("p", words.sending(outbox.length), { class: "note" }));
        let response;
        let told;
        try {
          response = await fetch(first.path, {
            method: "POST",
            headers: { "content-type": "application/json", "x-cuobian": "1", "accept-language": english ? "en" : "zh-CN" },
            body: JSON.stringify(first.body),
          });
          told = await response.json();
        } catch {
          response = undefined;
        }
        // Too many at once, or a cloud that is just starting: it waits like one without a net.
        if (response === undefined || response.status === 429 || response.status >= 500) {
          say(element("p", words.waiting(outbox.length), { class: "note warn", "data-waiting": String(outbox.length) }));
          return;
        }
        keep(kept.outbox, recall(kept.outbox).slice(1));
        if (!response.ok) {
          say(element("p", `${words.refused}${told.detail || told.title || response.status}`, { class: "note warn" }));
          continue;
        }
        if (told.receipt === undefined) say(element("p", words.objection, { class: "note" }));
        else {
          const at = new Date().toLocaleDateString(english ? "en-CA" : "zh-CN");
          keep(kept.receipts, [{ receipt: told.receipt, place: first.body.place, at }, ...recall(kept.receipts)].slice(0, 20));
          showReceipt(told);
        }
      }
    } finally {
      sending = false;
      drawMine();
    }
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const { code, quarter } = form.dataset;
    const said = { code, words: data.get("words") };
    const one =
      quarter === undefined
        ? {
            path: "/api/v1/public/reports",
            body: {
              ...said,
              ...{ kind: data.get("kind"), place: data.get("place"), asked: newKey() },
              ...(photo === undefined ? {} : { photo, mime: "image/jpeg" }),
            },
          }
        : { path: "/api/v1/public/objections", body: { ...said, quarter, line: data.get("line"), asked: newKey() } };
    keep(kept.outbox, [...recall(kept.outbox), one]);
    form.reset();
    forgetPhoto();
    drawMine();
    void sendAll();
  });
  addEventListener("online", () => void sendAll());
  setInterval(() => {
    if (recall(kept.outbox).length > 0) void sendAll();
  }, againAfter_ms);
  drawMine();
  if (recall(kept.outbox).length > 0) void sendAll();
})();
