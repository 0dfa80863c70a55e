// Looks after an import while it is under way, and tells in words when it ends. Without it the page loads itself anew.
(() => {
  "use strict";
  const EVERY_MS = 1500;

  async function look() {
    const box = document.getElementById("import");
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.getElementById("import");
        if (!now) return location.reload();
        box.replaceWith(now);
        if (!now.hasAttribute("data-under-way")) {
          document.getElementById("import-said").textContent = now.querySelector("h2").textContent;
          return undefined;
        }
      }
    } catch {
      // The server may be starting anew: ask again.
    }
    return setTimeout(look, EVERY_MS);
  }

  setTimeout(look, EVERY_MS);
})();
