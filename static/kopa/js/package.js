// The page around a package: shows what the player says of the learner's progress, full screen, and a safe way out.
// What comes from the player is untrusted: it changes words on this page alone, the server keeps the record itself.
"use strict";

document.querySelectorAll("[data-package]").forEach((section) => {
  const frame = section.querySelector("iframe");
  const exit = section.querySelector("[data-exit]");
  const score = section.querySelector(".package__score");
  const button = section.querySelector("[data-fullscreen]");
  const { origin } = section.dataset;
  const STATUSES = ["incomplete", "completed", "passed", "failed"];
  const FIELDS = "exit,kopa,score,status";
  const SHOWN_EVERY_MS = 250;
  const LONGEST_SAVING_MS = 6_000;
  let latest = null;
  let timer = 0;
  let leaving = false;

  // ---- What the player says: {kopa: 1, status, score, exit}, and nothing else

  const read = (event) => {
    const { data } = event;
    if (event.origin !== origin || event.source !== frame.contentWindow) return null;
    if (typeof data !== "object" || data === null || Object.getPrototypeOf(data) !== Object.prototype) return null;
    const fields = Object.keys(data);
    if (fields.length !== 4 || fields.sort().join() !== FIELDS) return null;
    if (data.kopa !== 1 || !STATUSES.includes(data.status) || typeof data.exit !== "boolean") return null;
    const isScore = data.score === null || (typeof data.score === "number" && Math.abs(data.score) <= 1);
    return isScore ? data : null;
  };

  const show = () => {
    timer = 0;
    const { status, score: scaled } = latest;
    if (section.dataset.status !== status) section.dataset.status = status;
    const words = scaled === null ? "" : score.dataset.points.replace("{n}", Math.round(Math.max(scaled, 0) * 100));
    if (score.textContent !== words) score.textContent = words;
    if (["completed", "passed"].includes(status) && !leaving) exit.textContent = section.dataset.onwards;
  };

  addEventListener("message", (event) => {
    const said = read(event);
    if (!said) return;
    latest = said;
    // However many messages come, the page changes a few times a second at most.
    timer ||= setTimeout(show, SHOWN_EVERY_MS);
    if (said.exit) leave();
  });

  // ---- The way out: the player saves first, but cannot keep anybody here

  let leave = () => location.assign(exit.href);

  const saveAndLeave = (pressed) => {
    leaving = true;
    pressed.textContent = section.dataset.saving;
    frame.contentWindow.postMessage({ kopa: 1, leave: true }, origin);
    setTimeout(() => leave(), LONGEST_SAVING_MS);
  };

  exit.addEventListener("click", (event) => {
    if (leaving || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    saveAndLeave(exit);
  });

  // ---- Begin again: the last words of this attempt are kept first

  section.querySelector("[data-again]")?.addEventListener("submit", (event) => {
    event.preventDefault();
    if (leaving) return;
    leave = () => event.target.submit();
    saveAndLeave(event.submitter);
  });

  // ---- A window that stays open for long: its token lives on while this page, where the learner is signed in, asks

  const RENEWED_EVERY_MS = 3 * 3600 * 1000;
  const AT_MOST_EVERY_MS = 500;
  let renewedAt = 0;

  // true or false as the server says; null when it was not reached.
  const renew = async () => {
    renewedAt = Date.now();
    const { renew: address, launch, csrf } = section.dataset;
    const headers = { "X-CSRFToken": csrf };
    try {
      const answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams({ launch }), redirect: "manual" });
      return answer.status >= 500 ? null : answer.status === 204;
    } catch {
      return null;
    }
  };

  setInterval(renew, RENEWED_EVERY_MS);
  addEventListener("message", async (event) => {
    if (event.origin !== origin || event.source !== frame.contentWindow) return;
    if (event.data?.kopa !== 1 || event.data.renew !== true || Date.now() - renewedAt < AT_MOST_EVERY_MS) return;
    const renewed = await renew();
    if (renewed !== null) event.source.postMessage({ kopa: 1, renewed }, origin);
  });

  // ---- Full screen: quick exit comes along

  if (document.fullscreenEnabled && section.requestFullscreen) {
    const larger = button.textContent;
    const quick = document.querySelector("a.quick-exit");
    const home = quick?.parentElement;
    button.hidden = false;
    button.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else section.requestFullscreen().catch(() => {});
    });
    document.addEventListener("fullscreenchange", () => {
      const isFull = document.fullscreenElement === section;
      button.textContent = isFull ? button.dataset.smaller : larger;
      if (quick) (isFull ? button.parentElement : home).append(quick);
    });
  }
});
