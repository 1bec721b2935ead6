// The drop zone: shows what was chosen, refuses what is too large before it is sent, shows how far the upload is.
"use strict";
(() => {
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  const MOST = 100 * 1024 * 1024;
  const zone = form.querySelector("[data-drop-zone]");
  const input = form.querySelector("input[type=file]");
  const name = form.querySelector("[data-drop-name]");
  const bar = form.querySelector("[data-drop-progress]");
  const button = form.querySelector("button[type=submit]");

  const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);
  const show = () => {
    const file = input.files[0];
    const large = file && file.size > MOST;
    name.textContent = file ? `${file.name}（${size(file.size)}）${large ? form.dataset.textLarge : ""}` : "";
    zone.classList.toggle("is-invalid", Boolean(large));
    button.disabled = Boolean(large);
  };
  input.addEventListener("change", show);
  window.addEventListener("pageshow", () => { bar.hidden = true; show(); });

  // The input covers the zone, so dropping onto it is the browser's own doing; elsewhere a dropped file must not open.
  for (const event of ["dragover", "drop"]) {
    document.addEventListener(event, (e) => { if (!zone.contains(e.target)) e.preventDefault(); });
  }
  zone.addEventListener("dragenter", () => zone.classList.add("over"));
  zone.addEventListener("dragleave", (e) => { if (!zone.contains(e.relatedTarget)) zone.classList.remove("over"); });
  zone.addEventListener("drop", () => zone.classList.remove("over"));

  form.addEventListener("submit", (e) => {
    if (!input.files[0] || !form.elements.kind.value) return; // the server says what is missing
    e.preventDefault();
    button.disabled = true;
    bar.hidden = false;
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (p) => {
      if (!p.lengthComputable) return;
      bar.value = Math.round((p.loaded * 100) / p.total);
      name.textContent = `${form.dataset.textSending} ${bar.value}%`;
    });
    request.addEventListener("load", () => {
      const there = request.getResponseHeader("HX-Redirect");
      if (request.status === 204 && there) { location.assign(there); return; }
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const fresh = page.querySelector("[data-error-summary]");
      bar.hidden = true;
      button.disabled = false;
      show();
      window.laborcoop.say(fresh ? fresh.textContent.trim() : document.body.dataset.textFailed, "danger");
    });
    request.addEventListener("error", () => {
      bar.hidden = true;
      button.disabled = false;
      window.laborcoop.say(document.body.dataset.textOffline);
    });
    request.open("POST", form.action || location.href);
    request.setRequestHeader("HX-Request", "true");
    request.send(new FormData(form));
  });
})();
