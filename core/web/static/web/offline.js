// Forms marked data-offline-queue: sent at once when there is signal, kept in IndexedDB and sent later, once and in
// order, when there is none. The server tells repeated sendings apart by client_ref. What is typed survives a reload.
// data-one-tap marks a form of a list that is sent as it stands.
"use strict";
(() => {
  const user = document.body.dataset.user;
  const bar = document.getElementById("offline");
  if (!user || !bar || !("indexedDB" in window)) return;
  const RETRY = 30000;

  // Store: one queue of forms waiting, one draft per page.
  const opening = new Promise((resolve, reject) => {
    const request = indexedDB.open("laborcoop", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("queue", { keyPath: "ref" });
      request.result.createObjectStore("drafts", { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const store = async (name, mode, act) => {
    const database = await opening;
    return new Promise((resolve, reject) => {
      const request = act(database.transaction(name, mode).objectStore(name));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  };
  const put = (name, value) => store(name, "readwrite", (s) => s.put(value));
  const remove = (name, key) => store(name, "readwrite", (s) => s.delete(key));
  const read = (name, key) => store(name, "readonly", (s) => s.get(key));
  const mine = async () => (await store("queue", "readonly", (s) => s.getAll())).filter((item) => item.user === user).sort((a, b) => a.at - b.at);

  // The banner: how many wait, what came back with a reason.
  const word = (text, n) => text.replace("{n}", n);
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button"; made.className = "btn btn-sm"; made.textContent = text;
    made.addEventListener("click", act);
    return made;
  };
  // What was taken but wants a look (X-Offline-Look: where, X-Offline-Look-Text: why) stays until its page is opened.
  const LOOKS = `offline-looks ${user}`;
  const looks = () => JSON.parse(localStorage.getItem(LOOKS) || "{}");
  const keepLooks = (kept) => localStorage.setItem(LOOKS, JSON.stringify(kept));
  const noteLook = (response) => {
    const url = response.headers.get("X-Offline-Look");
    if (url) keepLooks({ ...looks(), [url]: decodeURIComponent(response.headers.get("X-Offline-Look-Text") || "") });
  };
  const show = async () => {
    const items = await mine();
    const waiting = items.filter((item) => !item.error), refused = items.filter((item) => item.error);
    bar.replaceChildren();
    bar.hidden = items.length === 0 && Object.keys(looks()).length === 0;
    const queued = new Set(waiting.map((item) => new URL(item.url, location.href).href));
    for (const link of document.querySelectorAll("a[data-offline-prefetch]")) link.toggleAttribute("data-queued", queued.has(link.href));
    if (waiting.length) {
      const text = document.createElement("b");
      text.textContent = word(bar.dataset.text, waiting.length);
      bar.append(text, button(bar.dataset.textSend, flush));
    }
    for (const [url, said] of Object.entries(looks())) {
      const link = document.createElement("a");
      link.href = url; link.textContent = said; link.className = "offline-look";
      bar.append(link);
    }
    if (refused.length) {
      const text = document.createElement("b"), list = document.createElement("ul");
      text.textContent = word(bar.dataset.textErrors, refused.length);
      for (const item of refused) {
        const line = document.createElement("li"), link = document.createElement("a");
        link.href = item.url; link.textContent = item.label;
        link.addEventListener("click", () => sessionStorage.setItem("offline-reopen", item.ref));
        line.append(link, `：${item.error} `, button(bar.dataset.textDrop, async () => { await remove("queue", item.ref); await show(); }));
        list.append(line);
      }
      bar.append(text, list);
    }
  };

  const token = () => document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10) || "";
  const send = (url, fields, later = false) => {
    const body = new FormData();
    for (const [name, value] of fields) if (!name.startsWith("#")) body.append(name, value);
    return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-Offline-Queue": "1", "HX-Request": "true", "HX-Target": "form", ...(later ? { "X-Offline-Later": "1" } : {}) }, credentials: "same-origin" });
  };
  const reason = async (response) => {
    const text = await response.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const said = [...page.querySelectorAll(".alert-danger li, .alert-warning, .invalid-feedback")].map((one) => one.textContent.trim().replace(/\s+/g, " "));
    if (said.length) return said[0];
    try { return JSON.parse(text).detail || String(response.status); } catch { return String(response.status); }
  };

  // Sent one after another; a refusal is set aside with its reason, anything that may pass later stops the round.
  const round = async () => {
    for (const item of (await mine()).filter((one) => !one.error)) {
      let response;
      try { response = await send(item.url, item.fields, true); } catch { break; }
      if (response.ok) { await remove("queue", item.ref); noteLook(response); }
      else if ([401, 403, 408, 409, 429].includes(response.status) || response.status >= 500) break;
      else await put("queue", { ...item, error: await reason(response) });
      await show();
    }
    await show();
  };
  // Two tabs must not send the same item side by side.
  const flush = () => (navigator.locks ? navigator.locks.request("offline-queue", { ifAvailable: true }, (lock) => (lock ? round() : undefined)) : round());

  const reference = (form) => {
    let input = form.elements.namedItem("client_ref");
    if (!input) { input = document.createElement("input"); input.type = "hidden"; input.name = "client_ref"; form.append(input); }
    if (!input.value) input.value = crypto.randomUUID ? crypto.randomUUID() : ([1e7] + -1e3 + -4e3 + -8e3 + -1e11).replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
    return input.value;
  };
  // The words in an autocomplete box have no name of their own; they are kept under "#id" and never sent.
  const typed = (form) => [
    ...[...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"),
    ...[...form.querySelectorAll("input[role=combobox]")].map((box) => [`#${box.id}`, box.value]),
  ];
  const fill = (form, fields) => {
    for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) box.checked = fields.some(([name, value]) => name === box.name && value === box.value);
    for (const [name, value] of fields) {
      const input = form.elements.namedItem(name.replace(/^#/, ""));
      if (input && "value" in input && !["checkbox", "radio"].includes(input.type) && !(input instanceof RadioNodeList)) input.value = value;
    }
  };

  // On to the next page if it was kept; else the emptied form says what became of what was typed.
  const leave = async (form) => {
    delete form.dataset.dirty;
    delete form.dataset.sent;
    const next = form.dataset.offlineNext || "/";
    if (await caches.match(new URL(next, location.href).href, { ignoreVary: true })) { location.assign(next); return; }
    form.reset();
    for (const box of form.querySelectorAll("input[name=client_ref], .combobox input[type=hidden]")) box.value = "";
    laborcoop.say(document.body.dataset.textQueued, "success");
  };
  const submit = async (form, submitter) => {
    const ref = reference(form), fields = [...typed(form), ...(submitter?.name ? [[submitter.name, submitter.value]] : [])];
    const url = form.getAttribute("action") || location.pathname + location.search;
    let response = null;
    try { response = await send(url, fields); } catch { response = null; }
    if (response === null) {
      // In the order of the taps, however quick they were or the clock was set back.
      const at = Math.max(Date.now(), ...(await mine()).map((item) => item.at + 1));
      await put("queue", { ref, user, url, fields, label: form.dataset.offlineLabel || document.title, at });
      await remove("drafts", draftKey(form));
      await show();
      await leave(form);
    } else if (response.ok) {
      await remove("queue", ref);
      await remove("drafts", draftKey(form));
      delete form.dataset.dirty;
      location.assign(response.headers.get("HX-Redirect") || form.dataset.offlineNext || "/");
    } else if (response.status === 422 && "oneTap" in form.dataset) {
      location.assign(url);
    } else if (response.status === 422) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      form.replaceWith(page.getElementById("form"));
      const fresh = document.getElementById("form");
      // What was parsed apart from the page must be prepared again: comboboxes, drafts, focus on what is wrong.
      document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: fresh } }));
      fresh.querySelector("[data-error-summary]")?.focus();
    } else if (response.status === 401) location.reload();
    else { delete form.dataset.sent; laborcoop.say(document.body.dataset.textFailed); }
  };
  document.addEventListener("submit", (e) => {
    const form = e.target.closest("form[data-offline-queue]");
    if (!form || e.defaultPrevented) return;
    e.preventDefault();
    submit(form, e.submitter);
  });

  // Drafts: what is typed into such a form comes back after a reload.
  const draftKey = (form) => `${user} ${form.getAttribute("action") || location.pathname + location.search}`;
  // A chosen suggestion reports a change, not an input.
  for (const event of ["input", "change"]) document.addEventListener(event, (e) => {
    const form = e.target.closest("form[data-offline-queue]");
    if (form) { reference(form); put("drafts", { key: draftKey(form), fields: typed(form), at: Date.now() }); }
  });
  const restore = async () => {
    const form = document.querySelector("form[data-offline-queue]:not([data-one-tap])");
    if (!form) return;
    const reopened = sessionStorage.getItem("offline-reopen");
    sessionStorage.removeItem("offline-reopen");
    const kept = (reopened && (await read("queue", reopened))) || (await read("drafts", draftKey(form)));
    if (kept) { reference(form); fill(form, kept.fields); form.dataset.dirty = ""; }
  };

  // Signing out clears the pages kept for this user; what still waits stays until they sign in again.
  document.addEventListener("submit", (e) => {
    if (e.target.closest("form[data-clear-offline]")) navigator.serviceWorker?.controller?.postMessage({ type: "clear" });
  });
  const tell = (worker) => {
    worker.postMessage({ type: "user", user });
    const most = Number(document.querySelector("[data-prefetch-most]")?.dataset.prefetchMost) || 60;
    const urls = [...document.querySelectorAll("a[data-offline-prefetch]")].slice(0, most).map((link) => link.href);
    if (urls.length && navigator.onLine) worker.postMessage({ type: "prefetch", urls, user });
  };
  navigator.serviceWorker?.register(document.body.dataset.sw, { scope: "/" }).then(() => navigator.serviceWorker.ready).then((ready) => tell(ready.active)).catch(() => {});

  window.addEventListener("online", flush);
  setInterval(async () => { if (navigator.onLine && (await mine()).some((item) => !item.error)) flush(); }, RETRY);
  // A page kept since yesterday still offers yesterday as "today".
  const now = new Date(), today = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
  for (const box of document.querySelectorAll("input[data-today]")) if (box.value === box.dataset.today) box.value = today;
  const { [location.pathname]: _opened, ...unseen } = looks();
  keepLooks(unseen);
  restore().then(show).then(flush);
})();
