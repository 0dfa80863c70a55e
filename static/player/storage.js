// Where a browser denies storage to a page in another site's frame, players would stop at their first look at it.
// They get one that lasts as long as the page: what a learner does is kept by the server, not by the browser.
"use strict";

for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].getItem("");
  } catch {
    const kept = new Map();
    const methods = {
      getItem: (key) => kept.get(String(key)) ?? null,
      setItem: (key, value) => { kept.set(String(key), String(value)); },
      removeItem: (key) => { kept.delete(String(key)); },
      clear: () => kept.clear(),
      key: (index) => [...kept.keys()][index] ?? null,
    };
    const storage = new Proxy({}, {
      get: (_target, key) => (key === "length" ? kept.size : methods[key] ?? kept.get(key)),
      set: (_target, key, value) => { kept.set(String(key), String(value)); return true; },
      deleteProperty: (_target, key) => { kept.delete(key); return true; },
      has: (_target, key) => key in methods || kept.has(key),
      ownKeys: () => [...kept.keys()],
      getOwnPropertyDescriptor: (_target, key) =>
        kept.has(key) ? { value: kept.get(key), writable: true, enumerable: true, configurable: true } : undefined,
    });
    Object.defineProperty(window, name, { value: storage, configurable: true });
  }
}
