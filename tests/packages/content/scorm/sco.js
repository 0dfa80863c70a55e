// A SCO for tests: speaks SCORM 1.2 or 2004, whichever API it finds, and does what its buttons say.
"use strict";

function findApi(start) {
  let frame = start;
  for (let depth = 0; frame && depth < 12; depth += 1) {
    for (const name of ["API_1484_11", "API"]) {
      try {
        if (frame[name]) return { api: frame[name], is2004: name === "API_1484_11" };
      } catch {
        return null; // another origin
      }
    }
    if (frame.parent === frame) return null;
    frame = frame.parent;
  }
  return null;
}

const found = findApi(window) || (window.opener && findApi(window.opener));
const byId = (id) => document.getElementById(id);
const part = new URLSearchParams(location.search).get("part") || "viss";
let isOpen = false;

function call(name, ...values) {
  const prefix = found.is2004 ? "" : "LMS";
  return found.api[prefix + name](...values);
}

function get(element) {
  return String(call("GetValue", element));
}

function say(what) {
  const code = String(found.is2004 ? found.api.GetLastError() : found.api.LMSGetLastError());
  byId("said").textContent = code === "0" ? what : `${what}: error ${code}`;
}

function set(pairs) {
  const refused = Object.keys(pairs).filter((element) => String(call("SetValue", element, pairs[element])) !== "true");
  return refused.length ? ` refused ${refused.join(" ")}` : "";
}

// Suspend data is a text that can be checked for being whole: its size, then digits up to that size.
function suspendData(size) {
  return `${size}:`.padEnd(size, "0123456789").slice(0, size);
}

function restored() {
  const is2004 = found.is2004;
  const core = is2004 ? "cmi." : "cmi.core.";
  const data = get("cmi.suspend_data");
  const facts = {
    entry: get(`${core}entry`),
    location: get(is2004 ? "cmi.location" : "cmi.core.lesson_location"),
    suspend_size: data.length,
    suspend_whole: data === "" || data === suspendData(data.length),
    completion: get(is2004 ? "cmi.completion_status" : "cmi.core.lesson_status"),
    success: is2004 ? get("cmi.success_status") : "",
    score: get(`${core}score.raw`),
    learner: get(is2004 ? "cmi.learner_name" : "cmi.core.student_name"),
    launch_data: get("cmi.launch_data"),
    mastery: get(is2004 ? "cmi.scaled_passing_score" : "cmi.student_data.mastery_score"),
    mode: get(is2004 ? "cmi.mode" : "cmi.core.lesson_mode"),
    total_time: get(`${core}total_time`),
  };
  byId("restored").textContent = JSON.stringify(facts, null, 1);
}

function end(exit, request) {
  if (!isOpen) return;
  isOpen = false;
  set(found.is2004 ? { "cmi.exit": exit } : { "cmi.core.exit": exit });
  if (found.is2004 && request) set({ "adl.nav.request": request });
  call(found.is2004 ? "Terminate" : "Finish", "");
  say("ended");
}

const does = {
  complete: () => set(found.is2004 ? { "cmi.completion_status": "completed" } : { "cmi.core.lesson_status": "completed" }),
  pass: () =>
    set(
      found.is2004
        ? { "cmi.completion_status": "completed", "cmi.success_status": "passed" }
        : { "cmi.core.lesson_status": "passed" },
    ),
  fail: () =>
    set(
      found.is2004
        ? { "cmi.completion_status": "completed", "cmi.success_status": "failed" }
        : { "cmi.core.lesson_status": "failed" },
    ),
  score: () => {
    const points = Number(byId("points").value);
    const core = found.is2004 ? "cmi." : "cmi.core.";
    const values = { [`${core}score.min`]: "0", [`${core}score.max`]: "100", [`${core}score.raw`]: String(points) };
    if (found.is2004) values["cmi.score.scaled"] = String(points / 100);
    return set(values);
  },
  bookmark: () =>
    set({
      [found.is2004 ? "cmi.location" : "cmi.core.lesson_location"]: byId("location").value,
      "cmi.suspend_data": suspendData(Number(byId("size").value)),
    }),
  commit: () => "",
};

function start() {
  byId("part").textContent = part;
  if (!found) {
    byId("said").textContent = "no API";
    return;
  }
  call("Initialize", "");
  isOpen = true;
  say(found.is2004 ? "started 2004" : "started 1.2");
  restored();
  for (const [id, act] of Object.entries(does)) {
    byId(id).addEventListener("click", () => {
      const refused = act();
      call("Commit", "");
      say(`${id} saved${refused}`);
    });
  }
  byId("suspend").addEventListener("click", () => end("suspend", "suspendAll"));
  byId("exit").addEventListener("click", () => end("suspend", "exit"));
  byId("next").addEventListener("click", () => end(found.is2004 ? "normal" : "", "continue"));
  byId("previous").addEventListener("click", () => end(found.is2004 ? "normal" : "", "previous"));
  window.addEventListener("pagehide", () => end("suspend", ""));
}

start();
