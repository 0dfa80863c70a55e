// Compares a file with the SHA-256 on the page. The file never leaves the browser.
"use strict";
const place = document.getElementById("compare-file");
if (place && window.crypto && crypto.subtle) {
  const input = place.querySelector("input");
  const compare = async (file) => {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const found = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const outcome = found === place.dataset.sha256 ? "same" : "different";
    for (const line of place.querySelectorAll("[data-outcome]")) line.hidden = line.dataset.outcome !== outcome;
  };
  place.hidden = false;
  input.addEventListener("change", () => input.files.length && compare(input.files[0]));
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) compare(event.dataTransfer.files[0]);
  });
}
