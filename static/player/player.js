// The shell of the player's page: which part is shown, the list of parts, and what the platform's page is told.
// A script for the kind of package follows this one and calls `kopa.play`. Facts: runtime/player.py.
"use strict";

window.kopa = (() => {
  const launch = JSON.parse(document.getElementById("launch").textContent);
  // The platform's page. A kind's script may take `window.parent` away from packages.
  const around = window.parent;
  const stage = document.querySelector(".player-stage");
  const note = document.querySelector(".player-note");
  const parts = document.querySelector(".player-parts");
  const count = document.querySelector(".player-count");
  const activities = new Map(launch.activities.map((activity) => [activity.identifier, activity]));
  const buttons = new Map();
  const DONE = ["completed", "passed"];
  const STATUSES = ["incomplete", "completed", "passed", "failed"];
  // Every part may be replaced by the script of a kind.
  const player = {
    // Identifier of the part to begin with; null: the learner chooses.
    first: () => nextUndone()?.identifier ?? (activities.size === 1 ? launch.activities[0].identifier : null),
    // The learner chose this part from the list.
    choose: (activity) => open(activity.identifier),
    // Why this part cannot be chosen now, for the learner; "" when it can.
    lock: () => "",
    // What choosing a chapter does; null: it is no choice.
    chapter: () => null,
    // Before the page of a part loads; may return a promise.
    before: () => {},
    // Show a part on `kopa.stage`.
    show: (activity) => showFrame(activity),
    // A page of the part has loaded in its frame.
    loaded: () => {},
    // Save all there is before the part or the page goes; may return a promise.
    leave: () => {},
  };
  const MOST_RENEWALS = 10;
  let renewals = 0; // since the server last took something
  let current = null;
  let opening = Promise.resolve();

  function nextUndone() {
    return launch.activities.find((activity) => !DONE.includes(activity.state) && !player.lock(activity));
  }

  // Opens and closings happen one after the other, in the order they were asked for.
  function open(identifier, { isFirst = false } = {}) {
    opening = opening.then(async () => {
      const activity = activities.get(identifier);
      if (!activity) return;
      if (current) await player.leave(current);
      current = activity;
      await player.before(activity);
      await player.show(activity);
      draw();
      // The page around the player is read from its top.
      if (!isFirst) stage.focus({ preventScroll: true });
    }).catch((problem) => console.error(problem));
    return opening;
  }

  function close(words = launch.texts.close_part) {
    opening = opening.then(async () => {
      if (current) await player.leave(current);
      current = null;
      stage.replaceChildren();
      say(words);
      draw();
      if (!parts.hidden) {
        parts.open = true;
        parts.querySelector("button")?.focus();
      }
    }).catch((problem) => console.error(problem));
    return opening;
  }

  function showFrame(activity) {
    const frame = document.createElement("iframe");
    frame.className = "player-frame";
    frame.title = activity.title || launch.title;
    frame.allow = "fullscreen; autoplay";
    frame.src = activity.href;
    frame.addEventListener("load", () => player.loaded(frame.contentWindow));
    stage.replaceChildren(frame);
  }

  function mark(identifier, state) {
    const activity = activities.get(identifier);
    if (!activity || activity.state === state) return;
    activity.state = state;
    draw();
  }

  function say(words) {
    note.textContent = words;
  }

  function tell({ status = "incomplete", score = null, exit = false }) {
    if (around === window || !STATUSES.includes(status)) return;
    const scaled = Number.isFinite(score) ? score : null;
    around.postMessage({ kopa: 1, status, score: scaled, exit: exit === true }, launch.platform);
  }

  // A token that ran out lives on when the platform's page asks for it, where the learner is signed in. True: it is
  // being asked, and what was answered 404 is worth another try.
  function renew() {
    if (around === window || launch.is_trial || renewals >= MOST_RENEWALS) return false;
    renewals += 1;
    around.postMessage({ kopa: 1, renew: true }, launch.platform);
    return true;
  }

  // ---- The list of parts

  function build(items) {
    const list = document.createElement("ol");
    for (const item of items) {
      const activity = activities.get(item.identifier);
      const children = item.children ?? [];
      if (activity?.settings.is_visible === false || (!activity && !children.length)) continue;
      const entry = document.createElement("li");
      entry.append(activity ? button(activity) : heading(item));
      if (children.length) entry.append(build(children));
      list.append(entry);
    }
    return list;
  }

  function heading({ identifier, title }) {
    const choose = player.chapter(identifier);
    const text = document.createElement(choose ? "button" : "span");
    text.className = "player-chapter";
    text.textContent = title;
    if (choose) {
      text.type = "button";
      text.addEventListener("click", () => chosen(choose));
    }
    return text;
  }

  function chosen(choose) {
    if (!wide.matches) parts.open = false;
    say("");
    choose();
  }

  function button(activity) {
    const made = document.createElement("button");
    const title = document.createElement("span");
    const state = document.createElement("span");
    made.type = "button";
    title.textContent = activity.title;
    state.className = "player-state";
    made.append(title, state);
    made.addEventListener("click", () => {
      const reason = player.lock(activity);
      if (reason) return say(reason);
      chosen(() => player.choose(activity));
    });
    buttons.set(activity.identifier, made);
    return made;
  }

  function draw() {
    for (const [identifier, made] of buttons) {
      const activity = activities.get(identifier);
      const { state } = activity;
      const reason = player.lock(activity);
      made.dataset.state = state;
      made.querySelector(".player-state").textContent = reason || (launch.texts[state] ?? "");
      if (reason) made.setAttribute("aria-disabled", "true");
      else made.removeAttribute("aria-disabled");
      if (current?.identifier === identifier) made.setAttribute("aria-current", "true");
      else made.removeAttribute("aria-current");
    }
    const done = launch.activities.filter((activity) => DONE.includes(activity.state)).length;
    count.textContent = launch.texts.done_of.replace("{done}", done).replace("{total}", activities.size);
  }

  const wide = matchMedia("(min-width: 48rem)");

  function begin() {
    if (activities.size > 1) {
      const menu = launch.menu.length ? launch.menu : launch.activities;
      parts.querySelector("nav").append(build(menu));
      parts.hidden = false;
      parts.open = wide.matches;
      wide.addEventListener("change", () => { parts.open = wide.matches; });
      document.body.classList.add("player-has-parts");
      draw();
    }
    const first = player.first();
    if (first === null) {
      parts.open = !parts.hidden;
      say(launch.texts.choose);
    }
    else open(first, { isFirst: true });
  }

  // The platform's page asks to leave: it waits until everything is saved.
  addEventListener("message", async (event) => {
    if (event.origin !== launch.platform || event.source !== around || event.data?.kopa !== 1) return;
    if (event.data.renewed === false) renewals = MOST_RENEWALS;
    if (event.data.leave !== true) return;
    await opening;
    if (current) await player.leave(current);
    tell({ ...kopa.standing, exit: true });
  });
  document.addEventListener("DOMContentLoaded", begin);

  return {
    launch,
    stage,
    // What the platform's page was told last; a kind's script keeps it up to date through `report`.
    standing: { status: launch.status ?? "incomplete", score: launch.score ?? null },
    play: (parts) => Object.assign(player, parts),
    current: () => current,
    open,
    close,
    mark,
    say,
    renew,
    // The server's word on the whole: {status, score}.
    report(standing) {
      renewals = 0;
      Object.assign(kopa.standing, standing);
      tell(kopa.standing);
    },
    exit: () => (launch.is_trial ? close(launch.texts.trial_over) : tell({ ...kopa.standing, exit: true })),
  };
})();
