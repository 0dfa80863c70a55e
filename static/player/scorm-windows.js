// What packages expect of windows, and do not find in a frame of another site.
"use strict";

kopa.windows = (() => {
  // Packages look for their API in every window above them, and stumble over the first of another origin: the search
  // ends at this window, as it would in a window of its own.
  Object.defineProperty(window, "parent", { value: window, configurable: true });

  // They leave by closing the window, which does nothing in a frame: it leads out instead.
  function closesBy(out, opened) {
    try {
      opened.close = out;
      for (const frame of opened.document.querySelectorAll("iframe, frame")) {
        closesBy(out, frame.contentWindow);
        frame.addEventListener("load", () => closesBy(out, frame.contentWindow));
      }
    } catch {
      // A page of another origin closes what it likes.
    }
  }

  return { closesBy };
})();
