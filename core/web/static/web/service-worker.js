// Keeps the kit's assets and the pages marked for offline use (X-Offline-Page: user id), so that a phone without signal
// can open the visit form again. Pages belong to one user and are dropped at sign-out or when another signs in.
"use strict";
const ASSETS = "assets-1";
const KEPT = [__ASSETS__];
const FALLBACK = "__FALLBACK__";
const FRESH = 30 * 60 * 1000;

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

const keep = async (request, response) => {
  const user = response.headers.get("X-Offline-Page");
  if (!user || !response.ok || response.redirected) return;
  await dropPages(pagesOf(user));
  await (await caches.open(pagesOf(user))).put(new Request(request.url), response.clone());
};

const page = async (request) => {
  try {
    const response = await fetch(request);
    await keep(request, response);
    return response;
  } catch (error) {
    const found = await caches.match(request.url, { ignoreVary: true });
    if (found) return found;
    const fallback = await caches.match(FALLBACK, { ignoreVary: true });
    if (fallback) return fallback;
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

self.addEventListener("message", (event) => {
  const { type, urls = [], user = "" } = event.data || {};
  if (type === "clear") event.waitUntil(dropPages());
  if (type === "user") event.waitUntil(dropPages(pagesOf(user)));
  if (type === "prefetch") event.waitUntil(prefetch(urls, user));
});

const prefetch = async (urls, user) => {
  const cache = await caches.open(pagesOf(user));
  for (const url of urls) {
    const found = await cache.match(url, { ignoreVary: true });
    if (found && Date.now() - Date.parse(found.headers.get("Date")) < FRESH) continue;
    try { await keep(new Request(url), await fetch(url, { credentials: "same-origin", redirect: "manual" })); } catch { return; }
  }
};
