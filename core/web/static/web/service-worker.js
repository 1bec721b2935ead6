// Keeps the kit's assets and the pages marked for offline use (X-Offline-Page: user id), so that a phone without signal
// can open the visit form again. Pages belong to one user and are dropped at sign-out or when another signs in.
"use strict";
const ASSETS = "assets-1";
const KEPT = [__ASSETS__];
const FALLBACK = "__FALLBACK__";
const FRESH = 30 * 60 * 1000, MARKED_FRESH = 12 * 60 * 60 * 1000, PATIENCE = 5000;
const MARK = "X-Offline-Mark";
// A page kept for other assets than these would miss its style.
const BUILD = [...KEPT.join(" ")].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 0);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(ASSETS).then((cache) => cache.addAll([...KEPT, FALLBACK])).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(ASSETS);
    const wanted = new Set([...KEPT, FALLBACK].map((path) => new URL(path, location.origin).href));
    for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
    await self.clients.claim();
  })());
});

const pagesOf = (user) => `pages-${user}`;

const dropPages = async (except = "") => {
  for (const name of await caches.keys()) if (name.startsWith("pages-") && name !== except) await caches.delete(name);
};

const keep = async (url, response, mark = "") => {
  const user = response.headers.get("X-Offline-Page");
  if (!user || !response.ok || response.redirected) return;
  await dropPages(pagesOf(user));
  const headers = new Headers(response.headers);
  headers.set(MARK, `${BUILD} ${mark}`);
  const copy = new Response(await response.clone().blob(), { status: response.status, headers });
  await (await caches.open(pagesOf(user))).put(new Request(url), copy);
};

// Where the signal is weak a page that is kept is better now than the newest one in a minute.
const page = async (request) => {
  const kept = await caches.match(request.url, { ignoreVary: true });
  const asked = fetch(request).then(async (response) => { await keep(request.url, response).catch(() => {}); return response; });
  asked.catch(() => {});
  const late = new Promise((resolve) => { if (kept) setTimeout(resolve, PATIENCE, kept); });
  try {
    return await Promise.race([asked, late]);
  } catch (error) {
    const found = kept || (await caches.match(FALLBACK, { ignoreVary: true }));
    if (found) return found;
    throw error;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (KEPT.includes(url.pathname)) event.respondWith(caches.match(request, { ignoreVary: true }).then((found) => found || fetch(request)));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

let signedOut = 0;

self.addEventListener("message", (event) => {
  const { type, pages = [], user = "" } = event.data || {};
  if (type === "clear") { signedOut += 1; event.waitUntil(dropPages()); }
  if (type === "user") event.waitUntil(dropPages(pagesOf(user)));
  if (type === "prefetch") event.waitUntil(prefetch(pages, user));
});

// Each with the mark of what it shows: the same mark is the same page, and need not be fetched again.
const prefetch = async (pages, user) => {
  const cache = await caches.open(pagesOf(user)), round = signedOut;
  for (const [url, mark] of pages) {
    const found = await cache.match(url, { ignoreVary: true });
    const same = mark && found?.headers.get(MARK) === `${BUILD} ${mark}`;
    if (found && Date.now() - Date.parse(found.headers.get("Date")) < (same ? MARKED_FRESH : mark ? 0 : FRESH)) continue;
    try {
      const response = await fetch(url, { credentials: "same-origin", redirect: "manual" });
      if (round !== signedOut) return;
      await keep(url, response, mark);
    } catch { return; }
  }
};
