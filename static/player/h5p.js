// Plays H5P with h5p-standalone: keeps its states, and sends what the whole content came to. Facts:
// runtime/player_h5p.py. H5P saves by itself every few seconds; what it loses is sent again here.
"use strict";

(() => {
  const { launch, stage } = kopa;
  const { h5p, texts } = launch;
  const [activity] = launch.activities;
  const EVERY_S = 5;
  const FIRST_RETRY_MS = 1_000;
  const LONGEST_RETRY_MS = 30_000;
  const LEAVING_MS = 5_000;
  const COMPLETED = "http://adlnet.gov/expapi/verbs/completed";
  const ANSWERED = "http://adlnet.gov/expapi/verbs/answered";
  const waiting = new Map(); // address -> body that the server has not confirmed; of a state only the newest
  let order = Date.now();
  let wait_ms = FIRST_RETRY_MS;
  let timer = 0;
  let ended = false;
  let failed = false;

  const inner = () => stage.querySelector("iframe")?.contentWindow;
  const stateAddress = (kind, part) => h5p.save
    .replace(":contentId", h5p.content).replace(":dataType", kind).replace(":subContentId", part);
  const nextOrder = () => { order += 1; return order; };

  // ---- Sending what must not be lost

  async function send(key, address, body, headers) {
    try {
      const answer = await fetch(address, { method: "POST", body, headers, credentials: "omit" });
      if (answer.status >= 500 || (answer.status === 404 && kopa.renew())) return retry();
      waiting.delete(key);
      const said = await answer.json().catch(() => ({}));
      if (!answer.ok) return refused(answer.status, said.code);
      if (failed) kopa.say(texts.saved_again);
      failed = false;
      wait_ms = FIRST_RETRY_MS;
      if (said.counts) report(said);
    } catch {
      retry();
    }
  }

  function refused(status, code) {
    if (status === 400 || status === 413) return;
    ended = true;
    waiting.clear();
    kopa.say(code === "opened_elsewhere" ? texts.opened_elsewhere : code === "completed" ? "" : texts.ended);
  }

  function retry() {
    if (ended) return;
    failed = true;
    kopa.say(texts.not_saved);
    clearTimeout(timer);
    timer = setTimeout(flush, wait_ms);
    wait_ms = Math.min(wait_ms * 2, LONGEST_RETRY_MS);
  }

  function flush() {
    if (ended) return Promise.resolve();
    return Promise.all([...waiting].map(([key, { address, body, headers }]) => send(key, address, body, headers)));
  }

  function post(key, address, body, headers = {}) {
    if (ended) return Promise.resolve();
    waiting.set(key, { address, body, headers });
    return send(key, address, body, headers);
  }

  function report({ part, status, score }) {
    kopa.mark(activity.identifier, part === "incomplete" ? "begun" : part);
    kopa.report({ status, score });
  }

  // ---- States

  function currentStates() {
    const instances = inner()?.H5P?.instances ?? [];
    return instances.flatMap((instance) => {
      const state = typeof instance.getCurrentState === "function" ? instance.getCurrentState() : undefined;
      if (state === undefined) return [];
      const fields = { data: JSON.stringify(state), preload: 1, invalidate: 0, order: nextOrder() };
      return [[stateAddress("state", instance.subContentId ?? 0), new URLSearchParams(fields)]];
    });
  }

  function saveStates() {
    return Promise.all(currentStates().map(([address, body]) => post(address, address, body)));
  }

  // H5P's own saves: numbered, so that a late one is told apart, and sent again when the server could not take them.
  function watchSaves({ H5P, document }) {
    const isSave = ({ type, url }) => type === "POST" && url.includes("/states/");
    H5P.jQuery.ajaxPrefilter((options) => {
      if (isSave(options)) options.data = `${options.data}&order=${nextOrder()}`;
    });
    H5P.jQuery(document).on("ajaxError", (_event, answer, options) => {
      if (!isSave(options)) return;
      const isOver = answer.status && answer.status < 500 && !(answer.status === 404 && kopa.renew());
      if (isOver) return refused(answer.status, answer.responseJSON?.code);
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      waiting.set(options.url, { address: options.url, body: options.data, headers });
      retry();
    });
  }

  // ---- Results

  function hear({ data: { statement } }) {
    const verb = statement?.verb?.id;
    if (statement?.object?.id !== h5p.object || statement.context?.contextActivities?.parent?.length) return;
    if (verb !== COMPLETED && !(verb === ANSWERED && statement.result?.completion)) return;
    const number = crypto.randomUUID();
    post(number, h5p.results, JSON.stringify({ number, statement }), { "Content-Type": "application/json" });
  }

  // ---- The player

  async function show() {
    const box = document.createElement("div");
    box.className = "player-h5p";
    stage.replaceChildren(box);
    if (!activity.state) kopa.mark(activity.identifier, "begun");
    // Scripts named here come before H5P's own, in its frame as well.
    window.H5PIntegration = { core: { scripts: [h5p.storage_js], styles: [] } };
    await new H5PStandalone.H5P(box, {
      id: String(h5p.content),
      h5pJsonPath: h5p.folder,
      frameJs: h5p.frame_js,
      frameCss: h5p.frame_css,
      frame: true,
      copyright: true,
      icon: false,
      xAPIObjectIRI: h5p.object,
      // H5P saves for a known user alone; who it is, the server knows from the token.
      user: { name: "-", mail: "-" },
      saveFreq: EVERY_S,
      ajax: { contentUserDataUrl: h5p.save },
      contentUserData: Object.keys(h5p.states).length ? h5p.states : undefined,
      translations: { H5P: h5p.words },
    });
    const frame = stage.querySelector("iframe");
    frame.title = activity.title || launch.title;
    H5P.externalDispatcher.on("xAPI", hear);
    watchSaves(await loaded());
  }

  function loaded() {
    return new Promise((settle) => {
      const look = () => (inner()?.H5P?.jQuery ? settle(inner()) : setTimeout(look, 50));
      look();
    });
  }

  const soon = (ms) => new Promise((settle) => setTimeout(settle, ms));

  function leave() {
    return Promise.race([Promise.all([saveStates(), flush()]), soon(LEAVING_MS)]);
  }

  // What is left when the page goes; nobody waits for the answers any more.
  addEventListener("pagehide", () => {
    if (ended) return;
    for (const { address, body, headers } of waiting.values()) {
      navigator.sendBeacon(address, headers["Content-Type"] ? new Blob([body], { type: headers["Content-Type"] }) : body);
    }
    for (const [address, body] of currentStates()) navigator.sendBeacon(address, body);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) saveStates();
  });

  kopa.play({ show, leave });
})();
