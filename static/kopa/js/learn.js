// Keeps the reader's place, saves knowledge checks as they change, prints the action card.
// Without this script the same pages work: forms are sent with their buttons, links lead to anchors.
"use strict";

// ---- The place where reading goes on

(() => {
  const article = document.querySelector("[data-reading]");
  if (!article) return;
  const READ_AFTER_MS = 1_500; // Scrolling past a block is not reading it.
  const FIRST_AFTER_MS = 4_000;
  const EVERY_MS = 20_000;
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  const next = document.querySelector("[name=next][form=language]");
  const here = next?.value;
  const blocks = [...article.querySelectorAll('[id^="b"]')].filter((block) => /^b\d+$/.test(block.id));
  const visible = new Set();
  let block = null;
  let sent = null;
  let resting = 0;
  let timer = 0;

  const send = () => {
    clearTimeout(timer);
    timer = 0;
    if (block === null || block === sent || !article.dataset.position) return;
    sent = block;
    fetch(article.dataset.position, {
      method: "POST",
      keepalive: true,
      redirect: "manual",
      body: new URLSearchParams({ block, csrfmiddlewaretoken: token }),
    }).catch(() => { sent = null; });
  };

  const read = () => {
    const first = blocks.find((candidate) => visible.has(candidate));
    if (!first) return;
    block = first.id.slice(1);
    // A change of language comes back to the same block.
    if (next) next.value = `${here}#${first.id}`;
    timer ||= setTimeout(send, sent === null ? FIRST_AFTER_MS : EVERY_MS);
  };

  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) visible[isIntersecting ? "add" : "delete"](target);
    clearTimeout(resting);
    resting = setTimeout(read, READ_AFTER_MS);
  }, { rootMargin: "-90px 0px -40% 0px" });
  blocks.forEach((candidate) => observer.observe(candidate));

  addEventListener("pagehide", send);
  document.addEventListener("visibilitychange", () => { if (document.hidden) send(); });
})();

// ---- Knowledge checks

document.querySelectorAll("form[data-check]").forEach((form) => {
  const saying = form.querySelector("[data-saying]");
  const answer = form.parentElement.querySelector("[data-answer]");
  const button = form.querySelector("button");
  const sequence = form.elements.namedItem("sequence");
  const SLOWEST_ANSWER_MS = 15_000;
  const LONGEST_WAIT_MS = 30_000;
  let unsaved = false; // The page holds an answer that the server has not confirmed.
  let reveal = false; // The reader asked for the reason.
  let busy = false;
  let wait_ms = 0;
  let timer = 0;

  const anything = () => form.querySelector(":checked") !== null;

  const save = () => {
    sequence.value = String(Number(sequence.value) + 1);
    unsaved = true;
    if (!busy) send();
  };

  const retry = (words) => {
    saying.textContent = words;
    wait_ms = Math.min(wait_ms ? wait_ms * 2 : 1_000, LONGEST_WAIT_MS);
    timer = setTimeout(send, wait_ms);
  };

  async function send() {
    clearTimeout(timer);
    if (busy || !unsaved) return;
    busy = true;
    const body = new FormData(form);
    if (reveal) body.set("reveal", "on");
    let response = null;
    try {
      response = await fetch(form.action, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(SLOWEST_ANSWER_MS),
      });
    } catch { /* No connection: told below. */ }
    busy = false;
    if (response?.type === "opaqueredirect" || response?.status === 403) return retry(form.dataset.signedOut);
    if (response?.status === 409) {
      // Another window saved meanwhile; what was chosen here last is what is meant.
      sequence.value = String((await response.json()).sequence);
      return save();
    }
    if (!response?.ok) return retry(form.dataset.failed);
    const kept = await response.json();
    if (String(kept.sequence) !== sequence.value) return send();
    unsaved = false;
    wait_ms = 0;
    saying.textContent = form.dataset.saved.replace("{time}", kept.saved_at);
    if (kept.html) {
      reveal = false;
      answer.innerHTML = kept.html;
      button.textContent = form.dataset.again;
    }
  }

  form.addEventListener("change", () => {
    // The reason shown belongs to the answer before.
    answer.replaceChildren();
    if (!anything()) return;
    form.querySelector("[data-field=validation]")?.remove();
    form.querySelector("fieldset").removeAttribute("aria-describedby");
    save();
  });
  form.addEventListener("submit", (event) => {
    if (!anything()) return;
    event.preventDefault();
    reveal = true;
    save();
  });
  addEventListener("online", send);
  addEventListener("pagehide", () => { if (unsaved) navigator.sendBeacon(form.action, new FormData(form)); });
});

// ---- The action card

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
