// An assignable unit for tests: cmi5 Quartz, sections 7 to 10. Every button sends one defined statement.
"use strict";

const launch = new URLSearchParams(location.search);
const endpoint = launch.get("endpoint") || "";
const actor = launch.get("actor") || "{}";
const registration = launch.get("registration");
const activityId = launch.get("activityId");
const byId = (id) => document.getElementById(id);
const began = Date.now();
const CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5";
const MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon";
const MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore";
const VERBS = {
  initialized: "http://adlnet.gov/expapi/verbs/initialized",
  completed: "http://adlnet.gov/expapi/verbs/completed",
  passed: "http://adlnet.gov/expapi/verbs/passed",
  failed: "http://adlnet.gov/expapi/verbs/failed",
  terminated: "http://adlnet.gov/expapi/verbs/terminated",
};
let token = "";
let facts = {};

function address(path, query) {
  const base = endpoint.endsWith("/") ? endpoint : `${endpoint}/`;
  return `${base}${path}?${new URLSearchParams(query)}`;
}

async function ask(method, path, query, body) {
  const answer = await fetch(address(path, query), {
    method,
    headers: {
      Authorization: `Basic ${token}`,
      "Content-Type": "application/json",
      "X-Experience-API-Version": "1.0.3",
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${path} ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

// crypto.randomUUID exists in secure contexts alone; the content origin may be plain http on a laptop.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function duration() {
  return `PT${((Date.now() - began) / 1000).toFixed(2)}S`;
}

function statement(verb, result, isMoveOn) {
  const context = structuredClone(facts.contextTemplate || {});
  context.registration = registration;
  context.contextActivities = context.contextActivities || {};
  const category = (context.contextActivities.category || []).concat([{ id: CMI5 }]);
  context.contextActivities.category = isMoveOn ? category.concat([{ id: MOVE_ON }]) : category;
  if (facts.masteryScore !== undefined && (verb === "passed" || verb === "failed")) {
    context.extensions = Object.assign({}, context.extensions, { [MASTERY]: facts.masteryScore });
  }
  return {
    id: uuid(),
    timestamp: new Date().toISOString(),
    actor: JSON.parse(actor),
    verb: { id: VERBS[verb], display: { en: verb } },
    object: { objectType: "Activity", id: activityId },
    context,
    ...(result ? { result } : {}),
  };
}

async function say(verb, result, isMoveOn) {
  try {
    await ask("POST", "statements", {}, [statement(verb, result, isMoveOn)]);
    byId("said").textContent = `${verb} sent`;
  } catch (problem) {
    byId("said").textContent = String(problem.message);
  }
}

const does = {
  complete: () => say("completed", { completion: true, duration: duration() }, true),
  pass: () => say("passed", { success: true, score: { scaled: Number(byId("scaled").value) }, duration: duration() }, true),
  fail: () => say("failed", { success: false, score: { scaled: Number(byId("scaled").value) }, duration: duration() }, true),
  terminate: () => say("terminated", { duration: duration() }, false),
  bookmark: async () => {
    await ask("PUT", "activities/state", { activityId, agent: actor, registration, stateId: "bookmark" }, { page: 3 });
    byId("said").textContent = "bookmark saved";
  },
  return: async () => {
    if (facts.returnURL) location.href = facts.returnURL;
  },
};

async function start() {
  byId("part").textContent = launch.get("part") || "viss";
  const answer = await (await fetch(launch.get("fetch"), { method: "POST" })).json();
  if (!answer["auth-token"]) throw new Error(`fetch ${answer["error-code"]} ${answer["error-text"]}`);
  token = answer["auth-token"];
  const state = { activityId, agent: actor, registration };
  facts = (await ask("GET", "activities/state", { ...state, stateId: "LMS.LaunchData" })) || {};
  const preferences = await ask("GET", "agents/profile", { agent: actor, profileId: "cmi5LearnerPreferences" });
  const bookmark = await ask("GET", "activities/state", { ...state, stateId: "bookmark" });
  byId("restored").textContent = JSON.stringify({
    launch_mode: facts.launchMode,
    launch_method: facts.launchMethod,
    launch_parameters: facts.launchParameters,
    move_on: facts.moveOn,
    mastery_score: facts.masteryScore,
    return_url: facts.returnURL,
    preferences,
    bookmark,
  });
  await say("initialized");
  for (const [id, act] of Object.entries(does)) byId(id).addEventListener("click", act);
}

start().catch((problem) => {
  byId("said").textContent = String(problem.message);
});
