// Plays SCORM 1.2 and 2004 with scorm-again: what a package finds when it starts, what is saved of it, and where
// sequencing leads. Facts: runtime/player_scorm.py.
"use strict";

(() => {
  const { launch, stage, saving } = kopa;
  const { scorm } = launch;
  const is12 = launch.kind === "scorm12";
  const NAMES = is12
    ? ["LMSInitialize", "LMSFinish", "LMSGetValue", "LMSSetValue", "LMSCommit", "LMSGetLastError", "LMSGetErrorString", "LMSGetDiagnostic"]
    : ["Initialize", "Terminate", "GetValue", "SetValue", "Commit", "GetLastError", "GetErrorString", "GetDiagnostic"];
  const [INITIALIZE, FINISH, GET, SET, COMMIT] = NAMES;
  // Above this many characters a beacon may not carry the data, so it is saved at once.
  const LARGE = 20_000;
  const LARGE_WAIT_MS = 500;
  // scorm-again takes 64,000 characters; authoring tools write more, in 1.2 as well. What is above it is kept here, up to
  // what a save can carry however it is written.
  const SUSPEND = "cmi.suspend_data";
  const TAKEN = 64_000;
  const LARGEST = 262_144;
  const SILENT = 5;
  const root = scorm.sequencing?.activityTree?.id;
  const settings = {
    autocommit: true,
    autocommitSeconds: 20,
    lmsCommitUrl: launch.commit,
    logLevel: SILENT,
    // The server decides by the mastery score, at the end and not when the learner only pauses.
    mastery_override: false,
    httpService: {
      updateSettings: () => {},
      processHttpRequest: (_url, params, isFinal) => answer(keep(sitting, params.cmi, isFinal)),
    },
  };
  let sitting = null; // {part, api, startedAt, isOpen, cmi, request}: one SCO from when it is shown until it goes
  let tree = null; // scorm-again with the activity tree, one for all SCOs
  let delivered = null; // identifier of what sequencing gave last
  let treeSaved = "";

  // ---- Saving

  function answer(isSaved) {
    return isSaved ? { result: "true", errorCode: 0 } : { result: "false", errorCode: 391 };
  }

  function keep(from, cmi, hasEnded, sequencing = null) {
    if (from.suspend !== null) cmi = { ...cmi, suspend_data: from.suspend };
    from.cmi = cmi;
    const { part } = from;
    const elapsed = cmiTime(cmi) ? 0 : seconds(from);
    const fields = { activity: part.id, cmi, ended: hasEnded, earlier_s: part.seconds + elapsed };
    if (tree) fields.course = course();
    if (sequencing) fields.sequencing = sequencing;
    return saving.save(fields, slim(cmi));
  }

  function slim(cmi) {
    if (is12) {
      const { lesson_location, lesson_status, exit, session_time, score } = cmi.core;
      return { core: { lesson_location, lesson_status, exit, session_time, score } };
    }
    const { location, exit, session_time, completion_status, success_status, score, progress_measure } = cmi;
    return { location, exit, session_time, completion_status, success_status, score, progress_measure };
  }

  function cmiTime(cmi) {
    const time = is12 ? cmi.core.session_time : cmi.session_time;
    return time && !/^[PTHMS0:.]*$/.test(time);
  }

  function seconds(from) {
    return Math.round((Date.now() - from.startedAt) / 1000);
  }

  // What the server says of a save: the standing of the part and of the whole.
  scorm.heard = (id, { part, status, score }) => {
    const entry = Object.entries(scorm.parts).find(([, one]) => one.id === id);
    if (entry && part) kopa.mark(entry[0], part === "incomplete" ? "begun" : part);
    if (status) kopa.report({ status, score });
  };

  function isRunning(from) {
    return Boolean(from?.api?.isInitialized());
  }

  // ---- One SCO

  function before(activity) {
    const part = scorm.parts[activity.identifier];
    delete window.API;
    delete window.API_1484_11;
    offer(activity.identifier);
    sitting = { part, activity, api: null, startedAt: Date.now(), isOpen: true, cmi: null, request: null, suspend: null };
    if (!activity.is_tracked) {
      // A page without tracking is done once opened; in a sequence, what follows is saved in its name.
      sitting.cmi = {};
      saving.save({ activity: part.id, cmi: {}, ended: true, course: tree ? course() : null }, {});
      return;
    }
    sitting.api = tree ?? (is12 ? new Scorm12API(settings, settings.httpService) : new Scorm2004API(settings, settings.httpService));
    if (tree) tree.reset();
    sitting.api.loadFromJSON({ cmi: taken(sitting, restored(part)) }, "");
    window[is12 ? "API" : "API_1484_11"] = face(sitting);
  }

  function restored(part) {
    // In a sequence an activity is begun anew, unless the learner had paused in it or comes back to it.
    const goesOn = !tree || part.is_paused || part.is_current;
    const cmi = goesOn ? part.cmi : part.fresh;
    Object.assign(part, { is_paused: false, is_current: false });
    return goesOn && part.last ? { ...cmi, ...part.last } : cmi;
  }

  // What scorm-again can hold of it; the whole suspend data stays with the sitting.
  function taken(from, cmi) {
    const whole = cmi.suspend_data ?? "";
    from.suspend = whole.length > TAKEN ? whole : null;
    return from.suspend === null ? cmi : { ...cmi, suspend_data: whole.slice(0, TAKEN) };
  }

  // What the SCO talks to. A SCO that was left cannot reach the next one's data.
  function face(from) {
    const made = { version: "1.0" };
    for (const name of NAMES) {
      made[name] = (...values) => (from.isOpen ? call(from, name, values) : name === GET ? "" : "false");
    }
    return made;
  }

  function call(from, name, values) {
    if (name === FINISH) return finish(from, values);
    if (values[0] !== SUSPEND || (name !== SET && name !== GET)) return from.api[name](...values);
    return name === SET ? suspend(from, String(values[1])) : resumed(from, from.api[GET](SUSPEND));
  }

  function suspend(from, whole) {
    const isLarge = whole.length > TAKEN && whole.length <= LARGEST;
    const result = from.api[SET](SUSPEND, isLarge ? whole.slice(0, TAKEN) : whole);
    if (String(result) !== "true") return result;
    from.suspend = isLarge ? whole : null;
    if (whole.length > LARGE) hurry(from);
    return result;
  }

  const resumed = (from, held) => (held && from.suspend !== null ? from.suspend : held);

  function hurry(from) {
    clearTimeout(from.hurry);
    from.hurry = setTimeout(() => isRunning(from) && from.api[COMMIT](""), LARGE_WAIT_MS);
  }

  function finish(from, values = [""]) {
    delivered = null;
    from.hasEnded = true;
    const asked = tree ? (from.api.adl.nav.request ?? "_none_") : "_none_";
    if (tree && asked === "_none_" && from.request) from.api.adl.nav.request = from.request;
    const result = from.api[FINISH](...values);
    if (String(result) !== "true") return result;
    remember(from);
    if (tree) keepTree(from);
    if (!saving.isLeaving() && !from.isLeft) setTimeout(() => goOn(asked));
    return result;
  }

  // A part that is shown again in this window finds what it left.
  function remember(from) {
    if (!from.cmi) return;
    const { part } = from;
    part.seconds += seconds(from);
    from.startedAt = Date.now();
    part.is_paused = (is12 ? from.cmi.core.exit : from.cmi.exit) === "suspend";
    part.last = again(from.cmi);
  }

  function again(cmi) {
    if (is12) {
      const { session_time, exit, ...core } = cmi.core;
      return { ...cmi, core: { ...core, entry: "resume" } };
    }
    const { session_time, exit, ...rest } = cmi;
    return { ...rest, entry: "resume" };
  }

  // The SCO has ended by itself.
  function goOn(asked) {
    if (delivered) kopa.open(delivered);
    else if (launch.activities.length === 1 || /exit|suspendAll|abandonAll/i.test(asked)) kopa.exit();
    else kopa.close();
  }

  async function leave() {
    const from = sitting;
    if (!from?.isOpen) return;
    from.isLeft = true;
    if (isRunning(from)) from.api[COMMIT]("");
    // Many packages say their last words when their page goes.
    stage.replaceChildren();
    if (isRunning(from)) remember(from);
    from.isOpen = false;
    await saving.flush();
  }

  // ---- Prerequisites of SCORM 1.2: trees of courses/packages/prerequisites.py

  const stateOf = (identifier) => launch.activities.find((one) => one.identifier === identifier)?.state ?? "";

  function holds([name, ...rest]) {
    if (name === "and") return rest.every(holds);
    if (name === "or") return rest.some(holds);
    if (name === "not") return !holds(rest[0]);
    const [identifier, status] = rest;
    const state = stateOf(identifier);
    return status === null ? ["completed", "passed"].includes(state) : state === status;
  }

  // Titles of the parts that are still to be done for it.
  function missing(tree) {
    const [name, ...rest] = tree;
    if (holds(tree) || name === "not") return [];
    if (name !== "is") return rest.flatMap(missing);
    return launch.activities.filter((one) => one.identifier === rest[0]).map((one) => one.title);
  }

  function lock(activity) {
    const tree = scorm.locks[activity.identifier];
    if (!tree || holds(tree)) return "";
    const titles = [...new Set(missing(tree))];
    if (!titles.length) return scorm.texts.not_now;
    const words = tree[0] === "or" ? scorm.texts.first_one : scorm.texts.first_all;
    return words.replace("{parts}", () => titles.join("; "));
  }

  // The package closes its window: a way out, unless it has just ended itself.
  async function out() {
    if (!sitting?.isOpen || sitting.hasEnded || sitting.isLeft || saving.isLeaving()) return;
    if (launch.activities.length > 1) return kopa.close();
    await leave();
    kopa.exit();
  }

  const loaded = (page) => kopa.windows.closesBy(out, page);

  // ---- Sequencing

  function course() {
    const { completionStatus, successStatus, score } = tree.getActivityTrackingData(root) ?? {};
    return { completion: completionStatus ?? "unknown", success: successStatus ?? "unknown", score: score ?? null };
  }

  function plant() {
    const listeners = { onActivityDelivery: (activity) => { delivered = activity.id; } };
    tree = new Scorm2004API(
      { ...settings, sequencing: { ...scorm.sequencing, logLevel: "error", eventListeners: listeners } },
      settings.httpService,
    );
    // scorm-again bends the weights by tries and completion; by the book they are those of the manifest (SCORM 2004 SN,
    // Measure Rollup Process RB.1.1).
    const { measureProcessor } = tree._sequencing._overallSequencingProcess.rollupProcess;
    Object.getPrototypeOf(measureProcessor).calculateAdjustedWeight = (_activity, weight) => weight;
    if (scorm.sequencing_state) tree.deserializeSequencingState(scorm.sequencing_state);
  }

  // The part where sequencing stands; null between parts.
  function leaf() {
    const current = tree.getSequencingState().currentActivity;
    return current && !current.children?.length ? current.id : null;
  }

  function first() {
    plant();
    const current = leaf();
    if (current) {
      scorm.parts[current].is_current = true;
      return current;
    }
    delivered = null;
    if (!tree.processNavigationRequest("resumeAll") || !delivered) tree.processNavigationRequest("start");
    else scorm.parts[delivered].is_paused = true;
    return delivered;
  }

  function keepTree(from) {
    const state = tree.serializeSequencingState();
    const bare = state.replace(/"timestamp":"[^"]*"/, "");
    if (bare === treeSaved || !from.cmi) return;
    // A beacon does not carry the tree.
    if (keep(from, from.cmi, true, state) && !saving.isLeaving()) treeSaved = bare;
  }

  async function choose(activity) {
    if (!tree) return kopa.open(activity.identifier);
    return navigate("choice", activity.identifier);
  }

  // The learner asks by the player's own controls: the SCO ends as if it had asked itself.
  async function navigate(request, target = null) {
    const from = sitting;
    delivered = null;
    if (isRunning(from)) {
      from.isLeft = true;
      from.request = target ? `{target=${target}}${request}` : request;
      from.api[COMMIT]("");
      stage.replaceChildren();
      if (isRunning(from)) finish(from);
      from.isOpen = false;
    } else {
      tree.processNavigationRequest(request, target ?? undefined);
      if (from) keepTree(from);
    }
    if (delivered) return kopa.open(delivered);
    const current = from && leaf();
    if (!current) return kopa.close(scorm.texts.not_now);
    // The way there is closed: the learner stays where they were, and finds what they left.
    scorm.parts[current].is_current = true;
    await kopa.open(current);
    return kopa.say(scorm.texts.not_now);
  }

  // A chapter that leads through its parts in order is chosen as a whole.
  function chapter(identifier) {
    const [node, parent] = found(scorm.sequencing.activityTree, identifier) ?? [];
    const leads = node?.sequencingControls?.flow && parent?.sequencingControls?.choice !== false;
    return parent && leads ? () => navigate("choice", identifier) : null;
  }

  // ---- Going on and back, where the package leaves that to the player

  const steps = buildSteps();

  function buildSteps() {
    if (!scorm.is_sequenced) return null;
    const bar = document.createElement("div");
    bar.className = "player-steps";
    for (const request of ["previous", "continue"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = scorm.texts[request];
      button.dataset.request = request;
      button.addEventListener("click", () => navigate(request));
      bar.append(button);
    }
    stage.after(bar);
    return bar;
  }

  function offer(identifier) {
    if (!steps) return;
    const [node, parent] = found(scorm.sequencing.activityTree, identifier) ?? [];
    const hidden = [...(scorm.hides ?? []), ...(node?.hideLmsUi ?? [])];
    for (const button of steps.children) {
      button.hidden = !parent?.sequencingControls?.flow || hidden.includes(button.dataset.request);
    }
    steps.hidden = [...steps.children].every((button) => button.hidden);
  }

  // A node of the activity tree with the one above it.
  function found(node, identifier, parent = null) {
    if (node.id === identifier) return [node, parent];
    for (const child of node.children ?? []) {
      const below = found(child, identifier, node);
      if (below) return below;
    }
    return null;
  }

  // ---- The page

  addEventListener("pagehide", () => {
    if (isRunning(sitting)) sitting.api[COMMIT]("");
  });
  // On a telephone a page that is out of sight may never come back.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && isRunning(sitting)) sitting.api[COMMIT]("");
  });

  window.close = out;
  kopa.play({ before, leave, loaded, ...(scorm.is_sequenced ? { choose, chapter, first } : { lock }) });
})();
