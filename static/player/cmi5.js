// Plays cmi5: the server launches a unit, in the frame or in a window of its own, and knows how far everything is.
"use strict";

(() => {
  const { launch } = kopa;
  const EVERY_MS = 5000;
  let timer = 0;

  async function ask(address, body) {
    const answer = await fetch(address, body && { method: "POST", body: new URLSearchParams(body) });
    if (answer.status === 409) kopa.say(launch.texts.opened_elsewhere);
    else if (answer.status === 404) kopa.say(kopa.renew() ? launch.cmi5.texts.try_again : launch.texts.ended);
    else if (!answer.ok) kopa.say(launch.cmi5.texts.try_again);
    return answer.ok ? answer.json() : null;
  }

  const start = (activity) => ask(launch.cmi5.launch, { unit: activity.identifier });

  async function refresh() {
    clearTimeout(timer);
    try {
      const known = await ask(launch.cmi5.status);
      if (known) {
        for (const [identifier, state] of Object.entries(known.states)) kopa.mark(identifier, state);
        kopa.report({ status: known.status, score: known.score });
      }
    } catch {
      // Offline for a moment: the next look will tell.
    }
    if (kopa.current()) timer = setTimeout(refresh, EVERY_MS);
  }

  async function showHere(activity) {
    const started = await start(activity);
    if (!started) return;
    const frame = document.createElement("iframe");
    frame.className = "player-frame";
    frame.title = activity.title || launch.title;
    frame.allow = "fullscreen; autoplay";
    frame.src = started.url;
    kopa.stage.replaceChildren(frame);
  }

  // The platform's page keeps windows of other origins from each other, so a script gets no hold of one that it opens.
  function showDoor(activity) {
    const door = document.createElement("form");
    const words = document.createElement("p");
    const unit = document.createElement("input");
    const button = document.createElement("button");
    Object.assign(door, { className: "player-door", method: "post", target: "_blank", action: launch.cmi5.window });
    Object.assign(unit, { type: "hidden", name: "unit", value: activity.identifier });
    words.textContent = launch.cmi5.texts.own_window;
    button.textContent = launch.cmi5.texts.open_window.replace("{title}", activity.title);
    door.append(words, unit, button);
    kopa.stage.replaceChildren(door);
  }

  kopa.play({
    show: async (activity) => {
      await (launch.cmi5.windows.includes(activity.identifier) ? showDoor(activity) : showHere(activity));
      refresh();
    },
    // A unit that leaves says so by itself as its page goes; what it said last is on its way.
    leave: async () => {
      kopa.stage.replaceChildren();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await refresh();
    },
  });

  // The page a unit returns to, in the frame, is one of this origin.
  addEventListener("message", (event) => {
    const frame = kopa.stage.querySelector("iframe");
    if (event.origin !== location.origin || event.source !== frame?.contentWindow) return;
    if (event.data?.kopaReturned === true) kopa.close();
  });
  addEventListener("focus", refresh);
})();
