// The plate's own keys: the province, then a letter, then letters and digits; the eighth place is for new-energy plates. Without this script the field is typed into.
(() => {
  const field = document.getElementById("plate");
  const keys = document.getElementById("keys");
  if (field === null || keys === null) return;
  const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ";
  const digits = "0123456789";
  const last = "挂学警港澳领";
  const lengths = { province: 0, letter: 1, eighth: 7, whole: 8 };
  // The phone's own keyboard stays away while ours is there; a tap on the field brings no second one.
  field.setAttribute("inputmode", "none");
  const slots = document.createElement("div");
  slots.className = "slots";
  slots.setAttribute("aria-hidden", "true");
  field.parentElement.prepend(slots);
  field.parentElement.classList.add("drawn");

  const choices = (length) => {
    if (length === lengths.province) return keys.dataset.provinces;
    if (length === lengths.letter) return letters;
    if (length >= lengths.whole) return "";
    return length === lengths.whole - 2 ? `${digits}${letters}${last}` : `${digits}${letters}`;
  };

  function key(label, wide, press) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    if (wide) button.className = "wide";
    button.addEventListener("click", () => {
      press();
      draw();
    });
    return button;
  }

  /** As the car carries it: a dot after the second place, the eighth dashed until it is filled. */
  function drawSlots(text) {
    const made = Array.from({ length: Math.max(lengths.whole, text.length) }, (_, at) => {
      const slot = document.createElement("i");
      slot.textContent = text[at] ?? (at === lengths.eighth ? "+" : "");
      const names = [text.length === at ? "next" : "", at === lengths.eighth && text.length <= at ? "eighth" : ""];
      slot.className = names.filter((name) => name !== "").join(" ");
      return slot;
    });
    const dot = document.createElement("i");
    dot.className = "dot";
    dot.textContent = "·";
    slots.replaceChildren(...made.slice(0, 2), dot, ...made.slice(2));
  }

  function draw() {
    const text = field.value;
    drawSlots(text.toUpperCase());
    keys.replaceChildren();
    if (text.length === lengths.eighth) {
      const words = document.createElement("p");
      words.textContent = keys.dataset.eighth;
      keys.append(words);
    }
    for (const letter of choices(text.length))
      keys.append(
        key(letter, false, () => {
          field.value = text + letter;
        }),
      );
    keys.append(
      key(keys.dataset.erase, true, () => {
        field.value = text.slice(0, -1);
      }),
      key(keys.dataset.clear, true, () => {
        field.value = "";
      }),
    );
  }
  field.addEventListener("input", draw);
  draw();
})();

// Inside WeChat: its own sheet asks the payer with what the page was given. Cancelled, the button stands for another try.
(() => {
  const button = document.getElementById("in-app");
  if (button === null) return;
  const ask = () =>
    window.WeixinJSBridge.invoke("getBrandWCPayRequest", JSON.parse(button.dataset.handed), (answer) => {
      if (answer.err_msg === "get_brand_wcpay_request:ok") window.location.replace(button.dataset.next);
    });
  const ready = () => {
    button.addEventListener("click", ask);
    ask();
  };
  if (window.WeixinJSBridge !== undefined) ready();
  else document.addEventListener("WeixinJSBridgeReady", ready, { once: true });
})();

// The time to leave runs down by the phone's own seconds since the page came, so that a phone whose clock is wrong counts right.
(() => {
  const box = document.querySelector("[data-left-ms]");
  if (box === null) return;
  const came = performance.now();
  const whole = Number(box.dataset.leftMs);
  const near_ms = 3 * 60_000;
  const two = (n) => String(n).padStart(2, "0");
  let timer;
  function draw() {
    const left = Math.max(0, whole - (performance.now() - came));
    const seconds = Math.ceil(left / 1000);
    box.querySelector("[role=timer]").textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
    box.classList.toggle("near", left < near_ms);
    if (left > 0) return;
    box.querySelector(".over").textContent = box.dataset.over;
    clearInterval(timer);
  }
  timer = setInterval(draw, 1000);
  draw();
})();

// What is waited for is asked again, while somebody looks at the page.
(() => {
  const main = document.querySelector("main[data-follow]");
  if (main === null) return;
  setInterval(() => {
    if (!document.hidden) location.replace(main.dataset.follow);
  }, Number(main.dataset.followS) * 1000);
})();
