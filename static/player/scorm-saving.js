// How SCORM packages are saved: at once and synchronously while the page lives, by beacon when it is torn down.
// What could not be saved is kept, newest only, and sent again until the server has it. See runtime/services.py.
"use strict";

kopa.saving = (() => {
  const { launch } = kopa;
  const { scorm, texts } = launch;
  // Browsers take 64 KiB of beacons at a time, from all that are under way.
  const BEACON_BYTES = 60_000;
  const FIRST_WAIT_MS = 1_000;
  const LONGEST_WAIT_MS = 30_000;
  const REASONS = {
    opened_elsewhere: texts.opened_elsewhere,
    completed: scorm.texts.completed,
    withdrawn: scorm.texts.withdrawn,
    not_found: texts.ended,
  };
  const unsaved = new Map(); // id of an activity -> {save, slim}: the newest that was not acknowledged
  let sequence = scorm.sequence;
  let isOver = scorm.is_review;
  let isLeaving = false;
  let isTold = false;
  let wait = FIRST_WAIT_MS;
  let timer = null;

  // Keep what an activity says; true when the server has it. `slim` is what a beacon can always carry.
  function save(fields, slim) {
    if (isOver) return scorm.is_review;
    const entry = { save: { ...fields, sequence: ++sequence }, slim };
    unsaved.set(fields.activity, entry);
    if (isLeaving) return beacon(entry);
    let answer = post(entry.save);
    if (answer === "again") answer = post(entry.save);
    if (answer === "again") {
      // A page that is being torn down may not ask synchronously any more.
      beacon(entry);
      later();
    }
    return answer === "saved";
  }

  function post(save) {
    const request = new XMLHttpRequest();
    try {
      request.open("POST", launch.commit, false);
      request.setRequestHeader("Content-Type", "application/json");
      request.send(JSON.stringify(save));
    } catch {
      return "again";
    }
    return judge(request.status, request.responseText, save);
  }

  async function postLater(save) {
    try {
      const headers = { "Content-Type": "application/json" };
      const answer = await fetch(launch.commit, { method: "POST", headers, body: JSON.stringify(save) });
      return judge(answer.status, await answer.text(), save);
    } catch {
      return "again";
    }
  }

  function judge(status, text, save) {
    if (status === 0 || status === 429 || status >= 500) return "again";
    if (status === 404 && kopa.renew()) return "again";
    const answer = parsed(text);
    if (unsaved.get(save.activity)?.save.sequence <= save.sequence) unsaved.delete(save.activity);
    if (status === 200) {
      if (isTold && !unsaved.size) say(texts.saved_again, false);
      scorm.heard(save.activity, answer);
      return "saved";
    }
    if (status === 400 || status === 413) {
      say(scorm.texts.refused, true);
      return "refused";
    }
    isOver = true;
    unsaved.clear();
    say(REASONS[answer.code] ?? texts.ended, true);
    return "over";
  }

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return {};
    }
  }

  function beacon({ save, slim }) {
    const { sequencing, ...whole } = save;
    if (carried(whole)) return true;
    return carried({ ...whole, cmi: slim, partial: true, sequence: ++sequence });
  }

  function carried(save) {
    const body = new Blob([JSON.stringify(save)], { type: "text/plain;charset=UTF-8" });
    return body.size <= BEACON_BYTES && navigator.sendBeacon(launch.commit, body);
  }

  function later() {
    say(texts.not_saved, true);
    clearTimeout(timer);
    timer = setTimeout(again, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT_MS);
  }

  async function again() {
    clearTimeout(timer);
    for (const { save } of [...unsaved.values()]) {
      if ((await postLater(save)) === "again") {
        later();
        return false;
      }
    }
    wait = FIRST_WAIT_MS;
    return true;
  }

  // Before the page goes: a few more tries.
  async function flush() {
    for (let tries = 0; unsaved.size && !isOver && tries < 5; tries += 1) {
      if (await again()) return;
      await new Promise((done) => setTimeout(done, 500 * (tries + 1)));
    }
  }

  function say(words, isTrouble) {
    isTold = isTrouble;
    kopa.say(words);
  }

  addEventListener("online", () => unsaved.size && again());
  // Before the listeners that save: those register later.
  addEventListener("pagehide", () => {
    isLeaving = true;
    for (const entry of unsaved.values()) beacon(entry);
  });
  addEventListener("pageshow", () => {
    isLeaving = false;
    if (unsaved.size) again();
  });

  return { save, flush, isLeaving: () => isLeaving };
})();
