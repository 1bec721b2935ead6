// Forms marked data-offline-queue: kept in IndexedDB first, then sent, at once when there is signal, else later, once and in
// order. The server tells repeated sendings apart by client_ref, and says X-Offline-Stored when it has one: only then it is
// forgotten here. What is typed survives a reload. data-one-tap marks a form of a list that is sent as it stands.
"use strict";
(() => {
  const user = document.body.dataset.user;
  const bar = document.getElementById("offline");
  if (!user || !bar || !("indexedDB" in window)) return;
  const RETRY = 30000, PATIENCE = 10000, PATIENCE_LATER = 30000, TRIES = 3, TRIES_ALONE = 20;

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
      // Kept is what is on the disk: a full phone says so at the end of the transaction only.
      const transaction = database.transaction(name, mode, { durability: "strict" });
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error || request.error);
    });
  };
  const put = (name, value) => store(name, "readwrite", (s) => s.put(value));
  const remove = (name, key) => store(name, "readwrite", (s) => s.delete(key));
  const read = (name, key) => store(name, "readonly", (s) => s.get(key));
  const drop = (name, key) => remove(name, key).catch(() => {});
  const mine = async () => (await store("queue", "readonly", (s) => s.getAll())).filter((item) => item.user === user).sort((a, b) => a.at - b.at);

  // The banner: how many wait, what came back with a reason.
  const word = (text, n) => text.replace("{n}", n);
  let signedOut = false;
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
      bar.append(text);
      if (signedOut) {
        const link = document.createElement("a");
        link.href = location.href; link.textContent = bar.dataset.textSignIn;
        bar.append(link);
      } else bar.append(button(bar.dataset.textSend, flush));
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
        line.append(link, `：${item.error} `, button(bar.dataset.textDrop, async () => {
          if (!confirm(word(bar.dataset.textDropAsk, item.label))) return;
          await remove("queue", item.ref); await show();
        }));
        list.append(line);
      }
      bar.append(text, button(bar.dataset.textAgain, async () => {
        for (const { error: _error, tries: _tries, ...item } of refused) await put("queue", item);
        await flush();
      }), list);
    }
  };

  const token = () => document.cookie.split("; ").find((part) => part.startsWith("csrftoken="))?.slice(10) || "";
  // Today is the server's today, in Shanghai: the clock of a phone may be days off, and a page may be kept since yesterday.
  const noteClock = (response) => {
    const now = Date.parse(response.headers.get("Date"));
    if (now) localStorage.setItem("clock-ahead", now - Date.now());
    return response;
  };
  const fillToday = () => {
    const now = Date.now() + Number(localStorage.getItem("clock-ahead") || 0);
    const today = new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(now);
    for (const box of document.querySelectorAll("input[data-today]")) if (box.value === box.dataset.today) box.value = box.dataset.today = today;
  };

  // Named by who typed it: on a phone that several share, nobody's answers are sent as somebody else's.
  const send = ({ url, fields, user: author }, later = false) => {
    const body = new FormData(), patience = new AbortController();
    for (const [name, value] of fields) if (!name.startsWith("#")) body.append(name, value);
    setTimeout(() => patience.abort(), later ? PATIENCE_LATER : PATIENCE);
    const headers = { "X-CSRFToken": token(), "X-Offline-Queue": "1", "X-Offline-User": author, "HX-Request": "true", "HX-Target": "form" };
    if (later) headers["X-Offline-Later"] = "1";
    return fetch(url, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual", signal: patience.signal }).then(noteClock);
  };
  // What an answer means: stored; sign in first; wrong as it is; this one may pass later; nothing passes now.
  const meaning = (response) => {
    if (!response) return "unheard";
    if (response.headers.has("X-Offline-Stored")) return "stored";
    if (response.ok || response.type === "opaqueredirect" || response.status === 401 || !token()) return "sign-in";
    if ([408, 409, 425, 429, 502, 503, 504].includes(response.status)) return "unheard";
    return response.status >= 500 ? "failed" : "refused";
  };
  const answer = (item, later) => send(item, later).catch(() => null);
  const reason = async (response) => {
    const text = await response.text();
    const page = new DOMParser().parseFromString(text, "text/html");
    const said = [...page.querySelectorAll(".alert-danger li, .alert-warning, .invalid-feedback")].map((one) => one.textContent.trim().replace(/\s+/g, " "));
    if (said.length) return said[0];
    try { return JSON.parse(text).detail; } catch { /* a page of its own */ }
    return { 403: bar.dataset.textForbidden, 404: bar.dataset.textGone }[response.status] || word(bar.dataset.textBroken, response.status);
  };

  // Sent one after another; a refusal is set aside with its reason. One that breaks the server lets others pass, though
  // nothing later from the same page, and is set aside when it does so again and again while others are stored.
  const round = async () => {
    let stored = 0;
    const broken = new Map();
    for (const item of (await mine()).filter((one) => !one.error)) {
      if (broken.has(item.url)) continue;
      const response = await answer(item, true), means = meaning(response);
      signedOut = means === "sign-in";
      if (signedOut || means === "unheard") break;
      if (means === "failed") {
        if (broken.size) break;
        broken.set(item.url, { ...item, tries: (item.tries || 0) + 1, response });
        continue;
      }
      if (means === "stored") { stored += 1; await remove("queue", item.ref); noteLook(response); }
      else if (await read("queue", item.ref)) await put("queue", { ...item, error: await reason(response) });
      await show();
    }
    for (const { response, ...item } of broken.values()) {
      await put("queue", item.tries < (stored ? TRIES : TRIES_ALONE) ? item : { ...item, error: await reason(response) });
    }
    await show();
    // Cards that say "to do" of what is done would be tapped again.
    if (stored && document.querySelector("a[data-offline-prefetch]") && !document.querySelector("form[data-dirty]") && !(await mine()).some((item) => !item.error)) location.reload();
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
  const touched = (input) => {
    if (input.type === "hidden") return false;
    if ("options" in input) return [...input.options].some((one) => one.selected !== one.defaultSelected);
    return ["checkbox", "radio"].includes(input.type) ? input.checked !== input.defaultChecked : input.value !== input.defaultValue;
  };
  const fill = (form, fields) => {
    for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) box.checked = fields.some(([name, value]) => name === box.name && value === box.value);
    for (const [name, value] of fields) {
      const input = form.elements.namedItem(name.replace(/^#/, ""));
      if (input && "value" in input && !["checkbox", "radio"].includes(input.type) && !(input instanceof RadioNodeList)) input.value = value;
    }
    // What was typed is seen, not folded away.
    for (const part of form.querySelectorAll("details")) if ([...part.querySelectorAll("input, select, textarea")].some(touched)) part.open = true;
  };

  // On to the next page if it was kept; else the emptied form says what became of what was typed.
  const leave = async (form, reached) => {
    delete form.dataset.dirty;
    delete form.dataset.sent;
    const next = form.dataset.offlineNext || "/";
    if (reached || (await window.caches?.match(new URL(next, location.href).href, { ignoreVary: true }))) { location.assign(next); return; }
    form.reset();
    for (const box of form.querySelectorAll("input[name=client_ref], .combobox input[type=hidden]")) box.value = "";
    laborcoop.say(document.body.dataset.textQueued, "success");
    flush();
  };
  // From a list one goes back to the list as it was narrowed, unless the answer leads elsewhere.
  const onward = (form, response) => {
    const next = form.dataset.offlineNext || "/", told = response.headers.get("HX-Redirect") || next;
    return "oneTap" in form.dataset && new URL(told, location.href).pathname === new URL(next, location.href).pathname ? next : told;
  };
  const submit = async (form, submitter) => {
    const ref = reference(form), fields = [...typed(form), ...(submitter?.name ? [[submitter.name, submitter.value]] : [])];
    const url = form.getAttribute("action") || location.pathname + location.search;
    const before = (await mine().catch(() => [])).filter((item) => item.ref !== ref);
    // In the order of the taps, however quick they were or the clock was set back.
    const at = Math.max(Date.now(), ...before.map((item) => item.at + 1));
    const item = { ref, user, url, fields, label: form.dataset.offlineLabel || document.title, at };
    // First kept, then sent: neither a browser that is killed nor an answer that is lost on the way loses it.
    const kept = await put("queue", item).then(() => true, () => false);
    if (kept) navigator.storage?.persist?.().catch(() => {});
    // What waits goes first: the later answer about a household is the one that holds.
    const last = kept && before.some((one) => !one.error);
    form.setAttribute("aria-busy", "true");
    const response = last ? null : await answer(item);
    const means = meaning(response);
    form.removeAttribute("aria-busy");
    if (means === "stored") {
      await drop("queue", ref);
      await drop("drafts", draftKey(form));
      delete form.dataset.dirty;
      location.assign(onward(form, response));
    } else if (means === "sign-in" && kept) {
      await drop("drafts", draftKey(form));
      delete form.dataset.dirty;
      location.assign(form.dataset.offlineNext || "/");
    } else if (means === "unheard" && kept) {
      await drop("drafts", draftKey(form));
      await show();
      await leave(form, last ? navigator.onLine : response !== null);
    } else if (response?.status === 422 && "oneTap" in form.dataset) {
      await drop("queue", ref);
      location.assign(url);
    } else if (response?.status === 422) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      await drop("queue", ref);
      form.replaceWith(page.getElementById("form"));
      const fresh = document.getElementById("form");
      // What was parsed apart from the page must be prepared again: comboboxes, drafts, focus on what is wrong.
      document.dispatchEvent(new CustomEvent("htmx:afterSettle", { detail: { elt: fresh } }));
      fresh.querySelector("[data-error-summary]")?.focus();
    } else {
      await drop("queue", ref);
      delete form.dataset.sent;
      laborcoop.say(response ? await reason(response) : document.body.dataset.textFull);
    }
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
    if (form) { reference(form); put("drafts", { key: draftKey(form), fields: typed(form), at: Date.now() }).catch(() => {}); }
  });
  const restore = async () => {
    const form = document.querySelector("form[data-offline-queue]:not([data-one-tap])");
    if (!form) return;
    const reopened = sessionStorage.getItem("offline-reopen");
    sessionStorage.removeItem("offline-reopen");
    const kept = (reopened && (await read("queue", reopened))) || (await read("drafts", draftKey(form)));
    if (kept) { reference(form); fill(form, kept.fields); form.dataset.dirty = ""; return; }
    // What was typed here and waits is what the form shows: it goes on from there, and is sent after it.
    const here = new URL(form.getAttribute("action") || location.href, location.href).href;
    const waits = (await mine()).filter((item) => !item.error && new URL(item.url, location.href).href === here).pop();
    if (!waits) return;
    fill(form, waits.fields.filter(([name]) => name !== "client_ref"));
    laborcoop.say(document.body.dataset.textWaits, "info");
  };

  // Signing out clears the pages kept for this user and what was typed and not saved; what waits stays until they sign in again.
  const clear = async () => {
    const worker = await navigator.serviceWorker?.getRegistration();
    worker?.active?.postMessage({ type: "clear" });
    for (const name of (await window.caches?.keys()) || []) if (name.startsWith("pages-")) await caches.delete(name);
    for (const key of await store("drafts", "readonly", (s) => s.getAllKeys())) if (key.startsWith(`${user} `)) await remove("drafts", key);
  };
  document.addEventListener("submit", async (e) => {
    const form = e.target.closest("form[data-clear-offline]");
    if (!form) return;
    e.preventDefault();
    const left = (await mine().catch(() => [])).length;
    if (left && !confirm(word(bar.dataset.textSignOut, left))) return;
    await clear().catch(() => {});
    form.submit();
  });
  const tell = (worker) => {
    worker.postMessage({ type: "user", user });
    const most = Number(document.querySelector("[data-prefetch-most]")?.dataset.prefetchMost) || 60;
    const pages = [...document.querySelectorAll("a[data-offline-prefetch]")].slice(0, most).map((link) => [link.href, link.dataset.offlinePrefetch]);
    if (pages.length && navigator.onLine) worker.postMessage({ type: "prefetch", pages, user });
  };
  navigator.serviceWorker?.register(document.body.dataset.sw, { scope: "/" }).then(() => navigator.serviceWorker.ready).then((ready) => tell(ready.active)).catch(() => {});

  window.addEventListener("online", flush);
  setInterval(async () => { if (navigator.onLine && (await mine()).some((item) => !item.error)) flush(); }, RETRY);
  fillToday();
  if (document.querySelector("input[data-today]") && navigator.onLine) fetch(document.body.dataset.sw, { method: "HEAD", cache: "no-store" }).then(noteClock).then(fillToday).catch(() => {});
  const { [location.pathname]: _opened, ...unseen } = looks();
  keepLooks(unseen);
  restore().then(show).then(flush).catch(() => {});
})();
