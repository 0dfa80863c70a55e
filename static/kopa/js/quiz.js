// Saves an answer as soon as it changes, and moves the steps of an ordering without loading the page.
// Without this script every button of the page does the same by sending the form.
"use strict";

(() => {
  const form = document.querySelector("[data-quiz]");
  if (!form) return;
  const saveTo = form.dataset.saveTo;
  const saved = document.getElementById("saved");
  const sequence = form.elements.namedItem("sequence");
  const SLOWEST_ANSWER_MS = 15_000;
  const LONGEST_WAIT_MS = 30_000;

  let unsaved = false; // The page holds an answer that the server has not confirmed.
  let busy = false; // A save is on its way.
  let again = false; // The answer changed while it was.
  let wait_ms = 0;
  let timer = 0;

  const tick = document.getElementById("tick");
  const tell = (...words) => saved.replaceChildren(...words);

  const retry = () => {
    wait_ms = Math.min(wait_ms ? wait_ms * 2 : 1_000, LONGEST_WAIT_MS);
    clearTimeout(timer);
    timer = setTimeout(send, wait_ms);
  };

  // The server keeps the save with the largest number, so a late or repeated one changes nothing.
  const change = () => {
    sequence.value = String(Number(sequence.value) + 1);
    unsaved = true;
    tell("");
    if (busy) again = true;
    else send();
  };

  async function send() {
    clearTimeout(timer);
    busy = true;
    again = false;
    let outcome = retry;
    try {
      outcome = await answered(await fetch(saveTo, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        redirect: "manual",
        signal: AbortSignal.timeout(SLOWEST_ANSWER_MS),
      }));
    } catch {
      tell(saved.dataset.failed);
    }
    busy = false;
    if (again) send();
    else outcome();
  }

  // What to do next, told by the answer to a save.
  async function answered(response) {
    if (response.type === "opaqueredirect" || response.status === 403) {
      tell(saved.dataset.signedOut);
      return retry;
    }
    if (response.status === 409) {
      // Another window saved meanwhile. What was chosen here last is what is meant, unless nothing here is unsaved.
      sequence.value = String((await response.json()).sequence);
      return change;
    }
    if (response.status === 410) {
      unsaved = false;
      tell((await response.json()).message);
      return () => {};
    }
    if (!response.ok) {
      tell(saved.dataset.failed);
      return retry;
    }
    const { saved_at } = await response.json();
    return () => {
      unsaved = false;
      wait_ms = 0;
      tell(tick.content.cloneNode(true), ` ${saved.dataset.saved.replace("{time}", saved_at)}`);
    };
  }

  form.addEventListener("change", () => {
    // A step of a case counts only when it is confirmed with its button.
    if (!form.elements.namedItem("step")) change();
  });

  // Sending the form takes the answer along, so nothing is left to save.
  form.addEventListener("submit", () => {
    sequence.value = String(Number(sequence.value) + 1);
    unsaved = false;
  });

  addEventListener("online", () => { if (unsaved && !busy) send(); });
  addEventListener("pagehide", () => { if (unsaved) navigator.sendBeacon(saveTo, new FormData(form)); });
  // A page kept by the browser may show an old number and an old answer.
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const list = form.querySelector(".arrange");
  if (!list) return;
  const moved = document.getElementById("moved");

  const number = () => {
    [...list.children].forEach((item, place) => {
      const [up, down] = item.querySelectorAll("button");
      item.querySelector(".arrange__place").textContent = `${place + 1}.`;
      up.disabled = place === 0;
      down.disabled = place === list.children.length - 1;
    });
  };

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=move]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    if (button.value.startsWith("up-")) item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    number();
    (button.disabled ? item.querySelector("button:not(:disabled)") : button).focus();
    moved.textContent = moved.dataset.moved
      .replace("{place}", [...list.children].indexOf(item) + 1)
      .replace("{total}", list.children.length);
    change();
  });
})();
