// One combobox for the search box (options are links) and autocomplete fields (options set a hidden value).
"use strict";
(() => {
  const WAIT = 180;
  const attach = (input) => {
    if (input.dataset.ready) return;
    input.dataset.ready = "1";
    const list = document.getElementById(input.getAttribute("aria-controls"));
    const hidden = input.dataset.value ? document.getElementById(input.dataset.value) : null;
    let timer = 0, asked = 0, chosen = input.value;
    const options = () => [...list.querySelectorAll("[role=option]")];
    const current = () => list.querySelector("[role=option].active");
    const show = (open) => {
      list.hidden = !open;
      input.setAttribute("aria-expanded", String(open));
      if (!open) mark(null);
    };
    const mark = (option) => {
      for (const one of options()) { one.classList.toggle("active", one === option); one.setAttribute("aria-selected", String(one === option)); }
      if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
      else input.removeAttribute("aria-activedescendant");
    };
    const ask = async () => {
      const mine = ++asked;
      try {
        const headers = { "HX-Request": "true", "HX-Target": list.id }, text = encodeURIComponent(input.value);
        // A person's number stays out of addresses, which end up in logs.
        const sealed = window.laborcoop.isNumber(input.value);
        if (sealed) headers["X-Sought"] = text;
        const answer = await fetch(sealed ? input.dataset.url : `${input.dataset.url}?q=${text}`, { headers });
        if (mine !== asked || document.activeElement !== input) return;
        if (answer.headers.get("HX-Redirect")) { location.assign(answer.headers.get("HX-Redirect")); return; }
        if (!answer.ok) throw new Error(String(answer.status));
        // Our own server's fragment, already escaped there.
        list.innerHTML = await answer.text();
        show(true);
      } catch { show(false); }
    };
    const take = (option) => {
      if (hidden) {
        hidden.value = option.dataset.value;
        input.value = chosen = option.dataset.label;
        show(false);
        hidden.dispatchEvent(new Event("change", { bubbles: true }));
      } else location.assign(option.href);
    };
    input.addEventListener("input", () => {
      if (hidden) hidden.value = "";
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("focus", () => { if (input.dataset.open !== undefined && !input.value) ask(); });
    input.addEventListener("keydown", (e) => {
      const all = options(), at = all.indexOf(current());
      const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
      if (e.key in moves && !list.hidden && all.length && (at >= 0 || e.key.startsWith("Arrow"))) {
        e.preventDefault();
        mark(all[(moves[e.key] + all.length) % all.length]);
      } else if (e.key === "ArrowDown") { e.preventDefault(); ask(); }
      else if (e.key === "Enter" && !list.hidden && (current() || (hidden && all.length === 1))) { e.preventDefault(); take(current() || all[0]); }
      else if (e.key === "Escape" && !list.hidden) { e.preventDefault(); e.stopPropagation(); show(false); }
    });
    input.addEventListener("blur", () => setTimeout(() => {
      show(false);
      // Text without a chosen value would be lost silently: it is kept, and the form says that nothing was chosen.
      if (hidden && !input.value) hidden.value = chosen = "";
    }, 150));
    list.addEventListener("mousedown", (e) => {
      const option = e.target.closest("[role=option]");
      if (option && e.button === 0) { e.preventDefault(); take(option); }
    });
  };
  const all = (root) => { for (const input of root.querySelectorAll("input[role=combobox]")) attach(input); };
  all(document);
  document.addEventListener("htmx:afterSettle", (e) => all(e.detail.elt.parentElement || document));
})();
